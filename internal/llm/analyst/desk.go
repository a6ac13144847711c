package analyst

import (
	"encoding/json"
	"fmt"

	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/prompt"
)

// The bounds of what one answer asks for.
const (
	maxCalls    = 16
	searchLimit = 12
)

// desk is the tools of a turn with what they brought so far. An answer asks it
// for what it needs; what was not yet looked up becomes a call, and the answer
// is worked out again when the results are there.
type desk struct {
	offered map[string]bool
	made    []llm.ToolCall
	results map[string]llm.ToolResult // by the call's ID
	wanted  []llm.ToolCall
	sources []*source // all that was found, in the order of asking
	queries []string  // what was searched for
	failed  bool      // a tool failed
}

func newDesk(tools []llm.Tool) *desk {
	d := &desk{offered: make(map[string]bool), results: make(map[string]llm.ToolResult)}
	for _, t := range tools {
		d.offered[t.Name] = true
	}
	return d
}

func (d *desk) called(calls []llm.ToolCall) { d.made = append(d.made, calls...) }

func (d *desk) answered(results []llm.ToolResult) {
	for _, r := range results {
		d.results[r.CallID] = r
	}
}

// forget drops what was looked up before a request to go on.
func (d *desk) forget() {
	d.made = nil
	clear(d.results)
}

// canSearch reports whether there are documents to search at all.
func (d *desk) canSearch() bool {
	return d.offered[prompt.SearchDocuments] || len(d.made) > 0
}

// search returns what was found for the queries, best first, each passage once.
// It is not ready while results are missing.
func (d *desk) search(queries ...string) (found []*source, ready bool) {
	ready = true
	for _, q := range queries {
		text, state := d.ask(prompt.SearchDocuments, prompt.SearchArguments{Query: q, Limit: searchLimit})
		if state == asking {
			ready = false
		}
		if state != got {
			continue
		}
		var r prompt.Passages
		if json.Unmarshal([]byte(text), &r) != nil {
			d.failed = true
			continue
		}
		d.note(q)
		for _, p := range r.Passages {
			found = appendSource(found, d.keep(p))
		}
	}
	return found, ready
}

// documents returns the documents of the project; nil where there are none or
// no project. It is not ready while the list is missing.
func (d *desk) documents() (list []prompt.Document, ready bool) {
	text, state := d.ask(prompt.ListDocuments, struct{}{})
	if state != got {
		return nil, state != asking
	}
	var r prompt.Documents
	if json.Unmarshal([]byte(text), &r) != nil {
		d.failed = true
	}
	return r.Documents, true
}

// The states of a call.
type callState int

const (
	got    callState = iota // its result is there
	asking                  // it was or will be made
	absent                  // it failed, is not offered, or would be one too many
)

// ask returns the result of a call, or adds the call to those that are wanted.
func (d *desk) ask(name string, arguments any) (text string, s callState) {
	raw, err := json.Marshal(arguments)
	if err != nil {
		return "", absent
	}
	for _, c := range d.made {
		if c.Name == name && sameJSON(c.Arguments, raw) {
			return d.result(c.ID)
		}
	}
	for _, c := range d.wanted {
		if c.Name == name && sameJSON(c.Arguments, raw) {
			return "", asking
		}
	}
	n := len(d.made) + len(d.wanted)
	if !d.offered[name] || n >= maxCalls || d.failed {
		return "", absent
	}
	d.wanted = append(d.wanted, llm.ToolCall{ID: fmt.Sprintf("call-%d", n+1), Name: name, Arguments: raw})
	return "", asking
}

func (d *desk) result(id string) (string, callState) {
	r, ok := d.results[id]
	if !ok || r.Failed {
		d.failed = true
		return "", absent
	}
	return r.Text, got
}

// keep returns the source of a passage, the same one for the same number.
func (d *desk) keep(p prompt.Passage) *source {
	for _, s := range d.sources {
		if s.n == p.N {
			return s
		}
	}
	s := newSource(p)
	d.sources = append(d.sources, s)
	return s
}

func (d *desk) note(query string) {
	for _, q := range d.queries {
		if q == query {
			return
		}
	}
	d.queries = append(d.queries, query)
}

func appendSource(list []*source, s *source) []*source {
	for _, have := range list {
		if have == s {
			return list
		}
	}
	return append(list, s)
}

// sameJSON compares arguments by value: they may have been stored in between.
func sameJSON(a, b json.RawMessage) bool {
	var x, y prompt.SearchArguments
	return json.Unmarshal(a, &x) == nil && json.Unmarshal(b, &y) == nil && x == y
}
