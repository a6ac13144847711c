package page

import "strings"

// Block is one block of a document's text, as the viewer needs it.
type Block struct {
	Index  int
	Kind   string // as package extract names them
	Level  int    // of a heading
	Header bool   // a row that names the columns
	Text   string
	Cells  []string
	Row    int    // number of a row in its sheet
	Place  string // words for the mark where a page begins: "Page 3", "Sheet Prices"
}

// Cited is the range of blocks that a citation points to; First > Last is none.
type Cited struct{ First, Last int }

// Groups gathers blocks to what is shown together: rows of one table, items of
// one list, with a mark where a new page begins.
func Groups(blocks []Block, cited Cited) []Group {
	g := grouper{cited: cited}
	for _, b := range blocks {
		g.add(b)
	}
	return g.out
}

type grouper struct {
	out    []Group
	place  string
	cited  Cited
	marked bool
}

func (g *grouper) add(b Block) {
	if b.Place != "" && b.Place != g.place {
		g.place = b.Place
		g.out = append(g.out, Group{Kind: "page", Label: b.Place})
	}
	kind, level := shownAs(b)
	last := len(g.out) - 1
	if last < 0 || g.out[last].Kind != kind || kind != "list" && kind != "table" || b.Header {
		g.out = append(g.out, Group{Kind: kind, Level: level})
		last++
	}
	if b.Header && !g.isCited(b.Index) {
		g.out[last].Head = b.Cells
		return
	}
	g.out[last].Lines = append(g.out[last].Lines, g.line(b))
}

func (g *grouper) line(b Block) Line {
	l := Line{Index: b.Index, Text: b.Text, Cells: b.Cells, Number: b.Row, Cited: g.isCited(b.Index)}
	if l.Cited && !g.marked {
		l.First, g.marked = true, true
	}
	return l
}

func (g *grouper) isCited(index int) bool { return index >= g.cited.First && index <= g.cited.Last }

// shownAs returns the kind of group for a block and the level of a heading:
// the page itself has the first, so the text begins with the second.
func shownAs(b Block) (kind string, level int) {
	switch b.Kind {
	case "heading":
		return "heading", min(max(b.Level, 1)+1, 6)
	case "row":
		return "table", 0
	case "list_item":
		return "list", 0
	case "note", "comment", "margin":
		return "note", 0
	case "code":
		return "code", 0
	}
	return "paragraph", 0
}

// OnlyTables reports whether the text is a table and nothing else, so that it
// may fill the page.
func OnlyTables(groups []Group) bool {
	for _, g := range groups {
		if g.Kind != "table" && g.Kind != "page" {
			return false
		}
	}
	return len(groups) > 0
}

// SplitQuote cuts text around the quote. White space is compared as one blank,
// since a quote's lines may be broken elsewhere; where the quote is not found,
// the text comes whole.
func SplitQuote(text, quote string) []Part {
	words := strings.Fields(quote)
	for from := 0; len(words) > 0; {
		at := strings.Index(text[from:], words[0])
		if at < 0 {
			break
		}
		start := from + at
		if end, ok := matchWords(text, start, words); ok {
			return compact(Part{Text: text[:start]}, Part{Text: text[start:end], Mark: true}, Part{Text: text[end:]})
		}
		from = start + len(words[0])
	}
	return compact(Part{Text: text})
}

// matchWords reports whether the words follow one another from start on, with
// nothing but white space between them, and where they end.
func matchWords(text string, start int, words []string) (end int, ok bool) {
	at := start
	for i, word := range words {
		if i > 0 {
			at = len(text) - len(strings.TrimLeft(text[at:], " \t\r\n\u00a0"))
		}
		if !strings.HasPrefix(text[at:], word) {
			return 0, false
		}
		at += len(word)
	}
	return at, true
}

func compact(parts ...Part) []Part {
	var out []Part
	for _, p := range parts {
		if p.Text != "" {
			out = append(out, p)
		}
	}
	return out
}
