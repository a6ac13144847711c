package chat

import (
	"encoding/json"
	"math"
	"net/http"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/llm"
)

// The data of the events of a thread as clients receive it. The API describes
// these types and answers with them too, so that a message is the same
// wherever it comes from.
type (
	// MessageJSON is the data of an event "message": the person's, or the
	// answer that is still empty.
	MessageJSON struct {
		ID        string         `json:"id"`
		ThreadID  string         `json:"thread_id"`
		TurnID    string         `json:"turn_id"`
		Seq       int64          `json:"seq" doc:"Order in the thread"`
		Role      string         `json:"role" enum:"user,assistant"`
		AuthorID  *string        `json:"author_id" doc:"Of a person's message"`
		Replaces  *string        `json:"replaces" doc:"The question that this one was asked instead of; what stands between is an earlier version of the conversation"`
		Text      string         `json:"text" doc:"Markdown; an answer's grows while its turn runs"`
		Citations []CitationJSON `json:"citations"`
		Steps     []StepJSON     `json:"steps" doc:"What an answer's tools did, in their order"`
		CreatedAt time.Time      `json:"created_at"`
		Turn      *TurnJSON      `json:"turn,omitempty" doc:"Of an answer"`
	}
	// StepJSON is one use of a tool.
	StepJSON struct {
		Tool    string      `json:"tool"`
		State   string      `json:"state" enum:"done,failed"`
		Asked   string      `json:"asked" doc:"What for, for the person"`
		Summary string      `json:"summary" doc:"What came of it, for the person"`
		Found   []FoundJSON `json:"found" doc:"The passages that the model was shown"`
	}
	// FoundJSON is a passage that the model was shown.
	FoundJSON struct {
		N          int         `json:"n" doc:"The number by which it may be cited"`
		DocumentID string      `json:"document_id"`
		Version    int         `json:"version"`
		PassageID  string      `json:"passage_id"`
		Filename   string      `json:"filename"`
		Locator    LocatorJSON `json:"locator"`
	}
	// CitationJSON is a source of an answer.
	CitationJSON struct {
		N          int         `json:"n" doc:"Number in the answer, from 1"`
		DocumentID string      `json:"document_id"`
		Version    int         `json:"version"`
		PassageID  string      `json:"passage_id"`
		Filename   string      `json:"filename"`
		Locator    LocatorJSON `json:"locator"`
		Quote      string      `json:"quote" doc:"Verbatim in the passage"`
	}
	// LocatorJSON is where in a document something stands.
	LocatorJSON struct {
		Page    int    `json:"page,omitempty" doc:"Page or slide, from 1"`
		Sheet   string `json:"sheet,omitempty"`
		Row     int    `json:"row,omitempty" doc:"First row, from 1"`
		Heading string `json:"heading,omitempty" doc:"Nearest heading above"`
		Line    int    `json:"line,omitempty" doc:"First line, from 1"`
	}
	// TurnJSON is the state of an answer.
	TurnJSON struct {
		ID         string           `json:"id"`
		ThreadID   string           `json:"thread_id"`
		QuestionID string           `json:"question_id"`
		AnswerID   string           `json:"answer_id"`
		Continues  *string          `json:"continues" doc:"The turn whose answer this one goes on with: its text begins with that one's"`
		State      string           `json:"state" enum:"queued,streaming,complete,truncated,stopped,refused,failed,interrupted"`
		Provider   string           `json:"provider"`
		Model      string           `json:"model"`
		StopReason string           `json:"stop_reason,omitempty" doc:"The provider's own word"`
		Failure    *TurnFailureJSON `json:"failure"`
		Usage      UsageJSON        `json:"usage"`
		CreatedAt  time.Time        `json:"created_at"`
		StartedAt  *time.Time       `json:"started_at"`
		FinishedAt *time.Time       `json:"finished_at"`
	}
	// TurnFailureJSON is why an answer failed or was interrupted.
	TurnFailureJSON struct {
		Code       string `json:"code"`
		Detail     string `json:"detail"`
		Retryable  bool   `json:"retryable"`
		RetryAfter int    `json:"retry_after,omitempty" doc:"Seconds"`
	}
	// UsageJSON is what an answer used.
	UsageJSON struct {
		InputTokens  int64 `json:"input_tokens"`
		CachedTokens int64 `json:"cached_tokens" doc:"Of the input"`
		OutputTokens int64 `json:"output_tokens"`
		CostMicroUSD int64 `json:"cost_microusd"`
	}
	// SnapshotJSON is the data of an event "snapshot".
	SnapshotJSON struct {
		MessageID string `json:"message_id"`
		Text      string `json:"text" doc:"What is stored so far; replaces what the client has"`
		State     string `json:"state"`
	}
	// DeltaJSON is the data of an event "delta".
	DeltaJSON struct {
		MessageID string `json:"message_id"`
		Offset    int    `json:"offset" doc:"In code points"`
		Text      string `json:"text"`
	}
	// ToolJSON is the data of an event "tool".
	ToolJSON struct {
		MessageID string `json:"message_id"`
		Tool      string `json:"tool"`
		State     string `json:"state" enum:"running,done,failed"`
		Summary   string `json:"summary" doc:"For the person"`
		Answerer  string `json:"answerer,omitempty" doc:"Of the tool substitute: who answers from here on"`
	}
	// CitationEventJSON is the data of an event "citation".
	CitationEventJSON struct {
		MessageID string `json:"message_id"`
		CitationJSON
	}
	// TitleJSON is the data of an event "title": a model named the thread.
	TitleJSON struct {
		ThreadID string `json:"thread_id"`
		Title    string `json:"title"`
	}
	// DoneJSON is the data of an event "done".
	DoneJSON struct {
		MessageID string    `json:"message_id"`
		State     string    `json:"state" enum:"complete,truncated,stopped,refused,interrupted,failed"`
		Usage     UsageJSON `json:"usage"`
	}
	// FailureJSON is the data of an event "failure": a problem (RFC 9457) that
	// says whether a retry helps.
	FailureJSON struct {
		MessageID  string `json:"message_id,omitempty" doc:"Of the answer that failed; absent where the stream itself ends"`
		Type       string `json:"type"`
		Title      string `json:"title"`
		Status     int    `json:"status"`
		Detail     string `json:"detail"`
		Code       string `json:"code"`
		RequestID  string `json:"request_id,omitempty"`
		Retryable  bool   `json:"retryable"`
		RetryAfter int    `json:"retry_after,omitempty" doc:"Seconds"`
	}
)

// MessageOf returns a message as clients get it, with its turn where it is
// that turn's answer.
func MessageOf(m ba.Message, turn *ba.Turn) MessageJSON {
	w := MessageJSON{
		ID: string(m.ID), ThreadID: string(m.Thread), TurnID: string(m.Turn), Seq: m.Seq, Role: string(m.Role), AuthorID: optional(m.Author), Replaces: optional(m.Replaces),
		Text: m.Text, Citations: make([]CitationJSON, len(m.Citations)), Steps: stepsOf(m.Steps), CreatedAt: m.CreatedAt.UTC(),
	}
	for i, c := range m.Citations {
		w.Citations[i] = citationOf(c)
	}
	if turn != nil && m.ID == turn.Answer {
		w.Turn = new(TurnOf(*turn))
	}
	return w
}

// TurnOf returns a turn as clients get it.
func TurnOf(t ba.Turn) TurnJSON {
	w := TurnJSON{
		ID: string(t.ID), ThreadID: string(t.Thread), QuestionID: string(t.Question), AnswerID: string(t.Answer), Continues: optional(t.Continues),
		State: string(t.State), Provider: t.Provider, Model: t.Model, StopReason: t.StopReason, Usage: usageOf(t.Usage),
		CreatedAt: t.CreatedAt.UTC(), StartedAt: moment(t.StartedAt), FinishedAt: moment(t.FinishedAt),
	}
	if f := t.Failure; f != nil {
		w.Failure = &TurnFailureJSON{Code: f.Code, Detail: f.Msg, Retryable: f.Retryable, RetryAfter: seconds(f.RetryAfter)}
	}
	return w
}

func stepsOf(steps []ba.Step) []StepJSON {
	list := make([]StepJSON, len(steps))
	for i, s := range steps {
		list[i] = StepJSON{Tool: s.Tool, State: "done", Asked: s.Asked, Summary: s.Summary, Found: make([]FoundJSON, len(s.Found))}
		if s.Failed {
			list[i].State = "failed"
		}
		for k, f := range s.Found {
			list[i].Found[k] = FoundJSON{N: f.N, DocumentID: string(f.Document), Version: f.Version, PassageID: string(f.Passage), Filename: f.Filename, Locator: LocatorJSON(f.Locator)}
		}
	}
	return list
}

func usageOf(u ba.Usage) UsageJSON {
	return UsageJSON{InputTokens: u.InputTokens, CachedTokens: u.CachedTokens, OutputTokens: u.OutputTokens, CostMicroUSD: u.CostMicroUSD}
}

func citationOf(c ba.Citation) CitationJSON {
	return CitationJSON{N: c.N, DocumentID: string(c.Document), Version: c.Version, PassageID: string(c.Passage), Filename: c.Filename, Locator: LocatorJSON(c.Locator), Quote: c.Quote}
}

// failureOf returns a turn's failure as a problem. The status says of what
// kind it is; the stream itself was a 200.
func failureOf(answer ba.MessageID, f ba.Failure) FailureJSON {
	status, title := http.StatusBadGateway, "The AI provider failed"
	switch f.Code {
	case codeOf[llm.ErrRateLimit]:
		status, title = http.StatusTooManyRequests, "The AI provider takes no more requests for now"
	case codeOf[llm.ErrOverloaded], codeOf[llm.ErrNetwork], codeOf[llm.ErrTimeout]:
		status, title = http.StatusServiceUnavailable, "The AI provider does not answer"
	case ba.BudgetExhausted.String(), codeClipped, codeReserved:
		status, title = http.StatusPaymentRequired, "The AI budget does not pay for this"
	case codeUnpriced:
		status, title = http.StatusConflict, "The model has no price here"
	case codeInterrupted:
		status, title = http.StatusServiceUnavailable, "The answer was interrupted"
	case codeInternal:
		status, title = http.StatusInternalServerError, "Something failed on our side"
	}
	return FailureJSON{MessageID: string(answer), Type: "about:blank", Title: title, Status: status, Detail: f.Msg, Code: f.Code,
		Retryable: f.Retryable, RetryAfter: seconds(f.RetryAfter)}
}

// encode returns v as JSON. The types of this file always can be.
func encode(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic("chat: encode an event: " + err.Error())
	}
	return data
}

// optional returns nil for the empty string, so that an absent id is null.
func optional[T ~string](s T) *string {
	if s == "" {
		return nil
	}
	return new(string(s))
}

func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return new(t.UTC())
}

func seconds(d time.Duration) int { return int(math.Ceil(max(0, d).Seconds())) }
