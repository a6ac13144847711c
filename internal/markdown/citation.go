package markdown

import (
	"strconv"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// maxCitation is the largest number that is taken for a citation, so that
// "[2026]" stays a year.
const maxCitation = 999

var (
	citerKey     = parser.NewContextKey()
	kindCitation = ast.NewNodeKind("Citation")
)

// citation is a number in brackets that refers to a source.
type citation struct {
	ast.BaseInline
	n        int
	href     string
	from, to int // in the source
}

func (c *citation) Kind() ast.NodeKind         { return kindCitation }
func (c *citation) Dump(src []byte, level int) { ast.DumpHelper(c, src, level, nil, nil) }

// citationParser reads "[12]". It runs before the link parser and leaves
// "[12](…)" to it.
type citationParser struct{}

func (citationParser) Trigger() []byte { return []byte{'['} }

func (citationParser) Parse(_ ast.Node, block text.Reader, pc parser.Context) ast.Node {
	line, at := block.PeekLine()
	n, width := citationNumber(line)
	if n == 0 {
		return nil
	}
	node := &citation{n: n, from: at.Start, to: at.Start + width}
	if cite, _ := pc.Get(citerKey).(Citer); cite != nil {
		href, ok := cite(n)
		if !ok {
			return nil
		}
		node.href = href
	}
	block.Advance(width)
	return node
}

// citationNumber returns the number at the start of line and the bytes that it
// takes with its brackets; zero where there is none.
func citationNumber(line []byte) (n, width int) {
	end := 1
	for end < len(line) && line[end] >= '0' && line[end] <= '9' {
		end++
	}
	if end == 1 || end > 4 || line[1] == '0' || end == len(line) || line[end] != ']' {
		return 0, 0
	}
	if end+1 < len(line) && line[end+1] == '(' {
		return 0, 0
	}
	n, err := strconv.Atoi(string(line[1:end]))
	if err != nil || n > maxCitation {
		return 0, 0
	}
	return n, end + 1
}
