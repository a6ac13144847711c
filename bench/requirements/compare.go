package main

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/ba-assistant/ba-assistant/internal/requirement/statement"
)

// How two texts are compared: by the pairs of neighbouring words that they
// share, so that line ends, bullets and hyphens at a line's end count little.
const (
	enough = 0.5  // of a requirement's pairs, in the candidates that it holds
	inside = 0.75 // of a candidate's pairs, in one requirement
	alike  = 0.70 // shared of all pairs of both: one candidate for one requirement
)

// compare matches the candidates with the list.
func compare(list []listed, found []statement.Candidate, faults *log) documentResult {
	r := documentResult{list: len(list), candidates: len(found)}
	index := newIndex(found)
	right := make([]bool, len(found))
	for _, l := range list {
		want := pairsOf(l.Text)
		covered := make(map[string]bool)
		same := false
		for _, c := range index.near(want) {
			shared := overlap(index.pairs[c], want)
			if share(len(shared), len(index.pairs[c])) >= inside {
				right[c] = true
				for p := range shared {
					covered[p] = true
				}
			}
			same = same || share(len(shared), len(index.pairs[c])+len(want)-len(shared)) >= alike
		}
		ok := share(len(covered), len(want)) >= enough || same
		r.found += count(ok)
		r.same += count(same)
		if !ok && faults.on("documents") {
			faults.printf("MISSED\t%s\t%.2f\t%s\n", l.Key, share(len(covered), len(want)), oneLine(l.Text))
		}
	}
	for i, ok := range right {
		r.right += count(ok)
		if !ok && faults.on("documents") {
			faults.printf("EXTRA\t%s\t%s\t%d\t%s\n", found[i].Rule, found[i].SourceID, found[i].First, found[i].Text)
		}
	}
	return r
}

// index finds the candidates that share pairs with a text.
type index struct {
	pairs []map[string]bool
	by    map[string][]int
}

func newIndex(found []statement.Candidate) *index {
	x := &index{by: map[string][]int{}}
	for i, c := range found {
		p := pairsOf(c.Text)
		x.pairs = append(x.pairs, p)
		for k := range p {
			x.by[k] = append(x.by[k], i)
		}
	}
	return x
}

func (x *index) near(want map[string]bool) []int {
	seen := make(map[int]bool)
	var list []int
	for p := range want {
		for _, i := range x.by[p] {
			if !seen[i] {
				seen[i] = true
				list = append(list, i)
			}
		}
	}
	return list
}

// links are the targets of links in Markdown, which readers don't see.
var links = regexp.MustCompile(`\]\(http[^)]*\)`)

// pairsOf returns the pairs of neighbouring words of a text.
func pairsOf(s string) map[string]bool {
	words := strings.FieldsFunc(strings.ToLower(links.ReplaceAllString(s, "")), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	pairs := make(map[string]bool)
	for i := 0; i+1 < len(words); i++ {
		pairs[words[i]+" "+words[i+1]] = true
	}
	return pairs
}

func overlap(a, b map[string]bool) map[string]bool {
	shared := make(map[string]bool)
	for p := range a {
		if b[p] {
			shared[p] = true
		}
	}
	return shared
}

func count(ok bool) int {
	if ok {
		return 1
	}
	return 0
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
