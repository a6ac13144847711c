package markdown

import (
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// The time for quotes within quotes, and for marks that open and never close,
// grows with the square of their number. No writer comes near these limits;
// what lies beyond them is shown as plain text.
const (
	maxNesting = 32   // quotes, lists and items around a block
	maxMarks   = 1000 // brackets and emphasis marks of one block
)

var marksKey = parser.NewContextKey()

// deepText takes whatever lies deeper than maxNesting for a paragraph.
type deepText struct{ parser.BlockParser }

func (deepText) Trigger() []byte { return []byte(">-+*0123456789") }

func (d deepText) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	depth := 0
	for node := parent; node != nil && depth <= maxNesting; node = node.Parent() {
		depth++
	}
	if depth <= maxNesting || parent.Kind() == ast.KindList { // a list holds nothing but items
		return nil, parser.NoChildren
	}
	return d.BlockParser.Open(parent, reader, pc)
}

// marks counts those of the block that is being read.
type marks struct {
	block ast.Node
	count int
}

// surplusMark takes a mark beyond maxMarks for a character.
type surplusMark struct{}

func (surplusMark) Trigger() []byte { return []byte{'[', '*', '_', '~'} }

func (surplusMark) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	m, _ := pc.Get(marksKey).(*marks)
	if m == nil || m.block != parent {
		m = &marks{block: parent}
		pc.Set(marksKey, m)
	}
	if m.count++; m.count <= maxMarks {
		return nil
	}
	_, at := block.PeekLine()
	block.Advance(1)
	return ast.NewTextSegment(text.NewSegment(at.Start, at.Start+1))
}
