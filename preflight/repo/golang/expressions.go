package golang

import (
	"go/ast"
	"go/token"
	"strconv"

	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

func (t *translator) expr(e ast.Expr) *node {
	if e == nil {
		return &node{Line: 1}
	}
	n := t.at(syntax.Bad, e.Pos())
	switch e := e.(type) {
	case *ast.Ident:
		t.ident(n, e.Name)
	case *ast.BasicLit:
		t.literal(n, e)
	case *ast.SelectorExpr:
		n.Kind, n.X, n.Name = syntax.Attr, t.expr(e.X), e.Sel.Name
		n.Line = t.line(e.Sel.Pos())
	case *ast.CallExpr:
		n.Kind, n.X = syntax.Call, t.expr(e.Fun)
		n.End = t.line(e.End())
		for _, a := range e.Args {
			n.List = append(n.List, t.expr(a))
		}
	case *ast.IndexExpr:
		n.Kind, n.X, n.Y = syntax.Index, t.expr(e.X), t.expr(e.Index)
	case *ast.ParenExpr:
		return t.expr(e.X)
	case *ast.StarExpr:
		n.Kind, n.Name, n.X = syntax.Unary, "*", t.expr(e.X)
	case *ast.UnaryExpr:
		t.unary(n, e)
	case *ast.BinaryExpr:
		t.binary(n, e)
	case *ast.CompositeLit:
		t.composite(n, e)
	case *ast.FuncLit:
		n.Kind, n.Flags = syntax.Func, syntax.Lambda
		n.List = t.params(e.Type.Params)
		n.Body = t.stmts(e.Body.List)
		n.End = t.line(e.End())
	case *ast.SliceExpr, *ast.ArrayType, *ast.MapType:
		t.compound(n, e)
	case *ast.TypeAssertExpr:
		return t.expr(e.X)
	case *ast.KeyValueExpr:
		n.Kind, n.X, n.Y = syntax.Pair, t.key(e.Key), t.expr(e.Value)
	}
	return n
}

func (t *translator) ident(n *node, name string) {
	n.Kind, n.Name = syntax.Name, name
	switch name {
	case "true", "false":
		n.Kind = syntax.Const
	case "nil":
		n.Kind, n.Name = syntax.Const, "none"
	}
}

func (t *translator) literal(n *node, e *ast.BasicLit) {
	n.Kind, n.Text = syntax.Num, e.Value
	if e.Kind == token.STRING {
		n.Kind = syntax.Str
		n.Text, _ = strconv.Unquote(e.Value)
	}
}

func (t *translator) unary(n *node, e *ast.UnaryExpr) {
	n.Kind, n.Name, n.X = syntax.Unary, e.Op.String(), t.expr(e.X)
	if e.Op == token.NOT {
		n.Name = "not"
	}
}

func (t *translator) binary(n *node, e *ast.BinaryExpr) {
	n.Kind, n.Name = syntax.Binary, e.Op.String()
	switch e.Op {
	case token.LOR:
		n.Name = "or"
	case token.LAND:
		n.Name = "and"
	}
	n.X, n.Y = t.expr(e.X), t.expr(e.Y)
}

// composite makes a Dict of a struct or map literal and a List of a slice literal; Z is the type.
func (t *translator) composite(n *node, e *ast.CompositeLit) {
	n.Kind, n.Name = syntax.List, "list"
	if e.Type != nil {
		n.Z = t.expr(e.Type)
	}
	for _, x := range e.Elts {
		item := t.expr(x)
		if item.Kind == syntax.Pair {
			n.Kind = syntax.Dict
		}
		n.List = append(n.List, item)
	}
	if _, ok := e.Type.(*ast.MapType); ok {
		n.Kind = syntax.Dict
	}
}

// key makes a field name a Str, as keys are in the other languages.
func (t *translator) key(e ast.Expr) *node {
	n := t.expr(e)
	if n.Kind == syntax.Name {
		n.Kind, n.Text = syntax.Str, n.Name
	}
	return n
}

func (t *translator) compound(n *node, e ast.Expr) {
	switch e := e.(type) {
	case *ast.SliceExpr:
		n.Kind, n.X = syntax.Index, t.expr(e.X)
		n.Y = t.at(syntax.List, e.Pos())
		n.Y.Name = "slice"
	case *ast.ArrayType:
		n.Kind, n.Name = syntax.Index, "[]"
		n.X = t.expr(e.Elt)
	case *ast.MapType:
		n.Kind, n.Name = syntax.Index, "map"
		n.X = t.expr(e.Value)
	}
}
