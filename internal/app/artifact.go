package app

import (
	"context"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/artifact"
	"github.com/ba-assistant/ba-assistant/internal/chat"
	"github.com/ba-assistant/ba-assistant/internal/event"
	"github.com/ba-assistant/ba-assistant/internal/requirement"
)

// newArtifacts has artifacts written by whoever can answer.
func newArtifacts(a *App, s services, offers []chat.Offer, bus event.Bus) (*artifact.Service, error) {
	d := artifact.Deps{Store: a.db, Bus: bus, Library: s.library, Budget: s.budget, Collector: collector{s.required},
		Instance: a.storage.instance, Grace: answerGrace(a.cfg), Clock: time.Now, Log: a.log}
	for _, o := range offers {
		d.Offers = append(d.Offers, artifact.Offer(o))
	}
	return artifact.New(d)
}

// collector finds the first requirements of a project by the rules, in all of
// its documents and conversations.
type collector struct{ requirements *requirement.Service }

// Collect is for a project without requirements.
func (c collector) Collect(ctx context.Context, a ba.Actor, project ba.ProjectID) error {
	_, err := c.requirements.Extract(ctx, a, project, requirement.Selection{})
	return err
}
