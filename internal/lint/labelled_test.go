package lint

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/internal/testenv"
)

var misses = flag.Bool("misses", false, "list the findings that neither a label nor a verdict confirms")

// floor is the precision that every rule has to have on labelled data.
const floor = 0.9

// labelledFolder skips on a machine without the labelled data, and fails in
// continuous integration.
func labelledFolder(t *testing.T) string {
	t.Helper()
	folder := filepath.Join(filepath.Dir(testenv.Root(t)), "shared", "requirements")
	if _, err := os.Stat(folder); err != nil && testenv.CI() {
		t.Fatalf("the labelled data is not there, and CI must not skip: %v", err)
	}
	return testenv.Shared(t, "requirements")
}

// labelled is a text with the words that people marked in it, by kind of weakness.
type labelled struct {
	id    string
	text  string
	marks map[string][]string
}

// readSmells returns the requirements of ARTA (Zakeri-Nasrabadi, Parsa 2024).
func readSmells(t *testing.T) []labelled {
	t.Helper()
	f, err := os.Open(filepath.Join(labelledFolder(t), "smells", "arta_smells.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var rows []labelled
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var row struct {
			ID     string              `json:"id"`
			Text   string              `json:"text"`
			Smells map[string][]string `json:"smells"`
		}
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, labelled{row.ID, row.Text, row.Smells})
	}
	return rows
}

// readStories returns the user stories of UStAI (Yamani et al. 2025). Its
// labels are for the whole story.
func readStories(t *testing.T) []labelled {
	t.Helper()
	var rows []labelled
	for _, row := range readTable(t, "user-stories", "ustai_story_quality.csv") {
		marks := make(map[string][]string)
		if row["atomic"] != "atomic" {
			marks["not_atomic"] = []string{}
		}
		if row["minimal"] != "minimal" {
			marks["not_minimal"] = []string{}
		}
		rows = append(rows, labelled{row["id"], row["text"], marks})
	}
	return rows
}

// readTable returns the lines of a CSV file by the names of its columns.
func readTable(t *testing.T, elem ...string) []map[string]string {
	t.Helper()
	f, err := os.Open(filepath.Join(append([]string{labelledFolder(t)}, elem...)...))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, line := range lines[1:] {
		row := make(map[string]string)
		for i, name := range lines[0] {
			row[name] = line[i]
		}
		rows = append(rows, row)
	}
	return rows
}

var weakWords = []string{"subjective_language", "ambiguous_adverb_adjective", "non_verifiable_term", "loophole"}

// smellsOf and storyMarksOf say which labels each rule is about. The labels of
// ARTA tell the kinds of weak words apart differently from the rules, so that
// the kinds count as one.
var smellsOf = map[string][]string{
	VagueWord: weakWords, SubjectiveWord: weakWords, Loophole: weakWords, NotVerifiable: weakWords,
	UnclearObligation: {"uncertain_verb"}, NegativeStatement: {"negative_statement"},
	ComparativeWithoutMeasure: {"comparative"}, Superlative: {"superlative"},
}

var storyMarksOf = map[string][]string{
	StoryNotAtomic: {"not_atomic"}, StoryNotMinimal: {"not_minimal"},
}

// tally counts the findings of a rule.
type tally struct {
	marked int // texts with a label of the kind
	rows   int // texts with a finding
	agreed int // of those, with a label of the kind
	found  int // findings
	right  int // of those, whose words are labelled, or that the verdict confirms

	decided []string // the keys of the findings, as the verdicts name them
}

func TestLabelledDataConfirmsTheFindings(t *testing.T) {
	verdicts := readVerdicts(t)
	counts := make(map[string]*tally)
	compare(readSmells(t), smellsOf, verdicts, counts)
	compare(readStories(t), storyMarksOf, verdicts, counts)
	checkVerdicts(t, verdicts, counts)
	t.Logf("%-28s %8s %8s %8s %9s %8s %9s", "rule", "marked", "texts", "labelled", "findings", "right", "precision")
	for _, id := range slices.Sorted(maps.Keys(counts)) {
		c := counts[id]
		if c.found == 0 {
			t.Logf("%-28s %8d no finding", id, c.marked)
			continue
		}
		precision := float64(c.right) / float64(c.found)
		t.Logf("%-28s %8d %8d %8.2f %9d %8d %9.2f", id, c.marked, c.rows, float64(c.agreed)/float64(c.rows), c.found, c.right, precision)
		if precision < floor {
			t.Errorf("%s: precision %.2f, want %.2f; -misses lists what to look at", id, precision, floor)
		}
	}
}

// checkVerdicts fails for a verdict on what is no finding any more.
func checkVerdicts(t *testing.T, verdicts map[string]bool, counts map[string]*tally) {
	t.Helper()
	for key := range verdicts {
		rule, _, _ := strings.Cut(key, " ")
		if c := counts[rule]; c == nil || !slices.Contains(c.decided, key) {
			t.Errorf("a verdict on what is no finding: %s", key)
		}
	}
}

// compare counts the findings in the texts, by rule.
func compare(rows []labelled, marksOf map[string][]string, verdicts map[string]bool, counts map[string]*tally) {
	for id := range marksOf {
		counts[id] = &tally{}
	}
	for _, row := range rows {
		for id, kinds := range marksOf {
			if slices.ContainsFunc(kinds, func(kind string) bool { return row.marks[kind] != nil }) {
				counts[id].marked++
			}
		}
		seen := make(map[string]bool)
		for _, f := range Text(row.text) {
			kinds, judged := marksOf[f.Rule]
			if !judged {
				continue
			}
			counts[f.Rule].count(row, f, kinds, seen[f.Rule], verdicts)
			seen[f.Rule] = true
		}
	}
}

func (c *tally) count(row labelled, f Finding, kinds []string, again bool, verdicts map[string]bool) {
	span := strings.ToLower(string([]rune(row.text)[f.Start:f.End]))
	is, names := false, false
	for _, kind := range kinds {
		words, marked := row.marks[kind]
		is = is || marked
		names = names || marked && (len(words) == 0 || slices.ContainsFunc(words, func(w string) bool { return overlap(span, strings.ToLower(w)) }))
	}
	if !again {
		c.rows++
		if is {
			c.agreed++
		}
	}
	c.found++
	key := f.Rule + " " + row.id + " " + span
	verdict, decided := verdicts[key]
	c.decided = append(c.decided, key)
	if names || verdict {
		c.right++
	} else if *misses {
		fmt.Printf("%s\t%s\t%s\t%s\t%s\n", f.Rule, row.id, span, map[bool]string{true: "wrong", false: "?"}[decided], around(row.text, f))
	}
}

// overlap reports that one of the texts is in the other; the labels are
// sometimes shortened, and sometimes hold several words.
func overlap(a, b string) bool {
	b = strings.Trim(b, " .,")
	return b != "" && (strings.Contains(a, b) || strings.Contains(b, a))
}

func around(text string, f Finding) string {
	runes := []rune(text)
	return strings.TrimSpace(fmt.Sprintf("…%s…", string(runes[max(0, f.Start-60):min(len(runes), f.End+60)])))
}

// readVerdicts returns what the authors of the rules decided about findings
// that no label names: the labels are of uneven care, and the same words are
// labelled in one sentence and not in the next. Without a verdict, a finding
// that no label names is wrong.
func readVerdicts(t *testing.T) map[string]bool {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "verdicts.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	verdicts := make(map[string]bool)
	for line := range strings.Lines(string(data)) {
		cells := strings.Split(strings.TrimSpace(line), "\t")
		if line[0] == '#' || len(cells) < 4 {
			continue
		}
		verdicts[cells[0]+" "+cells[1]+" "+cells[2]] = cells[3] == "right"
	}
	return verdicts
}

func TestLabelledPronounsConfirmTheFindings(t *testing.T) {
	found, right, marked := 0, 0, 0
	for _, row := range readTable(t, "ambiguity", "reqeval_pronouns.csv") {
		before, _, _ := strings.Cut(row["marked"], "<referential>")
		at := len([]rune(before))
		ambiguous := row["label"] == "ambiguous"
		if ambiguous {
			marked++
		}
		for _, f := range Text(row["text"]) {
			if f.Rule != PronounReference || f.Start != at {
				continue
			}
			found++
			if ambiguous {
				right++
			} else if *misses {
				t.Logf("%s %s", row["id"], row["marked"])
			}
		}
	}
	precision := float64(right) / float64(max(found, 1))
	t.Logf("%s: %d of %d ambiguous pronouns found, precision %.2f", PronounReference, right, marked, precision)
	if precision < floor {
		t.Errorf("precision %.2f, want %.2f", precision, floor)
	}
}

// TestLabelledStoryPartsConfirmTheFindings compares with the parts that people
// marked in the stories of real backlogs (Arulmohan, Meurs, Mosser 2023).
func TestLabelledStoryPartsConfirmTheFindings(t *testing.T) {
	f, err := os.Open(filepath.Join(labelledFolder(t), "user-stories", "annotated_stories_noncommercial.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	counts := map[string]*tally{StoryWithoutBenefit: {}, StoryRole: {}}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var row struct {
			ID, Text, Benefit string
			Persona           []string
		}
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		marked := map[string]bool{StoryWithoutBenefit: row.Benefit == "", StoryRole: len(row.Persona) == 1 && anybody[strings.ToLower(row.Persona[0])]}
		for _, f := range Text(row.Text) {
			c := counts[f.Rule]
			if c == nil {
				continue
			}
			c.found++
			if marked[f.Rule] {
				c.right++
			} else if *misses {
				t.Logf("%s %s %s %q", f.Rule, row.ID, row.Text, row.Benefit)
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(counts)) {
		c := counts[id]
		precision := float64(c.right) / float64(max(c.found, 1))
		t.Logf("%-28s %8d findings %8d right %9.2f", id, c.found, c.right, precision)
		if precision < floor {
			t.Errorf("%s: precision %.2f, want %.2f", id, precision, floor)
		}
	}
}
