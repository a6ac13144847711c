package analyst

import (
	"fmt"
	"strings"
)

// flaw is something in a document that keeps a statement from being verified.
type flaw struct {
	rank int // contradictions first, then gaps, then wording, as in the list below
	what string
	why  string
	ask  string
	unit ranked
	must int     // the token that the quote must hold, or -1
	with *ranked // the other side of a contradiction
}

// The ranks of flaws.
const (
	contradicting = iota
	undecided
	vague
	actorless
	compound
	ranks
)

var findingRE = lazily(`(?m)^\*\*Finding (\d+) of (\d+): `)

// openFinding returns the number of the finding that an answer of ours showed last.
func openFinding(answer string) (int, bool) {
	all := findingRE.FindAllStringSubmatch(answer, -1)
	if len(all) == 0 {
		return 0, false
	}
	n := 0
	if _, err := fmt.Sscan(all[len(all)-1][1], &n); err != nil {
		return 0, false
	}
	return n, true
}

// review answers a request to go through the documents.
func review(t *turn) (string, bool) {
	if !t.desk.canSearch() {
		return t.reviewSaid(), true
	}
	return t.nextFinding("")
}

// nextFinding shows the next flaw that was not yet shown, one at a time.
func (t *turn) nextFinding(lead string) (string, bool) {
	documents, listed := t.desk.documents()
	flaws, ready := t.flaws()
	if !ready || !listed {
		return "", false
	}
	if text, done := t.withoutDocuments(documents); done {
		return text, true
	}
	if lead != "" {
		lead += "\n\n"
	}
	if len(flaws) == 0 {
		return lead + "I looked for contradictions, open points, vague words, missing actors and several demands in one sentence, and found none in the passages with rules. " +
			"Name a topic (\"review the requirements about ...\") and I look there.", true
	}
	shown := t.shownBefore()
	for i, f := range flaws {
		if !shown[f.key()] {
			return lead + f.write(i+1, len(flaws)), true
		}
	}
	return lead + fmt.Sprintf("These were all %d findings. Name a topic (\"review the requirements about ...\") and I look for more there.", len(flaws)), true
}

// markEndRE finds the number of a source at the end of a line.
var markEndRE = lazily(`\s*\[\d{1,3}\]\s*$`)

// shownBefore returns the keys of the flaws in earlier answers.
func (t *turn) shownBefore() map[string]bool {
	shown := make(map[string]bool)
	for _, e := range t.talk.past {
		for line := range strings.Lines(e.answer) {
			if s, ok := strings.CutPrefix(line, "> "); ok {
				shown[strings.TrimSpace(markEndRE.ReplaceAllString(s, ""))] = true
			}
		}
	}
	return shown
}

// key is the line of a flaw that tells it from others: its quote.
func (f flaw) key() string { return f.unit.quote(f.must) }

// write shows the flaw: the place, what is wrong and why it matters, and a question.
func (f flaw) write(n, of int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "**Finding %d of %d: %s.** %s\n\n> %s [%d]\n\n%s", n, of, f.what, f.unit.where(), f.key(), f.unit.src.n, f.why)
	if f.with != nil {
		fmt.Fprintf(&b, "\n\nThe other side, %s: %s", f.with.where(), f.with.cited(-1))
	}
	return b.String() + "\n\n**" + f.ask + "** (Answer, or say \"next\" or \"skip\".)"
}

// flaws looks through the statements of the documents.
func (t *turn) flaws() ([]flaw, bool) {
	topic := t.reviewTopic()
	list, ready := t.compared(topic)
	open, openReady := t.desk.search("open question tbd agreed decided undecided")
	if !ready || !openReady {
		return nil, false
	}
	var flaws []flaw
	if !t.wordsOnly() {
		flaws = append(contradictions(t.valued(topic)), openFlaws(open, topic)...)
	}
	for _, r := range list {
		if f, ok := wording(r); ok {
			flaws = append(flaws, f)
		}
	}
	return distinct(flaws), true
}

// wordsOnly reports whether the review that runs is about wording alone.
func (t *turn) wordsOnly() bool {
	return wordsOnlyRE.MatchString(plain(t.reviewRequest()))
}

var wordsOnlyRE = lazily(`\b(?:vague|ambigu\w+|unclear|weak|wording|untestable|not (?:testable|verifiable)|missing actors?)\b`)

// openFlaws returns the open points in the passages.
func openFlaws(open []*source, topic string) []flaw {
	var flaws []flaw
	for _, s := range open {
		for _, u := range s.units {
			if r := (ranked{unit: u}); (topic == "" || onTopicUnit(u, topic)) && leavesOpen(u) {
				flaws = append(flaws, flaw{undecided, "an open point", "It is asked in the document and not answered there, so whoever builds it will decide it alone.", "What is the answer, or who decides it by when?", r, -1, nil})
			}
		}
	}
	return flaws
}

// reviewTopic returns the topic of the request that began this review.
func (t *turn) reviewTopic() string { return topicOf(t.reviewRequest(), asksRefinement) }

// reviewRequest returns the message that began this review, or the empty string.
func (t *turn) reviewRequest() string {
	if intentOf(t.talk.asked, false) == asksRefinement {
		return t.talk.asked
	}
	for i := len(t.talk.past) - 1; i >= 0; i-- {
		if intentOf(t.talk.past[i].said, false) == asksRefinement {
			return t.talk.past[i].said
		}
	}
	return ""
}

func onTopicUnit(u *unit, topic string) bool {
	for _, t := range readQuestion(topic, nil).contentTerms() {
		if _, cover := u.match(t); cover > 0 {
			return true
		}
	}
	return false
}

// leavesOpen reports whether a unit is an open question, or says that something
// is not decided.
func leavesOpen(u *unit) bool {
	if u.kind == title || u.kind == row || u.kind == reply || givesOrders(u) || len(u.tokens) < 4 {
		return false
	}
	return u.kind == inquiry && openRE.MatchString(u.section()) || openRE.MatchString(u.text())
}

// contradictions compares the statements with one another.
func contradictions(list []ranked) []flaw {
	var flaws []flaw
	for i, a := range list {
		for _, b := range list[i+1:] {
			if a.src.document == b.src.document || a.kind == row || b.kind == row {
				continue
			}
			if x, y, ok := differ(a, b); ok {
				other := b
				flaws = append(flaws, flaw{contradicting, fmt.Sprintf("%s or %s", escape(boundPhrase(x)), escape(boundPhrase(y))),
					"Two documents give different values for what looks like the same thing.", "Which one holds?", a, -1, &other})
			}
		}
	}
	return flaws
}

// differ reports whether two statements share most of their words and give
// different values of one kind.
func differ(a, b ranked) (x, y side, ok bool) {
	a.hits, b.hits = common(a.unit, b.unit), common(b.unit, a.unit)
	for _, v := range quantities(a.text(), a.tokens) {
		for _, w := range quantities(b.text(), b.tokens) {
			x, y = side{a, v}, side{b, w}
			n, least := sharedWords(x, y), 3
			if v.bound != "" && v.bound == w.bound && (v.unit == "" || w.unit == "") {
				least = 2 // "under sixteen", "under 18 years"
			}
			if n >= least && 2*n >= min(meaningful(a.unit), meaningful(b.unit)) && (contradict(x, y) || repliesOtherwise(x, y)) {
				return x, y, true
			}
		}
	}
	return side{}, side{}, false
}

// repliesOtherwise reports whether one side is the reply to a question that the
// other answers with another count: "How many books? Twelve."
func repliesOtherwise(x, y side) bool {
	if y.kind == reply {
		x, y = y, x
	}
	if x.kind != reply || x.value.first > 0 {
		return false
	}
	return readQuestion(x.asked.text(), nil).contradict(x, y)
}

// common returns the tokens of u that carry meaning and stand in v too.
func common(u, v *unit) []int {
	stems := make(map[string]bool)
	for _, t := range v.tokens {
		stems[t.stem] = true
	}
	var at []int
	for i, t := range u.tokens {
		if stems[t.stem] && !stopWords[t.word] {
			at = append(at, i)
		}
	}
	return at
}

func meaningful(u *unit) int {
	n := 0
	tokens := u.tokens
	if u.asked != nil {
		tokens = append(tokens[:len(tokens):len(tokens)], u.asked.tokens...)
	}
	for _, t := range tokens {
		_, isUnit := units()[t.stem]
		_, isNumber := numberWords[t.word]
		if !stopWords[t.word] && !isUnit && !isNumber && !isDigits(t.word) {
			n++
		}
	}
	return n
}

// distinct sorts flaws by rank and drops those with a quote that came before.
func distinct(flaws []flaw) []flaw {
	var kept []flaw
	seen := make(map[string]bool)
	for rank := range ranks {
		for _, f := range flaws {
			if f.rank == rank && !seen[f.key()] {
				seen[f.key()] = true
				kept = append(kept, f)
			}
		}
	}
	return kept
}

// noteFinding notes what was said about a finding and shows the next one.
func noteFinding(t *turn) (string, bool) {
	return t.nextFinding("Noted: " + own(t.talk.asked, 240))
}
