package app

import (
	"context"
	"sync"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/artifact"
	"github.com/ba-assistant/ba-assistant/internal/chat"
	"github.com/ba-assistant/ba-assistant/internal/event"
	"github.com/ba-assistant/ba-assistant/internal/export"
	"github.com/ba-assistant/ba-assistant/internal/export/systemfont"
	"github.com/ba-assistant/ba-assistant/internal/requirement"
)

// newArtifacts has artifacts written by whoever can answer.
func newArtifacts(a *App, s services, offers []chat.Offer, bus event.Bus) (*artifact.Service, error) {
	fonts, err := pdfFonts(a)
	if err != nil {
		return nil, err
	}
	d := artifact.Deps{Fonts: fonts, Store: a.counted(), Bus: bus, Library: s.library, Budget: s.budget, Collector: collector{s.required},
		Instance: a.storage.instance, Grace: answerGrace(a.cfg), Clock: time.Now, Log: a.log}
	for _, o := range offers {
		d.Offers = append(d.Offers, artifact.Offer{Provider: o.Provider, Name: o.Name, Models: o.Models})
	}
	return artifact.New(d)
}

// pdfFonts returns what reads the fonts of PDF files when they are first
// needed. Fonts that the operator names are read at once: one that cannot be
// used stops the start.
func pdfFonts(a *App) (func() *export.Fonts, error) {
	paths := a.cfg.PDFFonts
	read := sync.OnceValues(func() (*export.Fonts, error) { return systemfont.Load(paths) })
	if len(paths) > 0 {
		if _, err := read(); err != nil {
			return nil, err
		}
	}
	return func() *export.Fonts {
		fonts, err := read()
		if err != nil {
			a.log.Error("reading the fonts for PDF", "error", err)
		}
		return fonts // nil is the built-in one
	}, nil
}

// collector finds the first requirements of a project by the rules, in all of
// its documents and conversations.
type collector struct{ requirements *requirement.Service }

// Collect is for a project without requirements.
func (c collector) Collect(ctx context.Context, a ba.Actor, project ba.ProjectID) error {
	_, err := c.requirements.Extract(ctx, a, project, requirement.Selection{})
	return err
}
