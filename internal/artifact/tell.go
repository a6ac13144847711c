package artifact

import (
	"context"
	"encoding/json"
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
	data, err := json.Marshal(SummaryOf(v))
	if err != nil {
		panic("artifact: encode an event: " + err.Error()) // texts and numbers always encode
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), publishTimeout)
	defer cancel()
	if _, err := s.Bus.Publish(ctx, event.Event{Topic: event.ThreadTopic(v.Thread), Name: "artifact", Data: data}); err != nil {
		s.Log.Warn("an event was not published", "artifact", v.ID, "error", err)
	}
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
