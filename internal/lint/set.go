package lint

import (
	"fmt"
	"slices"
	"strings"
)

// Statement is a requirement among others.
type Statement struct {
	Name string // how a reason calls it, such as REQ-0042
	Text string
}

// SetFinding is a weakness that shows only beside another statement.
type SetFinding struct {
	Finding
	Statement int // the index of the statement that the span lies in
	Other     int // the index of the statement that it is compared with
}

// Set returns what is wrong between statements, in order of the statements: the
// same said twice, numbers that contradict each other, terms and units that
// change. Its time grows with the length of the texts alone, so that it can be
// asked about a whole project.
func Set(statements []Statement) []SetFinding {
	all := make([]*statement, 0, len(statements))
	for _, s := range statements {
		all = append(all, newStatement(words(s.Text)))
	}
	return compareAll(all, func(i int) string { return statements[i].Name })
}

// together adds what is wrong between the statements of a text.
func (r *report) together(all []*statement) {
	for _, f := range compareAll(all, func(i int) string { return "“" + excerpt(all[i]) + "”" }) {
		r.found = append(r.found, f.Finding)
	}
}

// excerpt returns the beginning of a statement.
func excerpt(s *statement) string {
	const most = 8
	if len(s.words) <= s.body+most {
		return s.quoted(s.body, len(s.words))
	}
	return s.quoted(s.body, s.body+most) + " …"
}

// comparison collects the findings of the rules over a set. name is how a
// statement is called in a reason.
type comparison struct {
	all   []*statement
	name  func(i int) string
	found []SetFinding
}

func compareAll(all []*statement, name func(int) string) []SetFinding {
	if len(all) < 2 {
		return nil
	}
	c := &comparison{all: all, name: name}
	c.repetitions()
	c.terms()
	c.units()
	slices.SortStableFunc(c.found, func(a, b SetFinding) int {
		if a.Statement != b.Statement {
			return a.Statement - b.Statement
		}
		return a.Start - b.Start
	})
	return c.found
}

// add reports the words from i to j of statement n, against another statement.
func (c *comparison) add(rule string, n, other int, span [2]int, reason, suggestion string) {
	w := c.all[n].words
	c.found = append(c.found, SetFinding{
		Finding:   Finding{Rule: rule, Start: w[span[0]].start, End: w[span[1]-1].end, Reason: reason, Suggestion: suggestion},
		Statement: n, Other: other,
	})
}

// gist is a statement without what changes nothing in it.
type gist struct {
	key     string // its content words, numbers left out
	length  int    // how many content words
	numbers []int  // indexes of its numbers
	negated bool
}

const shortestGist = 3 // content words below which two statements are alike by chance

// repetitions reports statements that say the same, or the same with another number.
func (c *comparison) repetitions() {
	first := make(map[string]int)
	gists := make([]gist, len(c.all))
	for i, s := range c.all {
		if !s.requirement() || s.cut() || s.refersBack() {
			continue
		}
		g := s.gist()
		gists[i] = g
		if g.length < shortestGist {
			continue
		}
		if j, seen := first[g.key]; seen {
			c.repeated(i, j, g, gists[j])
			continue
		}
		first[g.key] = i
	}
}

// cut reports that the sentence goes on elsewhere: it introduces a list, or a
// page break went through it.
func (s *statement) cut() bool {
	last := s.low(len(s.words) - 1)
	return last == ":" || last == "," || determiners[last] || prepositions[last] || conjunctions[last] || modals[last] || beForms[last]
}

// refersBack reports that the subject of the sentence is that of another one,
// so that the same words can be about another thing.
func (s *statement) refersBack() bool {
	switch s.low(s.body) {
	case "it", "they", "this", "these", "those", "that", "such", "he", "she":
		return true
	}
	return false
}

func (c *comparison) repeated(i, j int, g, earlier gist) {
	s := c.all[i]
	whole := [2]int{s.body, len(s.words)}
	if g.negated != earlier.negated {
		c.add(ContradictingStatement, i, j, whole, "This forbids what "+c.name(j)+" asks for, or the other way round.", "Decide which of the two holds, or under which condition each does.")
		return
	}
	if at, theirs, differ := c.otherNumber(i, j, g, earlier); differ {
		if theirs != "" {
			c.add(ContradictingNumber, i, j, [2]int{at, at + 1},
				fmt.Sprintf("%s here, but %s in %s.", s.words[at].text, theirs, c.name(j)), "Decide which value holds, and state it once.")
		}
		return
	}
	c.add(NearDuplicate, i, j, whole, "This says the same as "+c.name(j)+".", "Keep one of the two.")
}

// otherNumber returns where a number of statement i stands that is another one
// in statement j, and that one. Where several differ, the statements are about
// different cases, and theirs is empty.
func (c *comparison) otherNumber(i, j int, g, earlier gist) (at int, theirs string, differ bool) {
	for n := range min(len(g.numbers), len(earlier.numbers)) {
		here, there := g.numbers[n], earlier.numbers[n]
		if c.all[i].low(here) == c.all[j].low(there) {
			continue
		}
		if differ {
			return at, "", true
		}
		at, theirs, differ = here, c.all[j].low(there), true
	}
	return at, theirs, differ
}

// gist returns the content of a statement as a key: two statements with the
// same key differ at most in small words, inflection, synonyms and numbers.
func (s *statement) gist() gist {
	var g gist
	var b strings.Builder
	for i := s.body; i < len(s.words); i++ {
		w := s.words[i]
		switch {
		case w.kind == number && references[s.low(i-1)]:
			continue
		case w.kind == number:
			g.numbers = append(g.numbers, i)
			b.WriteString("# ")
			continue
		case i == s.modal+1 && (w.low == "not" || w.low == "never"), i == s.modal && w.low == "cannot":
			g.negated = true
			continue
		case w.kind == mark, small[w.low]:
			continue
		}
		b.WriteString(canonical(w.low))
		b.WriteByte(' ')
		g.length++
	}
	g.key = b.String()
	return g
}

// references come before the number of something else.
var references = set(`section sections chapter figure table requirement req srsreq step clause annex appendix page see and
	round version release phase level option type class stage part iteration sprint message number`)

// small words change nothing in what a statement asks for.
var small = func() map[string]bool {
	m := set(`a an the this that these those its their his her my our your be is are was were been being have has had
		shall must should will would may can could it them i we to of able capable it's there also then therefore
		each every all any please need needs contain contains last lasts`)
	return m
}()

// synonyms are words that are used for the same in requirements.
var synonyms = func() map[string]string {
	m := make(map[string]string)
	for _, group := range []string{
		"show display present", "delete remove erase", "notify inform alert", "begin start commence", "end finish terminate",
		"allow permit enable let", "save store", "choose select pick", "create generate produce", "email e-mail mail",
		"administrator admin", "second sec s", "minute min", "hour hr h", "minimum least", "maximum most",
		"login log-in sign-in", "password passcode", "change modify alter", "verify validate", "software system solution product application app",
	} {
		list := strings.Fields(group)
		for _, w := range list {
			m[w] = list[0]
		}
	}
	return m
}()

func canonical(low string) string {
	stem := stemmed(low)
	if c, ok := synonyms[stem]; ok {
		return c
	}
	return stem
}

// stemmed takes the endings of the plural and of the third person away, and
// those of the participles.
func stemmed(low string) string {
	switch {
	case len(low) > 4 && strings.HasSuffix(low, "ies"):
		return low[:len(low)-3] + "y"
	case len(low) > 4 && (strings.HasSuffix(low, "sses") || strings.HasSuffix(low, "shes") || strings.HasSuffix(low, "ches") || strings.HasSuffix(low, "xes")):
		return low[:len(low)-2]
	case len(low) > 3 && strings.HasSuffix(low, "s") && !strings.HasSuffix(low, "ss") && !strings.HasSuffix(low, "us") && !strings.HasSuffix(low, "is"):
		return low[:len(low)-1]
	}
	return low
}
