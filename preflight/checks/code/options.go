package code

import (
	"slices"

	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

// option is a named argument of a call: a keyword, a key of a dict or object that is passed or unpacked, a field of a
// struct literal.
type option struct {
	expr  *node
	scope *repo.Scope
}

// options are the named arguments of a call.
type options struct {
	in   *check.Input
	site *repo.Site
	// open says that some of them could not be seen: an argument or unpacked value that is not known.
	open  bool
	named []pair
}

type pair struct {
	name string
	option
}

// optionsOf reads the named arguments of a call. Later ones win, as in the languages themselves.
func optionsOf(in *check.Input, s *repo.Site) *options {
	o := &options{in: in, site: s}
	for _, a := range s.Node.List {
		switch a.Kind {
		case syntax.Keyword:
			o.named = append(o.named, pair{a.Name, option{a.X, s.Scope}})
		case syntax.Spread:
			o.take(in.Code.Value(a.X, s.Scope), true, 0)
		case syntax.Str, syntax.Num, syntax.Const, syntax.Template, syntax.Func, syntax.List:
		default:
			o.take(in.Code.Value(a, s.Scope), false, 0)
		}
	}
	return o
}

// optionsIn reads the keys of a dict or object.
func optionsIn(in *check.Input, v repo.Value) *options {
	o := &options{in: in}
	o.take(v, true, 0)
	return o
}

func (o *options) take(v repo.Value, needed bool, depth int) {
	if depth > 4 {
		return
	}
	switch {
	case v.Kind == repo.Dict && v.Node != nil:
		for _, p := range v.Node.List {
			switch {
			case p.Kind == syntax.Pair && p.X.Is(syntax.Str):
				o.named = append(o.named, pair{p.X.Text, option{p.Y, v.Scope}})
			case p.Kind == syntax.Spread:
				o.take(o.in.Code.Value(p.X, v.Scope), true, depth+1)
			case p.Kind == syntax.Pair:
				o.open = true
			}
		}
	case v.Kind == repo.Choice:
		o.open = true
		for _, alt := range v.Alternatives() {
			o.take(alt, false, depth+1)
		}
	case needed, v.Kind == repo.Unknown, v.Kind == repo.Function, v.Kind == repo.External:
		o.open = true
	}
}

// get returns the last option of one of the names.
func (o *options) get(names ...string) (option, bool) {
	for i := len(o.named) - 1; i >= 0; i-- {
		if slices.Contains(names, o.named[i].name) {
			return o.named[i].option, true
		}
	}
	return option{}, false
}

// value evaluates an option; false when the call does not have it.
func (o *options) value(names ...string) (repo.Value, bool) {
	opt, ok := o.get(names...)
	if !ok {
		return repo.Value{}, false
	}
	return o.in.Code.Value(opt.expr, opt.scope), true
}

// isTrue reports whether an option is certainly true, whatever variables are set.
func (o *options) isTrue(names ...string) bool {
	v, ok := o.value(names...)
	return ok && v.Kind == repo.Bool && v.Text == "true"
}

// isFalse reports whether an option is certainly false.
func (o *options) isFalse(names ...string) bool {
	v, ok := o.value(names...)
	return ok && v.Kind == repo.Bool && v.Text == "false"
}
