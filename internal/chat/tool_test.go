package chat

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/prompt"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

func search(id, query string, limit int) llm.ToolCall {
	raw, _ := json.Marshal(prompt.SearchArguments{Query: query, Limit: limit}) //nolint:errchkjson // strings and ints
	return llm.ToolCall{ID: id, Name: prompt.SearchDocuments, Arguments: raw}
}

func listing(id string) llm.ToolCall {
	return llm.ToolCall{ID: id, Name: prompt.ListDocuments, Arguments: json.RawMessage(`{}`)}
}

// result returns the result of a call, as the last message of a request has it.
func result[T any](t testing.TB, c *call, id string) (v T, failed bool) {
	t.Helper()
	last := c.req.Messages[len(c.req.Messages)-1]
	if last.Role != llm.RoleTool {
		t.Fatalf("the last message is %+v", last)
	}
	for _, res := range last.ToolResults {
		if res.CallID == id {
			if !res.Failed {
				if err := json.Unmarshal([]byte(res.Text), &v); err != nil {
					t.Fatalf("result %q: %v", res.Text, err)
				}
			}
			return v, res.Failed
		}
	}
	t.Fatalf("there is no result of %s", id)
	return v, false
}

func TestAnAnswerSearchesAndCitesVerbatim(t *testing.T) {
	eachEngine(t, func(t *testing.T, r *room) {
		doc, passages := storetest.Document(t, r.db, r.owner, r.project, "refunds.txt",
			"Refunds are paid within ten working days.\nFees of the bank are borne by the customer. Returns need a form.", "Parcels arrive on Mondays.")
		thread := r.thread(t)
		c := r.watch(t, r.viewer, thread.ID, "")
		turn := r.ask(t, thread.ID, "When are refunds paid, and who pays the fees?")
		call := r.puppet.next(t)
		call.say(t, "Let me look.")
		call.use(t, search("a", "refunds fees", 0), listing("b"))
		call = r.puppet.next(t)
		asked := call.req.Messages[len(call.req.Messages)-2]
		if asked.Role != llm.RoleAssistant || asked.Text != "Let me look." || len(asked.ToolCalls) != 2 {
			t.Errorf("the model's own message came back as %+v", asked)
		}
		found, _ := result[prompt.Passages](t, call, "a")
		if len(found.Passages) != 1 || found.Passages[0] != (prompt.Passage{N: 1, Document: "refunds.txt", Locator: "page 1", Text: passages[0].Text}) {
			t.Fatalf("found %+v", found)
		}
		listed, _ := result[prompt.Documents](t, call, "b")
		if len(listed.Documents) != 1 || listed.Documents[0].Document != "refunds.txt" || listed.Documents[0].Status != "ready" {
			t.Errorf("listed %+v", listed)
		}
		call.use(t, search("c", "refunds parcels", 5))
		call = r.puppet.next(t)
		found, _ = result[prompt.Passages](t, call, "c")
		numbers := map[string]int{}
		for _, p := range found.Passages {
			numbers[p.Text] = p.N
		}
		if numbers[passages[0].Text] != 1 || numbers[passages[1].Text] != 2 {
			t.Errorf("found %+v", found)
		}
		for _, piece := range []string{`Refunds take "ten working`, ` days" [`, `1`, `]. The customer bears the fees [1][2], not [7].`} {
			call.say(t, piece)
		}
		call.stop(t, llm.StopEnd, "")
		c.until("done")
		sameNames(t, c.names, "message", "snapshot", "delta", "tool", "delta", "citation", "done")
		_, answer := r.ended(t, turn.ID)
		if want := "Let me look.\n\nRefunds take \"ten working days\" [1]. The customer bears the fees [1][2], not [7]."; answer.Text != want {
			t.Errorf("answer %q", answer.Text)
		}
		first := ba.Citation{N: 1, Document: doc.ID, Version: 1, Passage: passages[0].ID, Filename: "refunds.txt", Locator: passages[0].Locator, Quote: "ten working days"}
		if len(answer.Citations) != 2 || answer.Citations[0] != first || answer.Citations[1].Quote != "Parcels arrive on Mondays." {
			t.Errorf("citations %+v", answer.Citations)
		}
		var told []CitationEventJSON
		for _, e := range c.events {
			if e.Name == "citation" {
				told = append(told, decode[CitationEventJSON](t, e))
			}
		}
		if len(told) != 2 || told[0].MessageID != string(answer.ID) || told[0].CitationJSON != citationOf(first) {
			t.Errorf("told %+v", told)
		}
	})
}

func TestToolEventsSayWhatGoesOn(t *testing.T) {
	r := newRoom(t)
	storetest.Document(t, r.db, r.owner, r.project, "a.txt", "Refunds are paid within ten days.")
	thread := r.thread(t)
	c := r.watch(t, r.viewer, thread.ID, "")
	r.ask(t, thread.ID, "When?")
	call := r.puppet.next(t)
	call.use(t, search("a", "refunds", 3), search("b", "unicorns", 3), llm.ToolCall{ID: "c", Name: "rm", Arguments: json.RawMessage(`{}`)},
		llm.ToolCall{ID: "d", Name: prompt.SearchDocuments, Arguments: json.RawMessage(`{"query":"x","limit":"many"}`)}, search("e", "  ", 1), listing("f"))
	call = r.puppet.next(t)
	nothing, _ := result[prompt.Passages](t, call, "b")
	if nothing.Passages == nil || len(nothing.Passages) != 0 || nothing.Note != prompt.NothingFound {
		t.Errorf("nothing is %+v", nothing)
	}
	for _, id := range []string{"c", "d", "e"} {
		if _, failed := result[prompt.Passages](t, call, id); !failed {
			t.Errorf("the call %s succeeded", id)
		}
	}
	call.say(t, "In ten days.")
	call.stop(t, llm.StopEnd, "")
	c.until("done")
	var got []string
	for _, e := range c.events {
		if e.Name == "tool" {
			tool := decode[ToolJSON](t, e)
			got = append(got, tool.State+": "+tool.Summary)
		}
	}
	want := "running: Searching the documents for “refunds”|done: Found 1 passage in 1 document|running: Searching the documents for “unicorns”|done: Nothing found|" +
		"running: Using a tool|failed: That did not work|running: Using a tool|failed: That did not work|" +
		"running: Searching the documents for “”|failed: That did not work|running: Looking at the list of documents|done: 1 document"
	if strings.Join(got, "|") != want {
		t.Errorf("told\n%s\nwant\n%s", strings.Join(got, "|"), want)
	}
}

func TestToolsAreBoundedAndTheModelIsToldToAnswer(t *testing.T) {
	r := newRoom(t)
	storetest.Document(t, r.db, r.owner, r.project, "a.txt", "Refunds are paid within ten days.")
	turn := r.ask(t, r.thread(t).ID, "When?")
	call := r.puppet.next(t)
	for n := range lastRound {
		call.use(t, search("a", "refunds", 1))
		call = r.puppet.next(t)
		if _, failed := result[prompt.Passages](t, call, "a"); failed != (n >= maxToolRounds) {
			t.Errorf("round %d: failed is %v", n, failed)
		}
	}
	call.use(t, search("a", "refunds", 1))
	if end, _ := r.ended(t, turn.ID); end.State != ba.TurnTruncated || end.StopReason != "tool_rounds" {
		t.Errorf("turn %+v", end)
	}
}

func TestUsageIsThatOfAllCallsTogether(t *testing.T) {
	r := newRoom(t)
	turn := r.ask(t, r.thread(t).ID, "When?")
	call := r.puppet.next(t)
	call.count(t, 100, 1)
	call.count(t, 100, 20)
	call.use(t, listing("a"))
	call = r.puppet.next(t)
	call.count(t, 150, 7)
	call.say(t, "Soon.")
	call.fail(t, &llm.Error{Kind: llm.ErrCut})
	if end, _ := r.ended(t, turn.ID); end.Usage != (ba.Usage{InputTokens: 250, OutputTokens: 27}) {
		t.Errorf("usage %+v", end.Usage)
	}
}

func TestALooseThreadHasNoTools(t *testing.T) {
	r := newRoom(t)
	thread, err := r.CreateThread(t.Context(), r.owner, ThreadInput{})
	ok(t, err)
	turn := r.ask(t, thread.ID, "When?")
	call := r.puppet.next(t)
	if len(call.req.Tools) != 0 {
		t.Errorf("tools %+v", call.req.Tools)
	}
	call.use(t, listing("a")) // of its own accord
	call = r.puppet.next(t)
	if _, failed := result[prompt.Documents](t, call, "a"); !failed {
		t.Error("a tool runs without a project")
	}
	call.say(t, "I don't know.")
	call.stop(t, llm.StopEnd, "")
	r.ended(t, turn.ID)
}

// brokenLibrary fails.
type brokenLibrary struct{}

func (brokenLibrary) Retrieve(context.Context, ba.Actor, ba.ProjectID, string, int) ([]ba.Hit, error) {
	return nil, errors.New("no index")
}

func (brokenLibrary) List(context.Context, ba.Actor, ba.ProjectID, ba.Page) (ba.List[ba.Document], error) {
	return ba.List[ba.Document]{}, errors.New("no table")
}

func (brokenLibrary) Place(context.Context, ba.Actor, ba.PassageID, string) (ba.Locator, error) {
	return ba.Locator{}, errors.New("no page")
}

func (brokenLibrary) PassagesAround(context.Context, ba.Actor, ba.PassageID, int, int) ([]ba.Passage, error) {
	return nil, errors.New("no passage")
}

func TestAToolThatFailsDoesNotEndTheAnswer(t *testing.T) {
	r := newRoom(t, func(d *Deps) { d.Library = brokenLibrary{} })
	turn := r.ask(t, r.thread(t).ID, "When?")
	r.puppet.next(t).use(t, search("a", "refunds", 1), listing("b"))
	call := r.puppet.next(t)
	for _, res := range call.req.Messages[len(call.req.Messages)-1].ToolResults {
		if !res.Failed || res.Text != prompt.ToolFailed {
			t.Errorf("result %+v", res)
		}
	}
	call.say(t, "I could not search.")
	call.stop(t, llm.StopEnd, "")
	if end, _ := r.ended(t, turn.ID); end.State != ba.TurnComplete {
		t.Errorf("turn %+v", end)
	}
}

func TestWhatIsFoundOnceMoreInAContinuationKeepsItsNumber(t *testing.T) {
	r := newRoom(t)
	storetest.Document(t, r.db, r.owner, r.project, "a.txt", "Refunds are paid within ten days.", "Parcels arrive on Mondays.")
	turn := r.ask(t, r.thread(t).ID, "When?")
	r.puppet.next(t).use(t, search("a", "parcels", 1))
	call := r.puppet.next(t)
	call.say(t, "Parcels arrive on Mondays [1]. And")
	call.stop(t, llm.StopLength, "")
	r.ended(t, turn.ID)
	fresh := ba.NewID[ba.TurnID]()
	_, err := r.Continue(t.Context(), r.owner, turn.ID, fresh)
	ok(t, err)
	r.puppet.next(t).use(t, search("a", "refunds parcels", 5))
	call = r.puppet.next(t)
	found, _ := result[prompt.Passages](t, call, "a")
	for _, p := range found.Passages {
		if want := map[string]int{"Parcels arrive on Mondays.": 1, "Refunds are paid within ten days.": 2}[p.Text]; p.N != want {
			t.Errorf("passage %+v, want the number %d", p, want)
		}
	}
	call.say(t, " refunds in ten days [2].")
	call.stop(t, llm.StopEnd, "")
	_, answer := r.ended(t, fresh)
	if len(answer.Citations) != 2 || answer.Citations[0].N != 1 || answer.Citations[1].N != 2 || answer.Text != "Parcels arrive on Mondays [1]. And refunds in ten days [2]." {
		t.Errorf("answer %q with %+v", answer.Text, answer.Citations)
	}
}

func TestALongResultIsCutAtAPassage(t *testing.T) {
	box := toolbox{next: 1, numbers: map[ba.PassageID]int{}, known: map[int]ba.Hit{}}
	var hits []ba.Hit
	for n := range 10 {
		hits = append(hits, ba.Hit{Passage: ba.PassageID(fmt.Sprint(n)), Text: strings.Repeat("x", 25_000)})
	}
	var got prompt.Passages
	ok(t, json.Unmarshal([]byte(box.found(hits).text), &got))
	if len(got.Passages) != 2 || got.Note == "" {
		t.Errorf("%d passages, note %q", len(got.Passages), got.Note)
	}
}

func TestAnAnswerKeepsWhatItsToolsDid(t *testing.T) {
	r := newRoom(t)
	doc, passages := storetest.Document(t, r.db, r.owner, r.project, "refunds.txt", "Refunds are paid within ten working days.")
	thread := r.thread(t)
	turn := r.ask(t, thread.ID, "When are refunds paid?")
	r.puppet.next(t).use(t, search("a", "refunds", 0), llm.ToolCall{ID: "b", Name: "fly", Arguments: []byte("{}")})
	call := r.puppet.next(t)
	call.say(t, "Soon.")
	call.stop(t, llm.StopEnd, "")
	_, answer := r.ended(t, turn.ID)
	if len(answer.Steps) != 2 || !answer.Steps[1].Failed || answer.Steps[1].Tool != "fly" {
		t.Fatalf("steps %+v", answer.Steps)
	}
	first := answer.Steps[0]
	if first.Asked != "Searching the documents for “refunds”" || first.Summary != "Found 1 passage in 1 document" || first.Failed || len(first.Found) != 1 ||
		first.Found[0].Passage != passages[0].ID || first.Found[0].Document != doc.ID || first.Found[0].N != 1 || first.Found[0].Filename != "refunds.txt" {
		t.Errorf("the first step is %+v", first)
	}
	if told := MessageOf(answer, &turn).Steps; len(told) != 2 || told[0].State != "done" || told[1].State != "failed" || told[0].Found[0].PassageID != string(passages[0].ID) {
		t.Errorf("clients get %+v", told)
	}
}
