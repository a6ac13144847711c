package code

import (
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var logMethods = map[string]bool{
	"print": true, "pprint": true, "info": true, "debug": true, "warning": true, "warn": true, "error": true, "exception": true, "critical": true, "log": true,
	"Println": true, "Printf": true, "Print": true, "Info": true, "Debug": true, "Warn": true, "Error": true, "Infof": true, "Debugf": true, "Errorf": true, "debugPrint": true, "trace": true, "success": true,
}

// logCalls returns the calls of the live code that write to a log or the console, outside of conditions on the environment.
func logCalls(in *check.Input) []*repo.Site {
	return once(in, "log calls", func() []*repo.Site {
		var out []*repo.Site
		eachCall(in, func(m *repo.Module, s *repo.Site, last string) {
			if logMethods[last] && logReceiver(s.Node, m.File.Lang) && !in.Code.Mode(s.Guards) {
				out = append(out, s)
			}
		})
		return out
	})
}

func logReceiver(call *node, lang repo.Lang) bool {
	if call.X.Is(syntax.Name) {
		return call.X.Name == "print" || call.X.Name == "pprint" || call.X.Name == "debugPrint"
	}
	receiver := strings.ToLower(syntax.Dotted(call.X.X))
	receiver = receiver[strings.LastIndexByte(receiver, '.')+1:]
	switch receiver {
	case "console", "logger", "log", "logging", "_logger", "slog", "fmt", "_log", "app.logger":
		return !(lang == repo.Go && receiver == "fmt" && syntax.Last(call.X) == "Errorf")
	}
	return strings.HasSuffix(receiver, "logger")
}

// logged returns the expressions whose values a log call writes, with what only tells about them left out: lengths,
// truths, masked parts, types.
func logged(call *node) []*node {
	var out []*node
	var walk func(n *node)
	walk = func(n *node) {
		switch {
		case n == nil:
		case n.Is(syntax.Template, syntax.List):
			for _, p := range n.List {
				walk(p)
			}
		case n.Is(syntax.Keyword):
			if n.Name != "end" && n.Name != "file" && n.Name != "exc_info" {
				walk(n.X)
			}
		case n.Is(syntax.Pair):
			walk(n.Y)
		case n.Is(syntax.Dict):
			for _, p := range n.List {
				walk(p)
			}
		case n.Is(syntax.Binary):
			if n.Name == "+" || n.Name == "%" || n.Name == "or" || n.Name == "??" {
				walk(n.X)
				walk(n.Y)
			}
		case n.Is(syntax.Unary):
			if n.Name == "await" {
				walk(n.X)
			}
		case n.Is(syntax.Call):
			switch syntax.Last(n.X) {
			case "str", "String", "stringify", "format", "dumps", "repr", "Sprintf", "inspect":
				for _, a := range n.List {
					walk(a)
				}
			}
		case n.Is(syntax.Name, syntax.Attr):
			out = append(out, n)
		case n.Is(syntax.Index):
			if n.Y.Is(syntax.Str) {
				out = append(out, n)
			}
		}
	}
	for _, a := range call.List {
		walk(a)
	}
	return out
}

// valueName returns the name of what an expression reads: a variable, a field, a key.
func valueName(n *node) string {
	if n.Is(syntax.Index) && n.Y.Is(syntax.Str) {
		return n.Y.Text
	}
	return syntax.Last(n)
}

// secretValue reports whether a name is that of a secret itself, not of something about it.
func secretValue(name string) bool {
	w := syntax.Words(name)
	if len(w) == 0 {
		return false
	}
	last := w[len(w)-1]
	before := ""
	if len(w) > 1 {
		before = w[len(w)-2]
	}
	switch last {
	case "password", "passwd", "otp", "apikey", "passphrase":
		return !words(name, "reset", "forgot", "hashed", "hash", "has", "is", "show", "no")
	case "secret":
		return before != "has" && before != "is"
	case "key":
		return before == "api" || before == "secret" || before == "private" || before == "encryption" || before == "signing" || before == "fernet"
	case "token":
		return before == "access" || before == "refresh" || before == "id" || before == "bearer" || before == "reset" || before == "verification" || before == "jwt" || before == "auth" || before == "api" || before == "session"
	case "authorization":
		return true
	case "code":
		return before == "otp" || before == "verification"
	}
	return false
}
