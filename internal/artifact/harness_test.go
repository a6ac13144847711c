package artifact_test

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/artifact"
	"github.com/ba-assistant/ba-assistant/internal/budget/budgettest"
	"github.com/ba-assistant/ba-assistant/internal/event"
	"github.com/ba-assistant/ba-assistant/internal/library"
	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/llm/analyst"
	"github.com/ba-assistant/ba-assistant/internal/requirement/statement"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

// patience bounds what a test waits for.
const patience = 3 * time.Minute

// desk is a running service on a real store, with a project and its people.
type desk struct {
	*artifact.Service
	t              testing.TB
	db             *store.DB
	bus            event.Bus
	lib            *library.Service
	project        ba.ProjectID
	editor, viewer ba.Actor
	stop           func() // ends Run and waits for it
}

// newDesk has the built-in analyst write, or the provider, if there is one.
func newDesk(t testing.TB, providers ...llm.Provider) *desk {
	t.Helper()
	d := &desk{t: t, db: storetest.New(t), bus: event.NewMemory(event.Limits{})}
	d.editor, d.viewer = storetest.User(t, d.db, "emil"), storetest.User(t, d.db, "vera")
	d.project = storetest.Project(t, d.db, d.editor, "Harbour Physio")
	storetest.Member(t, d.db, d.editor, d.project, d.viewer, ba.RoleViewer)
	d.lib = library.New(library.Deps{Store: d.db, Extractor: supervisor(), MaxUpload: 20 << 20, Workers: 2, Instance: "one", Clock: time.Now, Log: slog.New(slog.DiscardHandler)})
	d.open(providers...)
	return d
}

// open starts a service on the desk's store, as after a restart.
func (d *desk) open(providers ...llm.Provider) {
	t := d.t
	t.Helper()
	names := []string{analyst.ID}
	var offers []artifact.Offer
	for _, p := range providers {
		names = append(names, p.ID())
		offers = append(offers, artifact.Offer{Provider: p, Name: "Model", Models: []string{"m"}})
	}
	offers = append(offers, artifact.Offer{Provider: analyst.New(0, llm.NoWait), Name: "Built-in analyst"})
	s, err := artifact.New(artifact.Deps{Store: d.db, Bus: d.bus, Library: d.lib, Budget: budgettest.Free(t, d.db, names...), Collector: collector{d.db}, Offers: offers,
		Instance: "one", Grace: 50 * time.Millisecond, Clock: time.Now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	d.Service = s
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		if err := s.Run(ctx); err != nil {
			t.Errorf("run: %v", err)
		}
	})
	d.stop = sync.OnceFunc(func() { cancel(); running.Wait() })
	t.Cleanup(d.stop)
}

// collector makes requirements of the statements in the documents, as they stand.
type collector struct{ db *store.DB }

func (c collector) Collect(ctx context.Context, a ba.Actor, project ba.ProjectID) error {
	documents, err := c.db.Documents(ctx, a, project, ba.Page{})
	if err != nil {
		return err
	}
	change := ba.RequirementChange{Project: project}
	for _, d := range documents.Items {
		passages, err := c.db.SearchedText(ctx, a, d.ID, 0)
		if err != nil {
			return err
		}
		for _, p := range passages {
			for _, found := range statement.FindText(p.Text) {
				if len(change.Add) == 200 || found.SameAs >= 0 || !strings.Contains(p.Text, found.Quote) {
					continue
				}
				l := ba.Link{ID: ba.NewID[ba.LinkID](), Document: d.ID, Version: p.Version, Passage: p.ID, Filename: d.Filename, Locator: p.Locator, Quote: found.Quote, State: ba.LinkVerified}
				change.Add = append(change.Add, ba.Requirement{ID: ba.NewID[ba.RequirementID](), Project: project, Statement: found.Text, Type: found.Type,
					Quality: found.Quality, Priority: found.Priority, Status: ba.RequirementDraft, Links: []ba.Link{l}})
			}
		}
	}
	_, err = c.db.ChangeRequirements(ctx, a, change)
	return err
}

// ask asks for an artifact of the whole project.
func (d *desk) ask(kind ba.ArtifactKind, instructions string) ba.Artifact {
	d.t.Helper()
	v, err := d.Request(d.t.Context(), d.editor, artifact.Request{ID: ba.NewID[ba.ArtifactID](), Project: d.project, Kind: kind, Instructions: instructions})
	if err != nil {
		d.t.Fatal(err)
	}
	return v
}

// until waits for the artifact to be as wanted.
func (d *desk) until(id ba.ArtifactID, what string, wanted func(ba.Artifact) bool) ba.Artifact {
	d.t.Helper()
	end := time.After(patience)
	for {
		v, err := d.Find(d.t.Context(), d.viewer, id, 0)
		if err != nil {
			d.t.Fatal(err)
		}
		if wanted(v) {
			return v
		}
		select {
		case <-end:
			d.t.Fatalf("the artifact never became %s: %s %+v, %d of %d sections", what, v.State, v.Failure, v.Progress.Done, v.Progress.Total)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// ended waits for the end of the writing, which must be the state.
func (d *desk) ended(id ba.ArtifactID, state ba.ArtifactState) ba.Artifact {
	d.t.Helper()
	v := d.until(id, "ended", func(v ba.Artifact) bool { return v.State != ba.ArtifactGenerating })
	if v.State != state {
		d.t.Fatalf("it is %s, want %s: %+v", v.State, state, v.Failure)
	}
	return v
}

// section returns the section with the key.
func section(t testing.TB, v ba.Artifact, key string) ba.Section {
	t.Helper()
	for _, s := range v.Sections {
		if s.Key == key {
			return s
		}
	}
	t.Fatalf("no section %q among %d", key, len(v.Sections))
	return ba.Section{}
}

// sound fails unless every requirement that the artifact shows carries a
// verified quote or the label, and every quote stands in its source.
func (d *desk) sound(v ba.Artifact) {
	d.t.Helper()
	faults, err := d.Verify(d.t.Context(), d.viewer, v)
	if err != nil || len(faults) > 0 {
		d.t.Errorf("quotes that stand nowhere: %+v (%v)", faults, err)
	}
	for _, r := range v.Requirements {
		verified := false
		for _, l := range r.Links {
			verified = verified || l.State == ba.LinkVerified && l.Hash == ba.QuoteHash(l.Quote)
		}
		if !verified && !r.Assumption() {
			d.t.Errorf("%s carries neither a quote nor the label", r.Key())
		}
	}
	for _, s := range v.Sections {
		if !s.Done || strings.TrimSpace(s.Text) == "" && len(s.Requirements) == 0 {
			d.t.Errorf("the section %q is empty, or not written to its end", s.Key)
		}
		for _, id := range s.Requirements {
			if v.Requirement(id) == nil {
				d.t.Errorf("the section %q shows a requirement that the artifact lacks", s.Key)
			}
		}
	}
}
