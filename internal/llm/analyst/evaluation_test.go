package analyst

import (
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/internal/markdown"
	"github.com/ba-assistant/ba-assistant/internal/testenv"
)

// library is a project of four documents about kiosks in a library, made up for
// these tests; practice is the sample project of the product.
func library(t testing.TB) *shelf {
	t.Helper()
	return newShelf(t, inFolder(t, filepath.Join("testdata", "documents"))...)
}

func practice(t testing.TB) *shelf {
	t.Helper()
	return newShelf(t, inFolder(t, filepath.Join(testenv.Root(t), "internal", "web", "sample"))...)
}

func inFolder(t testing.TB, dir string) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no documents in %s: %v", dir, err)
	}
	return paths
}

// answerable are questions with a piece of the passage that answers.
var answerable = map[string][]struct{ ask, passage string }{
	"library": {
		{"How many books may a reader borrow at the same time?", "REQ-03"},
		{"How long does a loan last?", "four weeks"},
		{"How often can a loan be extended?", "twice"},
		{"What does a late book cost?", "0.50"},
		{"Who may waive a fee?", "Only Dana and I"},
		{"Who pays no late fees?", "Children under 14"},
		{"When are loan histories deleted?", "Loan histories"},
		{"What is RFID?", "radio frequency identification"},
		{"What is a reader?", "Reader means"},
		{"How fast must the kiosk answer a touch?", "within one second"},
		{"What availability must the kiosk have?", "99.5 %"},
		{"How many kiosks does Nordkiosk deliver?", "four kiosks"},
		{"By when are the kiosks delivered?", "15 September 2026"},
		{"What is the price of a kiosk?", "8,400"},
		{"How much is maintenance per month?", "95 euros"},
		{"What happens after three wrong PINs?", "REQ-10"},
		{"How does the kiosk identify a reader?", "REQ-01"},
		{"Is printing part of the project?", "Out of scope"},
		{"What does a replacement card cost?", "Replacement of a lost card"},
		{"How much is an annual card for students?", "Annual card student"},
		{"What is the penalty for late delivery?", "200 euros"},
		{"Where are disputes heard?", "court in Elmstadt"},
		{"Who gets the invoices?", "accounting office"},
		{"Why do you want kiosks?", "queue at the desk"},
		{"What share of loans should run over kiosks?", "70 percent"},
		{"Which system do loans go to?", "Alma"},
		{"Can I pay by card at the kiosk?", "pay by card at the kiosk"},
		{"How long are spare parts kept?", "eight years"},
		{"May students of the music school borrow more?", "twenty"},
		{"What must be done with broken media?", "REQ-31"},
		{"How long is the notice period of the contract?", "six months"},
		{"Who is the head of the library?", "Ines Okafor (head of library)"},
		{"Does the kiosk have to be usable from a wheelchair?", "REQ-22"},
		{"When was the workshop?", "12 March 2026"},
	},
	"practice": {
		{"Until when can a patient cancel free of charge?", "REQ-10"},
		{"How long does a first visit take?", "first visit takes forty minutes"},
		{"What does a first visit cost?", "First visit with assessment"},
		{"Who may book for a child?", "REQ-03"},
		{"What must a reminder say?", "The reminder shall state"},
		{"How is a reminder sent?", "reminder by e-mail"},
		{"Who may see the notes of the therapists?", "Only the therapists who treat"},
		{"How many active patients are there?", "2,400 active"},
		{"When is the next meeting?", "Next meeting: 20 October"},
		{"Who does lymphatic drainage?", "Lymphatic drainage"},
		{"Which appointments cannot be booked online?", "Home visit"},
		{"What happens when a therapist falls ill?", "therapist falls ill"},
		{"Is payment online part of the first release?", "Out of scope"},
		{"How long must data be kept?", "ten years"},
		{"When shall the first release be in use?", "Easter 2027"},
		{"Where are the practices?", "Quay Street and Mill Lane"},
		{"How many people wait on the phone and hang up?", "one in five hangs up"},
		{"Who decides whether the half price holds for first visits?", "decides by 20 October"},
	},
}

// unanswerable are questions to which the documents hold no answer.
var unanswerable = map[string][]string{
	"library": {
		"What is the capital of France?",
		"How many parking spaces does the branch have?",
		"Who is the mayor of Elmstadt?",
		"What is the salary of the head of library?",
		"Which insurance covers the kiosks?",
		"How many employees work at Nordkiosk?",
		"When does the cafeteria open?",
		"What colour are the kiosks?",
		"How heavy is a kiosk?",
		"Which programming language is used?",
		"Does the kiosk support facial recognition?",
		"What did the auditors criticise?",
	},
	"practice": {
		"How many parking spaces does the practice have?",
		"Who is the tax adviser?",
		"Which database is used?",
		"What is the password policy?",
		"How much does the software cost to develop?",
		"What is the refund policy for gift vouchers?",
	},
}

func TestAnswersCiteTheRightPassage(t *testing.T) {
	right, all := 0, 0
	for project, open := range map[string]func(testing.TB) *shelf{"library": library, "practice": practice} {
		s := open(t)
		for _, c := range answerable[project] {
			chat := &chat{shelf: s}
			answer := chat.say(t, c.ask)
			all++
			if saysNothing(answer) || !citesSoon(chat, answer, c.passage) {
				t.Logf("%s: %s\n%s", project, c.ask, answer)
				continue
			}
			right++
		}
	}
	if all < 40 || float64(right) < 0.9*float64(all) {
		t.Errorf("%d of %d questions are answered with the right passage, want 90 %%", right, all)
	}
}

func TestQuestionsWithoutAnAnswerAreAnsweredWithThat(t *testing.T) {
	honest, all := 0, 0
	for project, open := range map[string]func(testing.TB) *shelf{"library": library, "practice": practice} {
		s := open(t)
		for _, ask := range unanswerable[project] {
			answer := (&chat{shelf: s}).say(t, ask)
			all++
			if !saysNothing(answer) {
				t.Logf("%s: %s\n%s", project, ask, answer)
				continue
			}
			honest++
		}
	}
	if float64(honest) < 0.9*float64(all) {
		t.Errorf("%d of %d unanswerable questions are called so, want 90 %%", honest, all)
	}
}

func TestEveryQuoteStandsInItsPassage(t *testing.T) {
	quotes := 0
	for project, open := range map[string]func(testing.TB) *shelf{"library": library, "practice": practice} {
		s := open(t)
		asks := append([]string{"draft user stories", "draft acceptance criteria", "draft a BRD outline", "where do the documents disagree?",
			"find vague words", "summarise the documents", "list the requirements", "edge cases"}, unanswerable[project]...)
		for _, c := range answerable[project] {
			asks = append(asks, c.ask)
		}
		for _, ask := range asks {
			c := &chat{shelf: s}
			answer := c.say(t, ask)
			for _, q := range quotesIn(answer) {
				quotes++
				if p := c.passage(q.n); !strings.Contains(flat(p), flat(unescape(q.text))) {
					t.Errorf("%s: %s\nquotes %q, which is not in passage %d: %q", project, ask, q.text, q.n, p)
				}
			}
			checkShape(t, ask, answer)
		}
	}
	if quotes < 100 {
		t.Errorf("only %d quotes were checked", quotes)
	}
}

// citesSoon reports whether one of the first two sources of an answer is a
// passage with the words.
func citesSoon(c *chat, answer, words string) bool {
	seen := make(map[string]bool)
	for _, m := range markRE2.FindAllStringSubmatch(answer, -1) {
		n, err := strconv.Atoi(m[1])
		if err != nil {
			return false
		}
		if strings.Contains(c.passage(n), words) {
			return true
		}
		if seen[m[1]] = true; len(seen) == 2 {
			return false
		}
	}
	return false
}

var (
	markRE2 = regexp.MustCompile(`\[(\d{1,3})\]`)
	quoteRE = regexp.MustCompile(`(?:"([^"\n]+)"|“([^”\n]+)”|«([^»\n]+)») \[(\d{1,3})\]`)
)

func saysNothing(answer string) bool {
	return strings.Contains(answer, "**The documents don't answer this.**") || strings.Contains(answer, "**The documents speak of this, but")
}

type cited struct {
	text string
	n    int
}

func quotesIn(answer string) []cited {
	var list []cited
	for _, m := range quoteRE.FindAllStringSubmatch(answer, -1) {
		n, err := strconv.Atoi(m[4])
		if err == nil {
			list = append(list, cited{m[1] + m[2] + m[3], n})
		}
	}
	return list
}

// passage returns the text of the passage with a number of the last turn.
func (c *chat) passage(n int) string {
	for at, number := range c.numbers {
		if number == n {
			return c.shelf.passages[at-1].Text
		}
	}
	return ""
}

func flat(s string) string { return strings.Join(strings.Fields(s), " ") }

var escapedRE = regexp.MustCompile("\\\\([*_\\[\\]<>`~&|\\\\])")

func unescape(s string) string { return escapedRE.ReplaceAllString(s, "$1") }

// checkShape checks what makes an answer well-formed Markdown: tables with as
// many cells in each row, no trailing spaces, closed emphasis, and no mark left
// over where it is shown.
func checkShape(t *testing.T, ask, answer string) {
	t.Helper()
	for _, block := range markdown.Render(answer) {
		if strings.Contains(block.HTML, "**") || strings.Contains(block.HTML, `\`) {
			t.Errorf("%s: marks are left over: %s", ask, block.HTML)
		}
	}
	columns := 0
	for line := range strings.SplitSeq(answer, "\n") {
		if line != strings.TrimRight(line, " ") {
			t.Errorf("%s: a line ends with spaces: %q", ask, line)
		}
		if strings.Count(line, "**")%2 != 0 {
			t.Errorf("%s: bold is not closed: %q", ask, line)
		}
		if !strings.HasPrefix(line, "|") {
			columns = 0
			continue
		}
		n := strings.Count(strings.ReplaceAll(line, `\|`, ""), "|")
		if columns != 0 && n != columns {
			t.Errorf("%s: a row has %d cells, want %d: %q", ask, n-1, columns-1, line)
		}
		columns = n
	}
}
