package code

import (
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

// stream is one place where the server answers with an event stream.
type stream struct {
	site     *repo.Site
	fn       *repo.Func // the function that answers; nil at module level
	unbuffer bool       // the header that keeps proxies from buffering is there, or may be
	library  bool       // a library writes the events, with its own headers and pings
	source   *repo.Func // what yields the events, when it is known
}

const eventStream = "text/event-stream"

// streams returns the event streams of the live server code.
func streams(in *check.Input) []stream {
	return once(in, "streams", func() []stream { return findStreams(in) })
}

func findStreams(in *check.Input) []stream {
	var out []stream
	for _, m := range in.Code.LiveModules() {
		if clientSide(in, m) {
			continue
		}
		for _, s := range m.Calls {
			if st, ok := streamCall(in, s); ok {
				out = append(out, st)
			}
		}
		for _, s := range m.Assigns {
			if len(s.Node.List) != 1 || !isEventStream(in, s.Node.X, s.Scope) {
				continue
			}
			t := s.Node.List[0]
			if t.Is(syntax.Index) && t.Y.Is(syntax.Str) && strings.EqualFold(t.Y.Text, "content-type") || t.Is(syntax.Attr) && (t.Name == "content_type" || t.Name == "mimetype" || t.Name == "media_type") {
				out = append(out, newStream(in, s, nil))
			}
		}
	}
	return out
}

// isEventStream reports whether an expression is the media type of event streams.
func isEventStream(in *check.Input, x *node, s *repo.Scope) bool {
	if !x.Is(syntax.Str, syntax.Name, syntax.Attr, syntax.Template) {
		return false
	}
	v := in.Code.Value(x, s)
	return v.Kind == repo.Text && strings.HasPrefix(strings.ToLower(v.Text), eventStream)
}

var streamCalls = map[string]bool{
	"StreamingResponse": true, "Response": true, "StreamingHttpResponse": true, "HttpResponse": true, "StreamResponse": true, "make_response": true, "response_class": true,
	"writeHead": true, "setHeader": true, "set": true, "header": true, "type": true, "headers": true, "contentType": true, "NextResponse": true,
	"Set": true, "Header": true, "SetContentType": true, "Type": true, "SetHeader": true, "send_header": true, "ContentType": true,
}

func streamCall(in *check.Input, s *repo.Site) (stream, bool) {
	last := syntax.Last(s.Node.X)
	switch last {
	case "EventSourceResponse", "createSession", "createEventStream":
		if last == "EventSourceResponse" || strings.HasPrefix(callName(in, s), "better-sse") {
			st := newStream(in, s, nil)
			st.library, st.unbuffer = true, true
			return st, true
		}
	case "streamSSE":
		if strings.HasPrefix(callName(in, s), "hono/streaming") {
			return newStream(in, s, nil), true
		}
	case "SSEvent":
		if s.Mod().File.Lang == repo.Go {
			return newStream(in, s, nil), true
		}
	}
	if !streamCalls[last] {
		return stream{}, false
	}
	for i, a := range s.Node.List {
		switch {
		case a.Kind == syntax.Keyword && (a.Name == "media_type" || a.Name == "content_type" || a.Name == "mimetype") && isEventStream(in, a.X, s.Scope):
			return newStream(in, s, syntax.Arg(s.Node, -1, "headers")), true
		case a.Kind == syntax.Keyword && a.Name == "headers" && typedHeaders(in, a.X, s):
			return newStream(in, s, a.X), true
		case i > 0 && isEventStream(in, a, s.Scope) && strings.EqualFold(in.Code.Value(s.Node.List[0], s.Scope).Text, "content-type"), i > 0 && isEventStream(in, a, s.Scope) && syntax.Last(s.Node.List[0]) == "HeaderContentType":
			return newStream(in, s, nil), true
		case i == 0 && last == "type" || i == 0 && last == "contentType" || i == 0 && last == "ContentType" || i == 0 && last == "Type":
			if isEventStream(in, a, s.Scope) {
				return newStream(in, s, nil), true
			}
		case a.Kind != syntax.Keyword && s.Mod().File.Lang == repo.Script && typedHeaders(in, a, s):
			return newStream(in, s, a), true
		}
	}
	return stream{}, false
}

// typedHeaders reports whether a dict of headers, or options with such a dict, has the media type of event streams.
func typedHeaders(in *check.Input, x *node, s *repo.Site) bool {
	v := in.Code.Value(x, s.Scope)
	if v.Kind != repo.Dict {
		return false
	}
	o := optionsIn(in, v)
	for _, p := range o.named {
		if strings.EqualFold(p.name, "content-type") && isEventStream(in, p.expr, p.scope) {
			return true
		}
		if p.name == "headers" {
			if typedHeaders(in, p.expr, &repo.Site{Node: p.expr, Scope: p.scope}) {
				return true
			}
		}
	}
	return false
}

const accel = "x-accel-buffering"

// newStream completes what is known about a stream; headers is the dict of headers, if it has one.
func newStream(in *check.Input, s *repo.Site, headers *node) stream {
	st := stream{site: s, fn: outermost(s.Scope.Enclosing())}
	if headers != nil {
		v := in.Code.Value(headers, s.Scope)
		o := optionsIn(in, v)
		st.unbuffer = o.open && v.Kind != repo.Dict && mentionsHeader(in) || v.Kind == repo.Dict && o.open && mentionsHeader(in)
		for _, p := range o.named {
			st.unbuffer = st.unbuffer || strings.EqualFold(p.name, accel) || p.name == "headers" && mentions(p.expr, accel)
		}
	}
	if st.fn != nil && mentions(st.fn.Node, accel) {
		st.unbuffer = true
	}
	st.unbuffer = st.unbuffer || headerForAll(in)
	if s.Node.Is(syntax.Call) {
		st.source = yields(in, syntax.Arg(s.Node, 0, "content", "response", "streaming_content"), s.Scope)
	}
	return st
}

// mentionsHeader reports whether any live module names the header.
func mentionsHeader(in *check.Input) bool {
	return once(in, accel, func() bool {
		for _, m := range in.Code.LiveModules() {
			for _, s := range m.Strings {
				if strings.EqualFold(s.Node.Text, accel) {
					return true
				}
			}
		}
		return false
	})
}

// headerForAll reports whether a middleware sets the header on every answer.
func headerForAll(in *check.Input) bool {
	return once(in, accel+" for all", func() bool {
		if !mentionsHeader(in) {
			return false
		}
		for _, m := range in.Code.LiveModules() {
			for _, s := range m.Strings {
				if strings.EqualFold(s.Node.Text, accel) && inMiddleware(s) {
					return true
				}
			}
		}
		return false
	})
}

// inMiddleware reports whether code stands in a function that passes requests on.
func inMiddleware(s *repo.Site) bool {
	for fn := s.Scope.Enclosing(); fn != nil; fn = fn.Outer.Enclosing() {
		for _, p := range fn.Node.List {
			switch p.Name {
			case "call_next", "next", "get_response", "nextHandler":
				return true
			}
		}
		if fn.Node.Name == "process_response" || fn.Node.Name == "dispatch" {
			return true
		}
		for _, d := range fn.Node.Else {
			if words(syntax.Last(d), "after") || d.Is(syntax.Call) && words(syntax.Last(d.X), "after", "middleware") {
				return true
			}
		}
	}
	return false
}

// yields finds the generator that a response is given.
func yields(in *check.Input, x *node, s *repo.Scope) *repo.Func {
	for range 3 {
		if x.Is(syntax.Call) && syntax.Last(x.X) == "stream_with_context" && len(x.List) > 0 {
			x = x.List[0]
		}
		callee := x
		if x.Is(syntax.Call) {
			callee = x.X
		}
		if callee == nil {
			return nil
		}
		if v := in.Code.Value(callee, s); v.Kind == repo.Function && v.Func != nil {
			return v.Func
		}
		if !x.Is(syntax.Name) {
			return nil
		}
		d := in.Code.Origin(x, s)
		if d == nil || d.Value == nil || d.Scope == nil {
			return nil
		}
		x, s = d.Value, d.Scope
	}
	return nil
}

// streamPaths returns the paths that run a stream's file, and whether all of them are known to pass event streams on at once.
func streamPaths(in *check.Input, st stream) (unbuffered bool, note string) {
	file := st.site.Mod().File.Path
	list := pathsOf(in, file)
	if len(list) == 0 && serverFile(st.site.Mod()) { // functions beside the pages of a host
		for _, p := range in.Paths() {
			if root := strings.Trim(strings.TrimPrefix(p.Root, "./"), "/"); p.Role == manifest.Static && (root == "" || root == "." || strings.HasPrefix(file, root+"/")) {
				list = append(list, p)
			}
		}
	}
	if len(list) == 0 {
		return false, ""
	}
	for _, p := range list {
		if p.Platform != "railway" && p.Platform != "vercel" {
			return false, ""
		}
	}
	return true, string(list[0].Platform) + " is documented to pass event streams on as they come"
}

// streamEvidence shows a stream.
func streamEvidence(in *check.Input, st stream) []preflight.Evidence {
	return []preflight.Evidence{here(in, st.site, "the stream")}
}
