package requirement

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"strings"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/prompt"
)

const (
	batchText = 24_000 // characters of source text in one request
	// MaxModelText is how much of one source a model is asked to read, in
	// characters. The rules have no such limit.
	MaxModelText = 10 * batchText
	modelOutput  = 16_000 // tokens
)

// model returns the model of an id, and nil for the rules.
func (s *Service) model(id string) (*Model, error) {
	if id == "" {
		return nil, nil
	}
	for i := range s.Models {
		if s.Models[i].Provider.ID() == id {
			return &s.Models[i], nil
		}
	}
	return nil, ba.InvalidFields([]ba.Field{{Location: "body.model", Message: "must be empty, for the rules, or a provider that is set up"}})
}

// piece is a part of a source as a model is shown it.
type piece struct {
	text string
	from string  // the name of the source, and the place in it
	link ba.Link // to it; without quote
}

func piecesOf(d ba.Document, passages []ba.Passage) []piece {
	pieces := make([]piece, len(passages))
	for i, p := range passages {
		pieces[i] = piece{text: p.Text, from: strings.Trim(d.Filename+", "+p.Locator.String(), ", "),
			link: ba.Link{Document: p.Document, Version: p.Version, Passage: p.ID, Locator: p.Locator, State: ba.LinkVerified}}
	}
	return pieces
}

func utterances(t ba.Thread, messages []ba.Message) []piece {
	pieces := make([]piece, len(messages))
	for i, m := range messages {
		pieces[i] = piece{text: m.Text, from: "conversation " + t.Title, link: ba.Link{Thread: m.Thread, Message: m.ID, State: ba.LinkVerified}}
	}
	return pieces
}

// ask has the model read the pieces, some in each request, and verifies what
// it answers.
func (e *extraction) ask(ctx context.Context, pieces []piece) ([]candidate, error) {
	total := 0
	for _, p := range pieces {
		total += len(p.text)
	}
	if total > MaxModelText {
		return nil, &ba.Error{Kind: ba.TooLarge, Code: "source_too_long", Msg: fmt.Sprintf("A model reads sources of up to %d characters; this one has %d. Use the rules, which read any length, or a shorter document.", MaxModelText, total)}
	}
	var found []candidate
	for len(pieces) > 0 {
		n, size := 0, 0
		for n < len(pieces) && (n == 0 || size+len(pieces[n].text) <= batchText) {
			size += len(pieces[n].text)
			n++
		}
		answered, err := e.find(ctx, pieces[:n])
		if err != nil {
			return nil, err
		}
		for _, f := range answered {
			if c, ok := e.verify(f, pieces[:n]); ok {
				found = append(found, c)
			}
		}
		pieces = pieces[n:]
	}
	return found, nil
}

// verify keeps a finding whose quote stands in its piece word for word, and one
// without a quote, as an assumption. What claims a quote that is not there is
// refused.
func (e *extraction) verify(f prompt.FoundRequirement, pieces []piece) (candidate, bool) {
	c := candidate{Requirement: ba.Requirement{Statement: tidy(f.Statement), Type: ba.RequirementType(f.Type), Quality: ba.Quality(f.Quality),
		Priority: ba.Priority(f.Priority), Rationale: strings.TrimSpace(f.Rationale), Status: ba.RequirementDraft}}
	for _, k := range f.Criteria {
		c.Criteria = append(c.Criteria, ba.Criterion(k))
	}
	c.Criteria = tidyCriteria(c.Criteria)
	if c.Type != ba.RequirementQuality {
		c.Quality = ""
	}
	refused := Refusal{Statement: c.Statement, Quote: f.Quote}
	if c.Validate() != nil {
		e.done.Refused = append(e.done.Refused, refused)
		return c, false
	}
	if strings.TrimSpace(f.Quote) == "" {
		return c, true
	}
	if f.Source < 1 || f.Source > len(pieces) {
		e.done.Refused = append(e.done.Refused, refused)
		return c, false
	}
	p := pieces[f.Source-1]
	words, err := verified(p.text, f.Quote)
	if err != nil {
		e.done.Refused = append(e.done.Refused, refused)
		return c, false
	}
	link := p.link
	link.Quote = words
	c.link = &link
	return c, true
}

// find asks the model once, and pays for it.
func (e *extraction) find(ctx context.Context, pieces []piece) ([]prompt.FoundRequirement, error) {
	req, err := e.model.request(pieces)
	if err != nil {
		return nil, err
	}
	call := ba.Call{User: e.actor.User, Provider: e.model.Provider.ID(), Model: req.Model, Input: inputAtMost(req), MaxOutput: req.MaxOutput}
	hold, err := e.s.Budget.Reserve(ctx, call)
	if err != nil {
		return nil, err
	}
	req.MaxOutput = hold.MaxOutput
	// A second attempt would have to be paid for too; the person may ask again.
	req.Again = func(context.Context, *llm.Error) error { return errOnce }
	a := &answer{}
	err = a.read(e.model.Provider.Stream(ctx, req))
	settled, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTimeout)
	defer cancel()
	if _, unbooked := e.s.Budget.Settle(settled, hold, a.spent(err)); unbooked != nil {
		e.s.Log.ErrorContext(ctx, "the cost of a call could not be booked", "error", unbooked)
	}
	if err != nil {
		return nil, e.model.failed(err)
	}
	return e.model.understand(a)
}

const settleTimeout = 10 * time.Second

var errOnce = errors.New("a call for requirements is made once")

// inputAtMost returns how many tokens a request can be at most: a token is at
// least a byte.
func inputAtMost(req llm.Request) int64 {
	const overhead = 2_100 // the provider's own instructions for tools
	n := overhead + len(req.System)
	for _, t := range req.Tools {
		n += len(t.Name) + len(t.Description) + len(t.Schema)
	}
	for _, m := range req.Messages {
		n += len(m.Text)
	}
	return int64(n)
}

func (m *Model) request(pieces []piece) (llm.Request, error) {
	shown := make([]prompt.SourcePiece, len(pieces))
	for i, p := range pieces {
		shown[i] = prompt.SourcePiece{N: i + 1, From: p.from, Text: p.text}
	}
	system, question, err := prompt.FindRequirements(shown)
	req := llm.Request{Mode: ba.ModeFree, System: system, Messages: []llm.Message{{Role: llm.RoleUser, Text: question}},
		Tools: []llm.Tool{prompt.RecordRequirements()}, MaxOutput: modelOutput}
	if len(m.Models) > 0 {
		req.Model = m.Models[0]
	}
	return req, err
}

// answer is what came of a request.
type answer struct {
	text  strings.Builder
	calls []json.RawMessage // of our tool
	stop  llm.Stop
	usage ba.Usage
	seen  int // bytes
}

func (a *answer) read(deltas iter.Seq2[llm.Delta, error]) error {
	for delta, err := range deltas {
		if err != nil {
			return err
		}
		switch delta.Kind {
		case llm.DeltaText:
			a.text.WriteString(delta.Text)
			a.seen += len(delta.Text)
		case llm.DeltaReasoning:
			a.seen += len(delta.Text)
		case llm.DeltaToolCall:
			a.seen += len(delta.ToolCall.Arguments)
			if delta.ToolCall.Name == prompt.RecordRequirementsName {
				a.calls = append(a.calls, delta.ToolCall.Arguments)
			}
		case llm.DeltaUsage:
			a.usage = delta.Usage
		case llm.DeltaStop:
			a.stop = delta.Stop
		}
	}
	return nil
}

// spent says for the budget how far the call came.
func (a *answer) spent(err error) ba.Spent {
	end := ba.CallCounted
	if fault, is := errors.AsType[*llm.Error](err); is && !fault.Started && (fault.Unsent || fault.Status >= http.StatusBadRequest) {
		end = ba.CallRefused
	} else if err != nil {
		end = ba.CallBroken
	}
	return ba.Spent{End: end, Usage: a.usage, Seen: a.seen}
}

// understand reads the requirements of an answer. A model that writes them as
// text instead of calling the tool is understood too.
func (m *Model) understand(a *answer) ([]prompt.FoundRequirement, error) {
	switch a.stop {
	case llm.StopLength:
		return nil, ba.E(ba.Unavailable, m.Name+" reached the limit of its answer before it was done; nothing of this source was stored. Try a shorter one, or use the rules.")
	case llm.StopRefused:
		return nil, ba.E(ba.Unavailable, m.Name+" declined to read this source. Use the rules, or another model.")
	}
	if len(a.calls) == 0 {
		a.calls = []json.RawMessage{[]byte(object(a.text.String()))}
	}
	var found []prompt.FoundRequirement
	for _, arguments := range a.calls {
		more, err := decode(arguments)
		if err != nil {
			return nil, ba.Wrap(ba.Unavailable, m.Name+" did not answer in the form that was asked for; nothing of this source was stored. Try again, or use the rules.", err)
		}
		found = append(found, more...)
	}
	return found, nil
}

func (m *Model) failed(err error) error {
	if errors.Is(err, context.Canceled) {
		return ba.Wrap(ba.Canceled, "The request was given up before it was done.", err)
	}
	return ba.Wrap(ba.Unavailable, m.Name+" could not be asked for requirements. Try again in a moment, or use the rules.", err)
}

// decode reads the arguments of a call; unknown fields are a fault, since they
// tell of another schema.
func decode(arguments []byte) ([]prompt.FoundRequirement, error) {
	d := json.NewDecoder(bytes.NewReader(arguments))
	d.DisallowUnknownFields()
	var in prompt.FoundRequirements
	if err := d.Decode(&in); err != nil {
		return nil, fmt.Errorf("read a model's requirements: %w", err)
	}
	return in.Requirements, nil
}

// object returns the JSON object of a text.
func object(text string) string {
	start, end := strings.IndexByte(text, '{'), strings.LastIndexByte(text, '}')
	if start < 0 || end < start {
		return text
	}
	return text[start : end+1]
}
