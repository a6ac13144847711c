package analyst

import (
	"cmp"
	"context"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/extract"
	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/llm/llmtest"
	"github.com/ba-assistant/ba-assistant/internal/prompt"
	"github.com/ba-assistant/ba-assistant/internal/term"
)

// shelf is a project's documents as a provider sees them: searched by BM25
// over the terms of package term, as the product's own index does.
type shelf struct {
	documents []prompt.Document
	passages  []prompt.Passage // N is their place, from 1
	terms     [][]string
	total     int                     // terms in all
	holders   map[string]map[int]bool // passages by term
}

// newShelf reads the documents with the product's own extraction.
func newShelf(t testing.TB, paths ...string) *shelf {
	t.Helper()
	s := &shelf{holders: make(map[string]map[int]bool)}
	for _, p := range paths {
		s.add(t, p)
	}
	return s
}

func (s *shelf) add(t testing.TB, path string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Base(path)
	cut := extract.Cutter{Emit: func(p extract.Passage) error {
		s.put(prompt.Passage{Document: name, Locator: p.Locator.String(), Text: p.Text})
		return nil
	}}
	res, err := extract.Extract(context.Background(), extract.Source{Name: name, Data: data}, cut.Add)
	if err == nil {
		err = cut.Flush()
	}
	status := ba.DocumentReady
	if err != nil {
		status = ba.DocumentRejected
	}
	s.documents = append(s.documents, prompt.Document{Document: name, Format: string(res.Format), Status: string(status), Pages: res.Pages})
}

func (s *shelf) put(p prompt.Passage) {
	p.N = len(s.passages) + 1
	terms := term.Terms(p.Text)
	s.passages, s.terms = append(s.passages, p), append(s.terms, terms)
	for _, t := range terms {
		if s.holders[t] == nil {
			s.holders[t] = make(map[int]bool)
		}
		s.holders[t][p.N-1] = true
	}
	s.total += len(terms)
}

// search ranks by BM25 with the constants of SQLite's FTS5.
func (s *shelf) search(query string, limit int) prompt.Passages {
	scores := make(map[int]float64)
	for _, c := range term.Parse(query) {
		s.score(c.Terms, scores)
	}
	found := make([]int, 0, len(scores))
	for at := range scores {
		found = append(found, at)
	}
	slices.SortFunc(found, func(a, b int) int { return cmp.Or(cmp.Compare(scores[b], scores[a]), cmp.Compare(a, b)) })
	r := prompt.Passages{Passages: []prompt.Passage{}}
	for _, at := range found[:min(len(found), limit)] {
		r.Passages = append(r.Passages, s.passages[at])
	}
	return r
}

// score adds what one clause is worth to each passage that holds it.
func (s *shelf) score(clause []string, scores map[int]float64) {
	const k1, b = 1.2, 0.75
	counts := make(map[int]float64)
	for at := range s.holders[clause[0]] {
		if n := count(s.terms[at], clause); n > 0 {
			counts[at] = float64(n)
		}
	}
	n := float64(len(s.terms))
	idf := math.Max(1e-6, math.Log((n-float64(len(counts))+0.5)/(float64(len(counts))+0.5)))
	for at, tf := range counts {
		scores[at] += idf * tf * (k1 + 1) / (tf + k1*(1-b+b*float64(len(s.terms[at]))*n/float64(s.total)))
	}
}

func count(terms, phrase []string) int {
	n := 0
	for i := 0; i+len(phrase) <= len(terms); i++ {
		if slices.Equal(terms[i:i+len(phrase)], phrase) {
			n++
		}
	}
	return n
}

// run answers a call as package chat does, with numbers that count from 1 in
// the turn.
func (s *shelf) run(t testing.TB, c llm.ToolCall, numbers map[int]int) llm.ToolResult {
	t.Helper()
	var result any = prompt.Documents{Documents: s.documents}
	if c.Name == prompt.SearchDocuments {
		var in prompt.SearchArguments
		if err := json.Unmarshal(c.Arguments, &in); err != nil {
			t.Fatal(err)
		}
		found := s.search(in.Query, in.Limit)
		for i, p := range found.Passages {
			if numbers[p.N] == 0 {
				numbers[p.N] = len(numbers) + 1
			}
			found.Passages[i].N = numbers[p.N]
		}
		result = found
	}
	raw, err := json.Marshal(result)
	if err != nil {
		t.Fatal(err)
	}
	return llm.ToolResult{CallID: c.ID, Name: c.Name, Text: string(raw)}
}

// chat is a conversation with the analyst in a test.
type chat struct {
	mode    ba.Mode
	shelf   *shelf // nil: in no project
	history []llm.Message
	numbers map[int]int // passage on the shelf to its number in the last turn
	queries []string    // of the last turn
	last    *turn       // as the analyst saw it in the end
}

// say sends a message and returns the answer, running tools in between.
func (c *chat) say(t testing.TB, text string) string {
	t.Helper()
	req := llm.Request{Mode: c.mode, Messages: append(slices.Clone(c.history), llm.Message{Role: llm.RoleUser, Text: text})}
	if req.Mode == "" {
		req.Mode = ba.ModeFree
	}
	if c.shelf != nil {
		req.Tools = prompt.ProjectTools()
	}
	answer := c.finish(t, req)
	c.history = append(c.history, llm.Message{Role: llm.RoleUser, Text: text}, llm.Message{Role: llm.RoleAssistant, Text: answer})
	return answer
}

// finish runs a request with its tools to the end and returns the text.
func (c *chat) finish(t testing.TB, req llm.Request) string {
	t.Helper()
	c.numbers, c.queries = make(map[int]int), nil
	p := New(0, llm.NoWait)
	for range 8 {
		o := llmtest.Collect(t, p.Stream(t.Context(), req))
		if o.Err != nil {
			t.Fatal(o.Err)
		}
		if o.Stop != llm.StopTools {
			c.last = newTurn(req)
			respond(c.last)
			return o.Text
		}
		results := llm.Message{Role: llm.RoleTool}
		for _, call := range o.Calls {
			c.queries = append(c.queries, string(call.Arguments))
			results.ToolResults = append(results.ToolResults, c.shelf.run(t, call, c.numbers))
		}
		req.Messages = append(req.Messages, llm.Message{Role: llm.RoleAssistant, ToolCalls: o.Calls}, results)
	}
	t.Fatal("the analyst goes on asking for tools")
	return ""
}

// historyOf returns one exchange; an empty answer is left out.
func historyOf(said, answer string) []llm.Message {
	h := []llm.Message{{Role: llm.RoleUser, Text: said}}
	if answer != "" {
		h = append(h, llm.Message{Role: llm.RoleAssistant, Text: answer})
	}
	return h
}
