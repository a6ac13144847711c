package golang

import (
	"go/ast"
	"go/token"

	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

func (t *translator) stmts(list []ast.Stmt) []*node {
	var out []*node
	for _, s := range list {
		out = append(out, t.stmt(s)...)
	}
	return out
}

func (t *translator) stmt(s ast.Stmt) []*node {
	switch s := s.(type) {
	case *ast.ExprStmt:
		n := t.at(syntax.ExprStmt, s.Pos())
		n.X = t.expr(s.X)
		return []*node{n}
	case *ast.AssignStmt:
		return t.assign(s)
	case *ast.DeclStmt:
		return t.declaration(s.Decl)
	case *ast.ReturnStmt:
		return []*node{t.result(s)}
	case *ast.IfStmt:
		return t.conditional(s)
	case *ast.BlockStmt:
		return t.stmts(s.List)
	case *ast.ForStmt, *ast.RangeStmt:
		return t.loop(s)
	case *ast.SwitchStmt:
		return append(t.optional(s.Init), t.choice(s.Pos(), s.Tag, s.Body))
	case *ast.TypeSwitchStmt:
		return append(t.optional(s.Assign), t.choice(s.Pos(), nil, s.Body))
	case *ast.SelectStmt:
		return []*node{t.choice(s.Pos(), nil, s.Body)}
	case *ast.GoStmt:
		return t.call(s.Call)
	case *ast.DeferStmt:
		return t.call(s.Call)
	case *ast.LabeledStmt:
		return t.stmt(s.Stmt)
	case *ast.SendStmt:
		n := t.at(syntax.ExprStmt, s.Pos())
		n.X = t.expr(s.Value)
		return []*node{n}
	}
	return nil
}

func (t *translator) optional(s ast.Stmt) []*node {
	if s == nil {
		return nil
	}
	return t.stmt(s)
}

func (t *translator) call(c *ast.CallExpr) []*node {
	n := t.at(syntax.ExprStmt, c.Pos())
	n.X = t.expr(c)
	return []*node{n}
}

func (t *translator) assign(s *ast.AssignStmt) []*node {
	if len(s.Lhs) > 1 && len(s.Lhs) == len(s.Rhs) {
		var out []*node
		for i := range s.Lhs {
			out = append(out, t.single(s, s.Lhs[i:i+1], s.Rhs[i]))
		}
		return out
	}
	if len(s.Rhs) == 0 {
		return nil
	}
	return []*node{t.single(s, s.Lhs, s.Rhs[0])}
}

func (t *translator) single(s *ast.AssignStmt, targets []ast.Expr, value ast.Expr) *node {
	n := t.at(syntax.Assign, s.Pos())
	n.Name = "="
	if s.Tok == token.ADD_ASSIGN {
		n.Name = "+="
	}
	n.X = t.expr(value)
	if len(targets) == 1 {
		n.List = []*node{t.expr(targets[0])}
		return n
	}
	tuple := t.at(syntax.List, s.Pos())
	tuple.Name = "tuple"
	for _, x := range targets {
		tuple.List = append(tuple.List, t.expr(x))
	}
	n.List = []*node{tuple}
	n.Text = "results" // several results of one call: the first is the value
	return n
}

func (t *translator) result(s *ast.ReturnStmt) *node {
	n := t.at(syntax.Return, s.Pos())
	if len(s.Results) > 0 {
		n.X = t.expr(s.Results[0])
	}
	for _, r := range s.Results[min(1, len(s.Results)):] {
		n.List = append(n.List, t.expr(r))
	}
	return n
}

func (t *translator) conditional(s *ast.IfStmt) []*node {
	n := t.at(syntax.If, s.Pos())
	n.X = t.expr(s.Cond)
	n.Body = t.stmts(s.Body.List)
	if s.Else != nil {
		n.Else = t.stmt(s.Else)
	}
	return append(t.optional(s.Init), n)
}

func (t *translator) loop(s ast.Stmt) []*node {
	n := t.at(syntax.Loop, s.Pos())
	n.Name = "for"
	switch s := s.(type) {
	case *ast.ForStmt:
		if s.Init != nil {
			n.List = t.stmt(s.Init)
		}
		if s.Cond != nil {
			n.X = t.expr(s.Cond)
		}
		n.Body = t.stmts(s.Body.List)
	case *ast.RangeStmt:
		n.X = t.expr(s.X)
		for _, x := range []ast.Expr{s.Key, s.Value} {
			if x != nil {
				n.List = append(n.List, t.expr(x))
			}
		}
		n.Body = t.stmts(s.Body.List)
	}
	return []*node{n}
}

func (t *translator) choice(pos token.Pos, tag ast.Expr, body *ast.BlockStmt) *node {
	n := t.at(syntax.Switch, pos)
	if tag != nil {
		n.X = t.expr(tag)
	}
	for _, s := range body.List {
		c := t.at(syntax.Case, s.Pos())
		switch s := s.(type) {
		case *ast.CaseClause:
			if len(s.List) > 0 {
				c.X = t.expr(s.List[0])
			}
			c.Body = t.stmts(s.Body)
		case *ast.CommClause:
			c.Body = append(t.optional(s.Comm), t.stmts(s.Body)...)
		}
		n.List = append(n.List, c)
	}
	return n
}
