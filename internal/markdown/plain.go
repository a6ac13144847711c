package markdown

import (
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// Plain returns what a reader sees of the text, on one line: without marks of
// emphasis, headings, lists and tables, and without the numbers of citations.
func Plain(source string) string {
	src := []byte(strings.ToValidUTF8(source, "\uFFFD"))
	pc := parser.NewContext()
	pc.Set(citerKey, Citer(nil))
	doc := newParser().Parse(text.NewReader(src), parser.WithContext(pc))
	var out strings.Builder
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) { // the walker returns no error
		if !entering {
			if n.Type() == ast.TypeBlock {
				out.WriteByte(' ')
			}
			return ast.WalkContinue, nil
		}
		writePlain(&out, n, src)
		return ast.WalkContinue, nil
	})
	return strings.Join(strings.Fields(out.String()), " ")
}

func writePlain(out *strings.Builder, n ast.Node, src []byte) {
	switch n := n.(type) {
	case *ast.Text:
		out.Write(n.Value(src))
		if n.SoftLineBreak() || n.HardLineBreak() {
			out.WriteByte(' ')
		}
	case *ast.String:
		out.Write(n.Value)
	case *ast.AutoLink:
		out.Write(n.Label(src))
	case *ast.FencedCodeBlock, *ast.CodeBlock, *ast.HTMLBlock:
		out.Write(n.Lines().Value(src))
	case *ast.RawHTML:
		out.Write(n.Segments.Value(src))
	}
}
