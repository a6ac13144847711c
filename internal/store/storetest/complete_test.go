package storetest_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/ba-assistant/ba-assistant/internal/store"
)

func TestTheSuiteCallsEveryMethodOfTheStore(t *testing.T) {
	called := make(map[string]bool)
	// The tests of whole tables are beside the store and where they are moved;
	// they run on both engines too.
	names := slices.Concat(must(filepath.Glob("*.go"))(t), must(filepath.Glob("../*_test.go"))(t), must(filepath.Glob("../../move/*_test.go"))(t))
	for _, name := range names {
		file := must(parser.ParseFile(token.NewFileSet(), name, nil, 0))(t)
		ast.Inspect(file, func(n ast.Node) bool {
			if call, is := n.(*ast.CallExpr); is {
				if method, is := call.Fun.(*ast.SelectorExpr); is {
					called[method.Sel.Name] = true
				}
			}
			return true
		})
	}
	for _, kind := range []reflect.Type{reflect.TypeFor[*store.DB](), reflect.TypeFor[*store.Keyring]()} {
		for i := range kind.NumMethod() {
			if name := kind.Method(i).Name; !called[name] {
				t.Errorf("no test of the suite calls %s of %v", name, kind)
			}
		}
	}
}
