package markdown

import (
	"bytes"
	"strings"
	"sync"

	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Block is one top-level block: a paragraph, a list, a table. HTML is
// sanitised and may be put into a page as it is.
type Block struct{ HTML string }

// Citer says where the citation with the given number leads, as a local path.
// Where ok is false, the number in brackets stays plain text.
type Citer func(n int) (href string, ok bool)

// Render returns the blocks of text, nil for blank text. Every number in
// brackets becomes a citation button with the attribute data-citation.
func Render(text string) []Block { return RenderCited(text, nil) }

// RenderCited is Render where cite decides what is a citation and where its
// link leads. A nil cite makes buttons.
func RenderCited(text string, cite Citer) []Block {
	return engine()(text, cite).blocks
}

// parsed is the outcome of one run: the blocks and the byte offset of each.
type parsed struct {
	blocks []Block
	starts []int
}

// engine returns the one render function; building its parts takes a
// millisecond, which only those pay who render.
var engine = sync.OnceValue(func() func(string, Citer) parsed {
	reader, writer, policy := newParser(), newRenderer(), newPolicy()
	return func(source string, cite Citer) parsed {
		src := []byte(strings.ToValidUTF8(source, "\uFFFD"))
		pc := parser.NewContext()
		pc.Set(citerKey, cite)
		doc := reader.Parse(text.NewReader(src), parser.WithContext(pc))
		var out parsed
		for node := doc.FirstChild(); node != nil; node = node.NextSibling() {
			var buf bytes.Buffer
			if err := writer.Render(&buf, src, node); err != nil {
				buf.Reset() // a bytes.Buffer does not fail; an unknown node would
			}
			out.blocks = append(out.blocks, Block{HTML: strings.TrimSpace(policy.Sanitize(buf.String()))})
			out.starts = append(out.starts, lineStart(src, node.Pos()))
		}
		return out
	}
})

// lineStart returns the offset of the line that holds pos, or -1 where the
// position is not known.
func lineStart(src []byte, pos int) int {
	if pos < 0 || pos > len(src) {
		return -1
	}
	return bytes.LastIndexByte(src[:pos], '\n') + 1
}

func newParser() parser.Parser {
	return parser.NewParser(
		parser.WithBlockParsers(
			util.Prioritized(deepText{parser.NewParagraphParser()}, 100),
			util.Prioritized(parser.NewThematicBreakParser(), 200),
			util.Prioritized(parser.NewListParser(), 300),
			util.Prioritized(parser.NewListItemParser(), 400),
			util.Prioritized(parser.NewCodeBlockParser(), 500),
			util.Prioritized(parser.NewATXHeadingParser(), 600),
			util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
			util.Prioritized(parser.NewBlockquoteParser(), 800),
			util.Prioritized(parser.NewParagraphParser(), 1000),
		),
		parser.WithInlineParsers(
			util.Prioritized(surplusMark{}, -1),
			util.Prioritized(extension.NewTaskCheckBoxParser(), 0),
			util.Prioritized(parser.NewCodeSpanParser(), 100),
			util.Prioritized(citationParser{}, 150),
			util.Prioritized(parser.NewLinkParser(), 200),
			util.Prioritized(parser.NewAutoLinkParser(), 300),
			util.Prioritized(extension.NewStrikethroughParser(), 500),
			util.Prioritized(parser.NewEmphasisParser(), 500),
			util.Prioritized(extension.NewLinkifyParser(extension.WithLinkifyAllowedProtocols([]string{"http", "https"})), 999),
		),
		parser.WithParagraphTransformers(util.Prioritized(extension.NewTableParagraphTransformer(), 200)),
		parser.WithASTTransformers(util.Prioritized(extension.NewTableASTTransformer(), 0)),
	)
}

func newRenderer() renderer.Renderer {
	return renderer.NewRenderer(renderer.WithNodeRenderers(
		util.Prioritized(nodes{}, 100),
		util.Prioritized(extension.NewTableHTMLRenderer(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute)), 500),
		util.Prioritized(extension.NewStrikethroughHTMLRenderer(), 500),
		util.Prioritized(html.NewRenderer(), 1000),
	))
}
