package analyst

import "fmt"

var compareRE = lazily(`(?i)(?:^|\b)(?:compare|differences? between|how (?:do|does|is|are))\s+(?:the\s+)?(.+?)\s+(?:and|with|to|vs\.?|versus|differ from|different from)\s+(?:the\s+)?(.+?)(?:\s+differ)?[?.! ]*$|^(.+?)\s+(?:vs\.?|versus)\s+(.+?)[?.! ]*$`)

// compare sets two things side by side, or looks for what documents say
// differently.
func compare(t *turn) (string, bool) {
	if !t.desk.canSearch() {
		return noProject, true
	}
	documents, ready := t.desk.documents()
	if !ready {
		return "", false
	}
	if len(documents) == 0 {
		return noDocuments, true
	}
	one, other, ok := twoThings(t.talk.asked)
	if !ok || len(namedIn("in "+one, documents)) > 0 && len(namedIn("in "+other, documents)) > 0 {
		return t.disagreements()
	}
	return t.sideBySide(one, other)
}

// twoThings returns what a message compares.
func twoThings(message string) (one, other string, ok bool) {
	m := compareRE.FindStringSubmatch(message)
	if m == nil {
		return "", "", false
	}
	one, other = m[1]+m[3], m[2]+m[4]
	if len(readQuestion(one, nil).terms) == 0 || len(readQuestion(other, nil).terms) == 0 {
		return "", "", false
	}
	return one, other, true
}

func (t *turn) sideBySide(one, other string) (string, bool) {
	a, b := readQuestion(one, nil), readQuestion(other, nil)
	_, ready := t.desk.search(append(a.queries(), b.queries()...)...)
	if !ready {
		return "", false
	}
	f, g := find(a, t.desk.sources), find(b, t.desk.sources)
	if f.outcome == nothing || g.outcome == nothing {
		missing := one
		if f.outcome != nothing {
			missing = other
		}
		return fmt.Sprintf("**The documents don't speak of %s**, so there is nothing to compare. %s", quoted(missing), searchedFor(t.desk.queries)), true
	}
	if x, y, ok := rowsOf(f, g); ok {
		return fmt.Sprintf("**%s and %s** stand in one table:\n\n%s%s", sentenceCase(escape(one)), escape(other), rowsTable([]ranked{x, y}), besideRows(f, g)), true
	}
	return fmt.Sprintf("**%s**\n\n%s\n\n**%s**\n\n%s\n\nThis is what the documents say about each; I set it side by side and judge nothing.",
		sentenceCase(escape(one)), f.bullets(f.evidence), sentenceCase(escape(other)), g.bullets(g.evidence)), true
}

// rowsOf returns a row of one table for each side.
func rowsOf(f, g finding) (x, y ranked, ok bool) {
	for _, x := range f.evidence {
		for _, y := range g.evidence {
			if x.unit != y.unit && x.kind == row && y.kind == row && rowsTable([]ranked{x, y}) != "" {
				return x, y, true
			}
		}
	}
	return ranked{}, ranked{}, false
}

// besideRows quotes what else was found on either side.
func besideRows(f, g finding) string {
	var rest []ranked
	for _, r := range append(f.evidence[:len(f.evidence):len(f.evidence)], g.evidence...) {
		if r.kind != row && !isQuoted(r, rest) {
			rest = append(rest, r)
		}
	}
	if len(rest) == 0 {
		return ""
	}
	return "\n\nAlso:\n\n" + f.bullets(rest)
}

// maxCompared bounds how many statements are looked up again for what else is
// said about the same thing.
const maxCompared = 8

// disagreements looks for different values and denials across documents.
func (t *turn) disagreements() (string, bool) {
	topic := topicOf(t.talk.asked, asksComparison)
	if _, ready := t.compared(topic); !ready {
		return "", false
	}
	lines := t.differences(topic)
	if len(lines) == 0 {
		return "I found no contradiction: no two documents give different values for the same thing in the passages that I compared. " +
			"That is no proof that there is none; ask about a single rule to compare it closely.", true
	}
	return fmt.Sprintf("**The documents disagree in %s:**\n\n%s\n\n**To settle:** which side holds in each? Write it here and I note it.",
		countOf(len(lines), "place", "places"), numbered(lines)), true
}

// compared returns the statements, and searches for what else is said about
// those of them that give a value.
func (t *turn) compared(topic string) ([]ranked, bool) {
	list, ready := t.statements(topic)
	if !ready {
		return nil, false
	}
	queries := make([]string, 0, maxCompared)
	for _, r := range list {
		if len(queries) < maxCompared && r.kind != row && len(quantities(r.text(), r.tokens)) > 0 {
			queries = append(queries, readQuestion(withoutID(r.text()), nil).queries()...)
		}
	}
	_, ready = t.desk.search(queries...)
	return list, ready
}

// valued returns the units about a topic that may contradict one another.
func (t *turn) valued(topic string) []ranked {
	var list []ranked
	for _, s := range t.desk.sources {
		for _, u := range s.units {
			if (u.kind == sentence && len(u.tokens) >= 4 || u.kind == reply) && !givesOrders(u) && (topic == "" || onTopicUnit(u, topic)) {
				list = append(list, ranked{unit: u})
			}
		}
	}
	return list
}

func withoutID(s string) string { return idRE.ReplaceAllString(s, "") }

// differences compares all units with values, and all statements.
func (t *turn) differences(topic string) []string {
	list := t.valued(topic)
	var lines []string
	paired := make(map[*unit]bool)
	for _, f := range contradictions(list) {
		if len(lines) < 6 && !paired[f.unit.unit] {
			paired[f.unit.unit] = true
			lines = append(lines, fmt.Sprintf("**%s.** %s: %s, but %s: %s", sentenceCase(f.what), f.unit.where(), f.unit.cited(-1), f.with.where(), f.with.cited(-1)))
		}
	}
	for i, a := range list {
		for _, b := range list[i+1:] {
			if a.src.document == b.src.document || len(lines) >= 8 || sharedWords(side{ranked: a, value: noValue}, side{ranked: b, value: noValue}) < 4 {
				continue
			}
			if d := findDenial([]ranked{a, b}); d != nil {
				lines = append(lines, fmt.Sprintf("**%s: with or without.** %s: %s, but %s: %s", sentenceCase(escape(d.phrase)), d.of.where(), d.of.cited(-1), d.by.where(), d.by.cited(-1)))
			}
		}
	}
	return lines
}
