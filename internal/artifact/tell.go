package artifact

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/event"
)

// SummaryJSON is the data of an event "artifact", and an entry of the API's lists.
type SummaryJSON struct {
	ID           string              `json:"id"`
	ProjectID    string              `json:"project_id"`
	ThreadID     *string             `json:"thread_id" doc:"The conversation in which it was asked for"`
	Kind         string              `json:"kind" enum:"brd,user_stories,acceptance_criteria,requirements,document"`
	Title        string              `json:"title"`
	Instructions string              `json:"instructions"`
	State        string              `json:"state" enum:"generating,ready,interrupted,failed"`
	Failure      *WritingFailureJSON `json:"failure" doc:"Why it was interrupted or failed"`
	Version      int                 `json:"version" doc:"The newest"`
	Progress     SectionProgressJSON `json:"progress" doc:"Sections of the newest version that are written"`
	Provider     string              `json:"provider"`
	Model        string              `json:"model"`
	CreatedBy    string              `json:"created_by"`
	CreatedAt    time.Time           `json:"created_at"`
	UpdatedAt    time.Time           `json:"updated_at"`
}

// SectionProgressJSON is a count of steps.
type SectionProgressJSON struct {
	Done  int `json:"done"`
	Total int `json:"total" doc:"0 while it is planned"`
}

// WritingFailureJSON is why the writing broke off.
type WritingFailureJSON struct {
	Code      string `json:"code"`
	Detail    string `json:"detail"`
	Retryable bool   `json:"retryable"`
}

// SummaryOf returns an artifact as lists and events show it.
func SummaryOf(v ba.Artifact) SummaryJSON {
	w := SummaryJSON{ID: string(v.ID), ProjectID: string(v.Project), Kind: string(v.Kind), Title: v.Title, Instructions: v.Instructions, State: string(v.State),
		Version: v.Newest, Progress: SectionProgressJSON(v.Progress), Provider: v.Provider, Model: v.Model, CreatedBy: string(v.CreatedBy),
		CreatedAt: v.CreatedAt.UTC(), UpdatedAt: v.UpdatedAt.UTC()}
	if v.Thread != "" {
		w.ThreadID = new(string(v.Thread))
	}
	if f := v.Failure; f != nil {
		w.Failure = &WritingFailureJSON{f.Code, f.Msg, f.Retryable}
	}
	return w
}

const publishTimeout = 2 * time.Second

// tell publishes an artifact's summary in its conversation. It is stored, so
// that a bus that fails costs a reader nothing but a reload.
func (s *Service) tell(ctx context.Context, v ba.Artifact) {
	if v.Thread == "" {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), publishTimeout)
	defer cancel()
	if _, err := s.Bus.Publish(ctx, eventOf(v)); err != nil {
		s.Log.Warn("an event was not published", "artifact", v.ID, "error", err)
	}
}

func eventOf(v ba.Artifact) event.Event {
	data, err := json.Marshal(SummaryOf(v))
	if err != nil {
		panic("artifact: encode an event: " + err.Error()) // texts and numbers always encode
	}
	return event.Event{Topic: event.ThreadTopic(v.Thread), Name: "artifact", Data: data}
}

// retold is how many of a thread's artifacts are told again: those that a page
// of the conversation shows, and more.
const retold = 20

// Retold returns the events that tell of a thread's newest artifacts as they are
// stored, the newest last, for a client that has missed some.
func Retold(ctx context.Context, list ThreadLister, a ba.Actor, thread ba.ThreadID) ([]event.Event, error) {
	found, err := list.ThreadArtifacts(ctx, a, thread, ba.Page{Limit: retold})
	if err != nil {
		return nil, err
	}
	told := make([]event.Event, 0, len(found.Items))
	for _, v := range slices.Backward(found.Items) {
		told = append(told, eventOf(v))
	}
	return told, nil
}

// ThreadLister lists what was asked for in a thread, the newest first.
type ThreadLister interface {
	ThreadArtifacts(ctx context.Context, a ba.Actor, thread ba.ThreadID, page ba.Page) (ba.List[ba.Artifact], error)
}

// tellStop lets the instance that writes an artifact look at once whether it is
// to stop. Without the bus it looks a moment later.
func (s *Service) tellStop(ctx context.Context, id ba.ArtifactID) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), publishTimeout)
	defer cancel()
	if _, err := s.Bus.Publish(ctx, event.Event{Topic: event.StopTopic(id), Name: "stop"}); err != nil {
		s.Log.Warn("a stop was not published", "artifact", id, "error", err)
	}
}
