package analyst

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ba-assistant/ba-assistant/internal/prompt"
)

// source is a passage as the analyst reads it.
type source struct {
	n        int
	document string
	locator  string
	text     string
	units    []*unit
	context  map[string]bool // stems of headings and of the document's name
	stems    map[string]bool // of the whole text

	orders     bool               // gives orders to a machine somewhere
	nameTokens []token            // of the document's name
	tokensOf   map[string][]token // of headings, labels and columns, kept
}

// unitKind is what a unit is.
type unitKind int

const (
	sentence unitKind = iota
	row               // of a table
	header            // the row that names the columns
	title             // a heading
	inquiry           // a sentence that asks
	reply             // what was answered to an inquiry, as a whole
)

// unit is a piece of a passage that can be quoted: its text is verbatim.
type unit struct {
	src        *source
	index      int // in src.units
	kind       unitKind
	start, end int    // bytes of src.text
	label      string // who speaks, or what a line is about, in front of the text
	tokens     []token
	heading    string // nearest heading above, inside the passage
	columns    []string
	cells      []string // of a row
	asked      *unit    // the inquiry that a reply answers
	list       bool     // a line that ends with a colon, with the items below it
}

// text returns the verbatim text of the unit.
func (u *unit) text() string { return u.src.text[u.start:u.end] }

// kept returns the tokens of a text that many units share.
func (s *source) kept(text string) []token {
	if text == "" {
		return nil
	}
	tokens, known := s.tokensOf[text]
	if !known {
		tokens = tokenise(text)
		s.tokensOf[text] = tokens
	}
	return tokens
}

func (u *unit) sectionTokens() []token { return u.src.kept(u.section()) }
func (u *unit) labelTokens() []token   { return u.src.kept(u.label) }
func (u *unit) columnTokens() []token  { return u.src.kept(strings.Join(u.columns, " ")) }

// section returns the nearest heading above the unit: one inside the passage,
// else the one that the locator names.
func (u *unit) section() string {
	if u.heading != "" {
		return u.heading
	}
	return u.src.heading()
}

// newSource splits a passage into its units.
func newSource(p prompt.Passage) *source {
	s := &source{n: p.N, document: p.Document, locator: p.Locator, text: p.Text,
		context: make(map[string]bool), stems: make(map[string]bool),
		orders: ordersRE.MatchString(p.Text), nameTokens: tokenise(p.Document), tokensOf: make(map[string][]token)}
	for _, t := range tokenise(p.Text) {
		s.stems[t.stem] = true
	}
	if !isPlace(p.Locator) {
		s.addContext(p.Locator)
	}
	s.split()
	s.pairReplies()
	return s
}

func (s *source) addContext(text string) {
	for _, t := range tokenise(text) {
		s.context[t.stem] = true
	}
}

// heading returns the heading that the locator names, or the empty string.
func (s *source) heading() string {
	if isPlace(s.locator) {
		return ""
	}
	return s.locator
}

var placeRE = lazily(`^(page|slide|line|row|sheet) `)

// isPlace reports whether a locator is a page, line, row or sheet.
func isPlace(locator string) bool { return placeRE.MatchString(locator) }

// split makes the units, line by line.
func (s *source) split() {
	lines := strings.SplitAfter(s.text, "\n")
	at, heading := 0, ""
	var columns []string
	for i, line := range lines {
		start, end := trimSpan(s.text, at, at+len(line))
		at += len(line)
		if start == end {
			continue
		}
		text := s.text[start:end]
		switch {
		case isRow(text):
			if strings.HasPrefix(text, separator[1:]) {
				start-- // the space before an empty first cell
			}
			columns = s.addRow(max(start, 0), end, heading, columns, nextIsRow(lines[i+1:]))
			continue
		case isTitle(text, lines[i+1:]) && !s.inList(lines[:i], text):
			heading = text
			s.add(&unit{kind: title, start: start, end: end, heading: heading})
		default:
			s.addSentences(start, end, heading)
		}
		columns = nil
	}
}

func (s *source) add(u *unit) {
	u.src, u.index = s, len(s.units)
	u.tokens = tokenise(u.text())
	if len(u.tokens) > 0 {
		s.units = append(s.units, u)
	}
}

// trimSpan moves the ends of a span over white space.
func trimSpan(text string, start, end int) (int, int) {
	trimmed := strings.TrimLeftFunc(text[start:end], unicode.IsSpace)
	start = end - len(trimmed)
	return start, start + len(strings.TrimRightFunc(trimmed, unicode.IsSpace))
}

var (
	bulletRE     = lazily(`^(?:[-*•‣▪–·]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s+`)
	labelRE      = lazily(`^(\p{Lu}[\p{L}'’.-]*(?: \p{Lu}[\p{L}'’.-]*){0,3}):\s+`)
	innerLabelRE = lazily(` \p{Lu}\p{Ll}+:\s`)
	numberedRE   = lazily(`^(?:\d+(?:\.\d+)*\.?|[A-Z](?:\.\d+)+|#{1,6})\s+\S`)
)

// isTitle reports whether a line is a heading of the lines that follow: short,
// with a number or above running text. Short lines in a row are a list.
func isTitle(line string, after []string) bool {
	if !isShort(line) || len(after) == 0 || hasObligation(line) || bulletRE.MatchString(line) && !numberedRE.MatchString(line) {
		return false
	}
	first, _ := utf8.DecodeRuneInString(line)
	if numberedRE.MatchString(line) {
		return true
	}
	next := strings.TrimSpace(after[0])
	return unicode.IsUpper(first) && len(strings.Fields(line)) <= 8 && (!isShort(next) || numberedRE.MatchString(next) || bulletRE.MatchString(next) || isRow(next))
}

// inList reports whether a line without a number follows a colon, or another
// short line that is no heading: then it is an item of a list.
func (s *source) inList(before []string, line string) bool {
	if len(before) == 0 || numberedRE.MatchString(line) {
		return false
	}
	previous := strings.TrimSpace(before[len(before)-1])
	if strings.HasSuffix(previous, ":") {
		return true
	}
	last := len(s.units) - 1
	return isShort(previous) && last >= 0 && s.units[last].kind != title
}

// isShort reports whether a line could be a heading by its length and end.
func isShort(line string) bool {
	last, _ := utf8.DecodeLastRuneInString(line)
	return line != "" && len(strings.Fields(line)) <= 10 && len(line) <= 90 && !strings.ContainsRune(".!?;,:", last)
}

func hasObligation(line string) bool {
	for w := range strings.FieldsSeq(line) {
		if w == "shall" || w == "must" || w == "should" {
			return true
		}
	}
	return false
}

// addSentences makes the units of a line of running text.
func (s *source) addSentences(start, end int, heading string) {
	if m := bulletRE.FindString(s.text[start:end]); m != "" {
		start += len(m)
	}
	label := ""
	if m := labelRE.FindStringSubmatch(s.text[start:end]); m != nil {
		label, start = m[1], start+len(m[0])
	}
	if label != "" {
		if m := innerLabelRE.FindStringIndex(s.text[start:end]); m != nil {
			defer s.addSentences(start+m[0]+1, end, heading)
			end = start + m[0]
		}
	}
	for _, span := range sentences(s.text[start:end]) {
		u := &unit{start: start + span[0], end: start + span[1], label: label, heading: heading}
		switch text := u.in(s); {
		case strings.HasSuffix(text, "?"):
			u.kind = inquiry
		case strings.HasSuffix(text, ":"):
			u.end = s.listEnd(u.end)
			u.list = strings.Contains(u.in(s), "\n")
		}
		s.add(u)
	}
}

// maxList bounds how much of a list belongs to the line that announces it.
const maxList = 300

// listEnd returns where the list that a colon announces ends: the next lines,
// each of them short, up to maxList bytes.
func (s *source) listEnd(at int) int {
	end := at
	for rest := s.text[at:]; rest != ""; {
		line, after, _ := strings.Cut(strings.TrimLeft(rest, "\n"), "\n")
		next := len(s.text) - len(after)
		if line == "" || len(line) > 160 || next-at > maxList || isRow(line) || strings.HasSuffix(line, ":") || numberedRE.MatchString(line) && !bulletRE.MatchString(line) {
			break
		}
		end, rest = next, after
	}
	_, end = trimSpan(s.text, at, end)
	return max(at, end)
}

func (u *unit) in(s *source) string { return s.text[u.start:u.end] }
