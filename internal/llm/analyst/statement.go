package analyst

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/prompt"
)

var topicRE = lazily(`(?i)\b(?:about|for|on|regarding|concerning|covering|around|of)\s+(.+)$`)

// requirementRE finds what kind of requirements is asked for.
var requirementRE = lazily(`(?i)^(?:please )?(?:list|draft|write|extract|derive|collect|generate|produce|show|give|make)\s+(?:me\s+)?(?:all\s+)?(?:the\s+)?(.{0,40}?)\s*requirements?(?:\s+list)?(?:\s+(?:about|for|on|regarding|concerning|of|from)\s+(.+))?$`)

// nowhere are topics that stand for everything.
var nowhere = wordSet(`this that it everything all conversation talk discussion documents document project feature requirements system what we have said so far
	the our these them us me you files above said discussed from in of and it's`)

// topicOf returns what a command is about, or the empty string for everything.
func topicOf(message string, _ intent) string {
	s := strings.TrimRight(strings.TrimSpace(message), " .!?")
	if m := requirementRE.FindStringSubmatch(s); m != nil {
		s = strings.TrimSpace("about " + m[1] + " " + strings.TrimPrefix(strings.ToLower(m[2]), "the "))
	}
	m := topicRE.FindStringSubmatch(s)
	if m == nil {
		return ""
	}
	for _, w := range wordsOf(m[1]) {
		if !nowhere[w] {
			return strings.TrimSpace(m[1])
		}
	}
	return ""
}

var decisionRE = lazily(`(?i)\b(?:agreed|decided|decision|we note|i note|let us say|we want|nobody should|only the|has to|have to|is to|are to|not wanted)\b`)

// isStatement reports whether a unit states a rule or a decision.
func (u *unit) isStatement() bool {
	if u.kind == title || u.kind == inquiry || u.kind == header || len(u.tokens) < 4 || givesOrders(u) {
		return false
	}
	return u.obliges() || u.kind != row && decisionRE.MatchString(u.text())
}

// statements returns the rules and decisions in the documents, about a topic
// best first, else in the order of the passages found.
func (t *turn) statements(topic string) ([]ranked, bool) {
	queries := []string{"shall must should may", "agreed decided required responsible"}
	if topic != "" {
		queries = readQuestion(topic, nil).queries()
		if len(queries) > 0 {
			queries = append(queries, queries[0]+" shall must should may")
		}
	}
	documents, listed := t.desk.documents()
	sources, ready := t.desk.search(queries...)
	if !ready || !listed {
		return nil, false
	}
	if topic != "" {
		q := readQuestion(topic, nil)
		q.pointTo(documents)
		return onTopic(q, sources), true
	}
	var all []ranked
	for _, s := range sources {
		for _, u := range s.units {
			if u.kind != reply && u.isStatement() {
				all = append(all, ranked{unit: u})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(a.src.document, b.src.document), cmp.Compare(a.src.n, b.src.n), cmp.Compare(a.start, b.start))
	})
	return all, true
}

// inResembling reports whether a unit is of a document that the question resembles.
func (q *question) inResembling(r ranked) bool { return slices.Contains(q.resembling, r.src.document) }

// onTopic returns the statements about what q asks, the best first.
func onTopic(q *question, sources []*source) []ranked {
	var list []ranked
	all := q.within(rank(q, sources))
	if len(q.resembling) > 0 && slices.ContainsFunc(all, q.inResembling) {
		all = slices.DeleteFunc(all, func(r ranked) bool { return !q.inResembling(r) })
	}
	for _, r := range all {
		if r.kind != reply && r.isStatement() && (r.cover >= someCover && r.own > 0 || r.about) {
			list = append(list, r)
		}
	}
	return list
}

// checkStatement compares what was just told with the documents. It returns
// the empty string where they say nothing on it.
func (t *turn) checkStatement() (string, bool) {
	if !t.desk.canSearch() {
		return "", true
	}
	ready := true
	checks := make([]string, 0, maxChecked)
	for _, f := range worthChecking(t.talk.asked) {
		q := readQuestion(f, nil)
		if _, ok := t.desk.search(q.queries()...); !ok {
			ready = false
			continue
		}
		if c := t.check(f, q); c != "" {
			checks = append(checks, c)
		}
	}
	return strings.Join(checks, "\n\n"), ready
}

// maxChecked bounds how many sentences of a message are compared with the documents.
const maxChecked = 2

// worthChecking returns the sentences that say most: those with numbers first.
func worthChecking(said string) []string {
	var with, without []string
	for _, f := range factsIn(said) {
		q := readQuestion(f, nil)
		switch {
		case len(q.contentTerms()) < 2 || strings.HasSuffix(f, "?") || !holdsNumber(f) && len(q.contentTerms()) < 3:
		case holdsNumber(f):
			with = append(with, f)
		default:
			without = append(without, f)
		}
	}
	all := append(with, without...)
	return all[:min(len(all), maxChecked)]
}

// check compares one sentence with what was found.
func (t *turn) check(fact string, q *question) string {
	all := rank(q, t.desk.sources)
	if len(all) == 0 {
		return ""
	}
	if one, others := contradicted(fact, q, all); len(others) > 0 {
		points := make([]string, len(others))
		for i, o := range others {
			points[i] = "- " + o.where() + ": " + o.cited(o.value.first)
		}
		return fmt.Sprintf("**The documents say otherwise.** You said %s; they say:\n\n%s\n\nWhich one holds?",
			quoted(boundPhrase(one)), strings.Join(points, "\n"))
	}
	best := all[0]
	if t.talk.mode == ba.ModeMeeting || best.cover < 0.8 || best.own < 0.65 || best.kind == title || best.kind == inquiry {
		return ""
	}
	return "The documents on this: " + best.point()
}

// maxOtherwise bounds how many contradicting places are shown.
const maxOtherwise = 2

// contradicted finds units that give another value for what the sentence says,
// one of each document.
func contradicted(fact string, q *question, all []ranked) (one side, others []side) {
	said := newSource(prompt.Passage{Text: fact})
	if len(said.units) == 0 {
		return one, nil
	}
	mine := newScale(q, []*source{said}).rank(said.units[0])
	seen := make(map[string]bool)
	for _, v := range quantities(mine.text(), mine.tokens) {
		one = side{mine, v}
		for _, other := range q.sides(all) {
			if len(others) < maxOtherwise && !seen[other.src.document] && contradict(one, other) {
				seen[other.src.document] = true
				others = append(others, other)
			}
		}
		if len(others) > 0 {
			break
		}
	}
	return one, others
}
