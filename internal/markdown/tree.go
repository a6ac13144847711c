package markdown

import (
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
	"golang.org/x/text/unicode/norm"
)

// NodeKind is what a Node is.
type NodeKind int

// The kinds of a Node: first blocks, then what stands inside of them.
const (
	NodeParagraph NodeKind = iota
	NodeHeading            // Level 1 to 6
	NodeList               // Ordered with Start, or bulleted; its children are items
	NodeItem
	NodeQuote
	NodeCode // Text is the code with its line breaks
	NodeRule
	NodeTable // its children are rows, the first of which is the header
	NodeRow
	NodeCell // Align
	NodeText
	NodeEmphasis
	NodeStrong
	NodeStrike
	NodeCodeSpan // Text
	NodeLink     // Href; without one the address was none that we follow
	NodeBreak    // a line break that the author asked for
	NodeCitation // Number
)

// Node is a part of a parsed text for those who write another format than HTML.
type Node struct {
	Kind     NodeKind
	Level    int
	Ordered  bool
	Start    int
	Align    string // "left", "right", "center" or empty
	Text     string
	Href     string // http, https or mailto
	Number   int
	Children []Node
}

// Tree returns the blocks of text, nil for blank text. Images become links as
// in Render; raw HTML is text.
func Tree(source string) []Node {
	src := []byte(strings.ToValidUTF8(source, "\uFFFD"))
	return treeOf(parse(src), src)
}

// LevelHeadings returns the text with its headings moved together so that the
// highest of them is of the given level; the sixth is the lowest.
func LevelHeadings(source string, level int) string {
	src := []byte(strings.ToValidUTF8(source, "\uFFFD"))
	type mark struct{ at, level int }
	var marks []mark
	top := 6
	_ = ast.Walk(parse(src), func(n ast.Node, entering bool) (ast.WalkStatus, error) { // the walker returns no error
		if h, ok := n.(*ast.Heading); ok && entering {
			top = min(top, h.Level)
			if at := hashBefore(src, h); at >= 0 {
				marks = append(marks, mark{at, h.Level})
			}
		}
		return ast.WalkContinue, nil
	})
	slices.SortFunc(marks, func(a, b mark) int { return b.at - a.at })
	for _, m := range marks {
		src = slices.Replace(src, m.at, m.at+m.level, []byte(strings.Repeat("#", min(m.level-top+level, 6)))...)
	}
	return string(src)
}

// hashBefore returns the offset of the marks that open a heading, or -1.
func hashBefore(src []byte, h *ast.Heading) int {
	pos := h.Pos()
	if pos < 0 || pos >= len(src) {
		return -1
	}
	for start := lineStart(src, pos); pos > start && src[pos] != '#'; {
		pos--
	}
	for pos > 0 && src[pos] == '#' && src[pos-1] == '#' {
		pos--
	}
	if src[pos] != '#' {
		return -1
	}
	return pos
}

func parse(src []byte) ast.Node {
	pc := parser.NewContext()
	pc.Set(citerKey, Citer(nil))
	return newParser().Parse(text.NewReader(src), parser.WithContext(pc))
}

func treeOf(n ast.Node, src []byte) []Node {
	var out []Node
	for child := n.FirstChild(); child != nil; child = child.NextSibling() {
		out = append(out, nodeOf(child, src)...)
	}
	return out
}

// nodeOf returns what a node of the library is here: mostly one, two for text
// with a break after it.
func nodeOf(n ast.Node, src []byte) []Node {
	switch n := n.(type) {
	case *ast.Heading:
		return []Node{{Kind: NodeHeading, Level: n.Level, Children: treeOf(n, src)}}
	case *ast.List:
		return []Node{{Kind: NodeList, Ordered: n.IsOrdered(), Start: n.Start, Children: treeOf(n, src)}}
	case *ast.FencedCodeBlock, *ast.CodeBlock, *ast.HTMLBlock:
		return []Node{{Kind: NodeCode, Text: strings.TrimRight(string(n.Lines().Value(src)), "\n")}}
	case *extast.Table, *extast.TableHeader, *extast.TableRow, *extast.TableCell:
		return []Node{tableNode(n, src)}
	}
	if n.Type() == ast.TypeInline {
		return inlineOf(n, src)
	}
	return []Node{{Kind: blockKind(n), Children: treeOf(n, src)}}
}

func blockKind(n ast.Node) NodeKind {
	switch n.(type) {
	case *ast.ListItem:
		return NodeItem
	case *ast.Blockquote:
		return NodeQuote
	case *ast.ThematicBreak:
		return NodeRule
	}
	return NodeParagraph
}

func tableNode(n ast.Node, src []byte) Node {
	switch n := n.(type) {
	case *extast.Table:
		return Node{Kind: NodeTable, Children: treeOf(n, src)}
	case *extast.TableCell:
		align := n.Alignment.String()
		if align == "none" {
			align = ""
		}
		return Node{Kind: NodeCell, Align: align, Children: treeOf(n, src)}
	}
	return Node{Kind: NodeRow, Children: treeOf(n, src)}
}

func inlineOf(n ast.Node, src []byte) []Node {
	switch n := n.(type) {
	case *ast.Text:
		return textOf(n, src)
	case *ast.String:
		return []Node{{Kind: NodeText, Text: string(n.Value)}}
	case *ast.RawHTML:
		return []Node{{Kind: NodeText, Text: string(n.Segments.Value(src))}}
	case *ast.CodeSpan:
		return []Node{{Kind: NodeCodeSpan, Text: plainText(n, src)}}
	case *ast.Emphasis:
		return []Node{{Kind: NodeEmphasis + NodeKind(min(n.Level, 2)-1), Children: treeOf(n, src)}}
	case *extast.Strikethrough:
		return []Node{{Kind: NodeStrike, Children: treeOf(n, src)}}
	case *ast.Link:
		return []Node{{Kind: NodeLink, Href: destination(n.Destination).href, Children: treeOf(n, src)}}
	case *ast.AutoLink:
		return []Node{autoLinkOf(n, src)}
	case *ast.Image:
		return []Node{{Kind: NodeLink, Href: destination(n.Destination).href,
			Children: []Node{{Kind: NodeText, Text: "Image: " + imageLabel(n, src)}}}}
	case *extast.TaskCheckBox:
		return []Node{{Kind: NodeText, Text: checkBox(n.IsChecked)}}
	case *citation:
		return []Node{{Kind: NodeCitation, Number: n.n}}
	}
	return treeOf(n, src)
}

// textOf returns the text in composed form, with the characters that its
// entities and escapes stand for.
func textOf(n *ast.Text, src []byte) []Node {
	value := string(n.Value(src))
	if n.SoftLineBreak() && !n.HardLineBreak() {
		value += " "
	}
	out := []Node{{Kind: NodeText, Text: norm.NFC.String(unescape(value))}}
	if n.HardLineBreak() {
		out = append(out, Node{Kind: NodeBreak})
	}
	return out
}

func autoLinkOf(n *ast.AutoLink, src []byte) Node {
	dest, label := n.URL(src), string(n.Label(src))
	if n.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(strings.ToLower(string(dest)), "mailto:") {
		dest = append([]byte("mailto:"), dest...)
	}
	return Node{Kind: NodeLink, Href: destination(dest).href, Children: []Node{{Kind: NodeText, Text: label}}}
}

func imageLabel(n *ast.Image, src []byte) string {
	if alt := plainText(n, src); alt != "" {
		return alt
	}
	return "without description"
}

func checkBox(checked bool) string {
	if checked {
		return "☑ "
	}
	return "☐ "
}

// unescape resolves backslash escapes, which the parser leaves in the text, and
// character references.
func unescape(s string) string {
	if !strings.ContainsAny(s, `\&`) {
		return s
	}
	return string(util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations([]byte(s)))))
}

// ReplaceCitations returns the text with each citation replaced by what with
// returns for its number, and all else as it is.
func ReplaceCitations(source string, with func(n int) string) string {
	src := []byte(strings.ToValidUTF8(source, "\uFFFD"))
	type mark struct{ from, to, n int }
	var marks []mark
	_ = ast.Walk(parse(src), func(n ast.Node, entering bool) (ast.WalkStatus, error) { // the walker returns no error
		if c, ok := n.(*citation); ok && entering {
			marks = append(marks, mark{c.from, c.to, c.n})
		}
		return ast.WalkContinue, nil
	})
	slices.SortFunc(marks, func(a, b mark) int { return a.from - b.from })
	var out strings.Builder
	end := 0
	for _, m := range marks {
		out.Write(src[end:m.from])
		out.WriteString(with(m.n))
		end = m.to
	}
	out.Write(src[end:])
	return out.String()
}
