package golang

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

type node = syntax.Node

// Parse reads a source file and returns a File node, never nil. Text is the package name.
func Parse(src []byte) *node {
	t := &translator{files: token.NewFileSet()}
	file, _ := parser.ParseFile(t.files, "", src, parser.SkipObjectResolution) // a broken file still has declarations
	out := &node{Kind: syntax.File, Line: 1}
	if file == nil {
		return out
	}
	if file.Name != nil {
		out.Text = file.Name.Name
	}
	for _, d := range file.Decls {
		out.Body = append(out.Body, t.declaration(d)...)
	}
	return out
}

type translator struct{ files *token.FileSet }

func (t *translator) at(kind syntax.Kind, pos token.Pos) *node {
	return &node{Kind: kind, Line: t.line(pos)}
}

func (t *translator) line(pos token.Pos) int32 {
	if !pos.IsValid() {
		return 1
	}
	return int32(t.files.PositionFor(pos, false).Line)
}

func (t *translator) declaration(d ast.Decl) []*node {
	switch d := d.(type) {
	case *ast.FuncDecl:
		return []*node{t.function(d)}
	case *ast.GenDecl:
		var out []*node
		for _, s := range d.Specs {
			if n := t.spec(s); n != nil {
				out = append(out, n...)
			}
		}
		return out
	}
	return nil
}

func (t *translator) function(d *ast.FuncDecl) *node {
	n := t.at(syntax.Func, d.Pos())
	n.Name = d.Name.Name
	if d.Recv != nil {
		n.Text = "method"
		n.List = append(n.List, t.params(d.Recv)...)
	}
	n.List = append(n.List, t.params(d.Type.Params)...)
	if d.Body != nil {
		n.Body = t.stmts(d.Body.List)
	}
	n.End = t.line(d.End())
	return n
}

func (t *translator) params(list *ast.FieldList) []*node {
	if list == nil {
		return nil
	}
	var out []*node
	for _, f := range list.List {
		for _, name := range f.Names {
			p := t.at(syntax.Param, name.Pos())
			p.Name = name.Name
			p.Y = t.expr(f.Type)
			out = append(out, p)
		}
	}
	return out
}

func (t *translator) spec(s ast.Spec) []*node {
	switch s := s.(type) {
	case *ast.ImportSpec:
		return []*node{t.imported(s)}
	case *ast.ValueSpec:
		return t.values(s)
	case *ast.TypeSpec:
		if st, ok := s.Type.(*ast.StructType); ok {
			return []*node{t.structure(s, st)}
		}
	}
	return nil
}

func (t *translator) imported(s *ast.ImportSpec) *node {
	n := t.at(syntax.Import, s.Pos())
	n.Name, _ = strconv.Unquote(s.Path.Value)
	local := n.Name[strings.LastIndexByte(n.Name, '/')+1:]
	if len(local) > 1 && local[0] == 'v' && strings.Trim(local[1:], "0123456789") == "" {
		rest := strings.TrimSuffix(n.Name, "/"+local)
		local = rest[strings.LastIndexByte(rest, '/')+1:]
	}
	if s.Name != nil {
		local = s.Name.Name
	}
	local = strings.TrimPrefix(strings.TrimSuffix(local, ".go"), "go-")
	n.List = []*node{{Kind: syntax.Alias, Line: n.Line, Name: "*", Text: local}}
	return n
}

func (t *translator) values(s *ast.ValueSpec) []*node {
	var out []*node
	for i, name := range s.Names {
		a := t.at(syntax.Assign, name.Pos())
		a.Name = "="
		a.List = []*node{t.expr(name)}
		if s.Type != nil {
			a.Y = t.expr(s.Type)
		}
		if i < len(s.Values) {
			a.X = t.expr(s.Values[i])
		}
		out = append(out, a)
	}
	return out
}

// structure makes a Class whose assignments hold the fields; a field's tag is the Text of the assignment.
func (t *translator) structure(s *ast.TypeSpec, st *ast.StructType) *node {
	n := t.at(syntax.Class, s.Pos())
	n.Name = s.Name.Name
	for _, f := range st.Fields.List {
		for _, name := range f.Names {
			a := t.at(syntax.Assign, name.Pos())
			a.Name = "field"
			a.List = []*node{t.expr(name)}
			a.Y = t.expr(f.Type)
			if f.Tag != nil {
				a.Text, _ = strconv.Unquote(f.Tag.Value)
			}
			n.Body = append(n.Body, a)
		}
	}
	n.End = t.line(s.End())
	return n
}
