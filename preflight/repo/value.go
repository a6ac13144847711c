package repo

import (
	"slices"
	"strings"
)

// ValueKind says what is known about a value.
type ValueKind uint8

// The kinds of values.
const (
	Unknown  ValueKind = iota
	Text               // Text; Partial when unknown text follows
	Number             // Text as written
	Bool               // Text is "true" or "false"
	None               // None, null, undefined, nil
	List               // Items
	Dict               // Node, Scope
	Env                // decided by the variables in Names; Default is what holds when none is set
	Choice             // one of Items, depending on a condition
	Random             // made anew at every start
	Class              // Scope
	Instance           // of the class Scope
	Function           // Func
	External           // Name: something outside of the repository
	Package            // File: a module of the repository
	EnvBag             // the environment as a whole; Node is a schema for it, when there is one
)

// Value is what the checker knows about an expression without running it.
type Value struct {
	Kind    ValueKind
	Text    string
	Name    string // External: qualified name
	Partial bool
	Gated   bool // Choice: the condition is about the environment (production, debug, platform)
	Items   []Value
	Names   []string // Env: variables, the first set one wins
	Default *Value   // Env: nil when the program has no value without the variable

	Node  *Node
	Scope *Scope
	Func  *Func
	File  *File
	Place Place // of the decisive literal or read
}

// Place is a position in the repository.
type Place struct {
	File string
	Line int
}

// Literal reports whether the value is text written in the code and nothing else.
func (v Value) Literal() bool { return v.Kind == Text }

// Fallback returns the value that holds when no variable is set. Values that do not depend on one are their own.
func (v Value) Fallback() Value {
	if v.Kind != Env {
		return v
	}
	if v.Default == nil {
		return Value{Kind: None, Place: v.Place}
	}
	return v.Default.Fallback()
}

// Variables returns the environment variables that take part in a value, in order of appearance.
func (v Value) Variables() []string {
	var out []string
	seen := map[string]bool{}
	var add func(Value, int)
	add = func(v Value, depth int) {
		if depth > 8 {
			return
		}
		for _, name := range v.Names {
			if !seen[name] {
				seen[name] = true
				out = append(out, name)
			}
		}
		for _, item := range v.Items {
			add(item, depth+1)
		}
		if v.Default != nil {
			add(*v.Default, depth+1)
		}
	}
	add(v, 0)
	return out
}

// Alternatives returns the values that a value may be: the items of a choice, or itself.
func (v Value) Alternatives() []Value {
	if v.Kind != Choice {
		return []Value{v}
	}
	var out []Value
	for _, item := range v.Items {
		out = append(out, item.Alternatives()...)
	}
	return out
}

// Truth returns whether a value counts as true in a condition, and whether that is known.
func (v Value) Truth() (truth, known bool) {
	switch v.Kind {
	case Bool:
		return v.Text == "true", true
	case None:
		return false, true
	case Text:
		return v.Text != "" || v.Partial, v.Text != "" || !v.Partial
	case Number:
		return strings.Trim(v.Text, "0.") != "", true
	case List:
		return len(v.Items) > 0, true
	}
	return false, false
}

func textValue(s string) Value { return Value{Kind: Text, Text: s} }

func unknownWith(names ...Value) Value {
	v := Value{Kind: Unknown}
	for _, n := range names {
		for _, name := range n.Variables() {
			if len(v.Names) < maxNames && !contains(v.Names, name) {
				v.Names = append(v.Names, name)
			}
		}
	}
	return v
}

// The size that a value may grow to; what is larger is unknown.
const (
	maxChoices = 24
	maxItems   = 500
	maxNames   = 24
)

// choose makes a choice of its alternatives: nested choices are taken apart, all unknown ones are one, and so are equal ones.
func choose(items []Value, gated bool, names []string) Value {
	out := Value{Kind: Choice, Gated: gated, Names: names}
	unknown, repeated := -1, false
	var add func(Value)
	add = func(v Value) {
		switch {
		case len(out.Items) > maxChoices:
		case v.Kind == Choice:
			out.Gated = out.Gated || v.Gated
			for _, item := range v.Items {
				add(item)
			}
		case slices.ContainsFunc(out.Items, v.same):
			repeated = true
		case v.Kind == Unknown && unknown >= 0:
			out.Items[unknown] = unknownWith(out.Items[unknown], v)
		default:
			if v.Kind == Unknown {
				unknown = len(out.Items)
			}
			out.Items = append(out.Items, v)
		}
	}
	for _, item := range items {
		add(item)
	}
	switch {
	case len(out.Items) > maxChoices:
		return unknownWith(out)
	case len(out.Items) == 1 && (!out.Gated || repeated):
		return out.Items[0]
	}
	return out
}

// same reports whether two values come from the same place: a field that several classes inherit.
func (v Value) same(o Value) bool {
	return v.Place.Line > 0 && v.Place == o.Place && v.Kind == o.Kind && v.Text == o.Text && (v.Kind == Text || v.Kind == Env && slices.Equal(v.Names, o.Names))
}

// concat joins the parts of a template or of a sum of texts.
func concat(parts []Value) Value {
	out := Value{Kind: Text}
	var names []string
	hasDefault, fixed := true, false
	for i, part := range parts {
		names = append(names, part.Variables()...)
		if part.Place.Line != 0 && out.Place.Line == 0 {
			out.Place = part.Place
		}
		if out.Partial {
			continue
		}
		flat := part.Fallback()
		if part.Kind == Env && !fixed && part.Default == nil && i == 0 {
			hasDefault = false
		}
		switch flat.Kind {
		case Text, Number, Bool:
			out.Text += flat.Text
			out.Partial = flat.Partial
		default:
			out.Partial = true
		}
		if part.Kind != Env && hostComplete(out.Text) && len(names) == 0 {
			fixed = true
		}
	}
	if len(names) == 0 || fixed {
		out.Names = names
		if out.Text == "" && out.Partial {
			out.Kind = Unknown
		}
		return out
	}
	env := Value{Kind: Env, Names: names, Place: out.Place}
	if hasDefault {
		env.Default = &out
	}
	return env
}

// hostComplete reports whether a text holds a whole scheme and host.
func hostComplete(s string) bool {
	_, rest, ok := strings.Cut(s, "://")
	return ok && strings.ContainsAny(rest, "/:?#") && rest[0] != '/' && rest[0] != ':'
}
