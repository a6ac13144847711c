package app

import (
	"context"
	"net/url"
	"path/filepath"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/artifact"
	"github.com/ba-assistant/ba-assistant/internal/backup"
	"github.com/ba-assistant/ba-assistant/internal/budget"
	"github.com/ba-assistant/ba-assistant/internal/chat"
	"github.com/ba-assistant/ba-assistant/internal/config"
	"github.com/ba-assistant/ba-assistant/internal/event"
	"github.com/ba-assistant/ba-assistant/internal/export"
	"github.com/ba-assistant/ba-assistant/internal/extract"
	"github.com/ba-assistant/ba-assistant/internal/identity"
	"github.com/ba-assistant/ba-assistant/internal/library"
	"github.com/ba-assistant/ba-assistant/internal/llm/analyst"
	"github.com/ba-assistant/ba-assistant/internal/project"
	"github.com/ba-assistant/ba-assistant/internal/provider"
	"github.com/ba-assistant/ba-assistant/internal/requirement"
)

// services are the use cases of one instance.
type services struct {
	public    *url.URL // the address under which people reach it
	identity  *identity.Service
	projects  *project.Service
	library   *library.Service
	budget    *budget.Service
	providers *provider.Service
	chat      *chat.Service
	required  *requirement.Service
	artifacts *artifact.Service
	backups   *backup.Service
	health    *health
	unpriced  []string // models that are offered and have no price

	extractor *extract.Supervisor
}

// workers is how many documents are read at once, each in a process of its
// own with up to half a gigabyte of memory.
const workers = 2

func newServices(a *App) (services, error) {
	var s services
	var err error
	if s.public, err = publicURL(a.cfg, a.listener); err != nil {
		return s, err
	}
	if s.identity, err = newIdentity(a, s.public); err != nil {
		return s, err
	}
	instance := a.storage.instance
	s.projects = &project.Service{Store: a.db, Inviter: s.identity, Clock: time.Now, Log: a.log}
	s.extractor = newExtractor(a)
	providers, err := offers(a.cfg)
	if err != nil {
		return s, err
	}
	watches := a.metrics.watched(providers)
	if s.budget, s.unpriced, err = newBudget(a, providers); err != nil {
		return s, err
	}
	s.providers, err = provider.New(provider.Deps{Providers: registered(a.cfg, providers, watches), Budget: s.budget, Audit: a.db, Clock: time.Now, Log: a.log})
	if err != nil {
		return s, err
	}
	if s.required, err = newRequirements(a, s.extractor, s.budget, providers); err != nil {
		return s, err
	}
	s.library = library.New(library.Deps{Store: a.counted(), Extractor: a.metrics.extractor(s.extractor), MaxUpload: a.cfg.MaxUpload(), Workers: workers,
		Instance: instance, Indexed: s.required.Indexed, Clock: time.Now, Log: a.log})
	substitutes, err := fallback(a.cfg, providers)
	if err != nil {
		return s, err
	}
	bus := a.sharing.bus
	s.chat, err = chat.New(chat.Deps{Store: a.counted(), Bus: bus, Library: s.library, Notes: s.required, Budget: s.budget,
		Providers: providers, Fallback: substitutes, StillValid: stillValid(a.db),
		Retold: func(ctx context.Context, actor ba.Actor, thread ba.ThreadID) ([]event.Event, error) {
			return artifact.Retold(ctx, a.db, actor, thread)
		},
		Instance: instance, Limits: chat.Limits{Grace: answerGrace(a.cfg)}, Clock: time.Now, Log: a.log})
	if err != nil {
		return s, err
	}
	if s.health, err = newHealth(a, s.chat); err != nil {
		return s, err
	}
	if s.artifacts, err = newArtifacts(a, s, providers, bus); err != nil {
		return s, err
	}
	s.backups, err = newBackups(a)
	return s, err
}

// newRequirements leaves the built-in analyst out of the models: its rules are
// those of the service.
func newRequirements(a *App, extractor *extract.Supervisor, money *budget.Service, providers []chat.Offer) (*requirement.Service, error) {
	d := requirement.Deps{Store: a.db, Blocks: library.DecodeBlocks, Budget: money, Clock: time.Now, Log: a.log}
	d.Rows = func(ctx context.Context, name string, data []byte) ([]export.Row, error) {
		return export.ReadApart(ctx, extractor, name, data)
	}
	for _, o := range providers {
		if o.Provider.ID() != analyst.ID {
			d.Models = append(d.Models, requirement.Model{Provider: o.Provider, Name: o.Name, Models: o.Models})
		}
	}
	return requirement.New(d)
}

func newIdentity(a *App, public *url.URL) (*identity.Service, error) {
	in, err := signIn(a.cfg, public)
	if err != nil {
		return nil, err
	}
	box, err := cookieBox(a.cfg)
	if err != nil {
		return nil, err
	}
	return identity.New(in, identity.Deps{Store: a.db, Box: box, Clock: time.Now, Log: a.log}), nil
}

// ExtractVerb is the hidden verb of the program under which it reads one
// document and ends.
const ExtractVerb = "extract-child"

// newExtractor returns what reads documents in child processes of this same
// program. The compiled PDF engine is kept on disk between them; it holds
// nothing of a document.
func newExtractor(a *App) *extract.Supervisor {
	return &extract.Supervisor{Args: []string{ExtractVerb}, CacheDir: filepath.Join(a.cfg.DataDir, "cache"), Log: a.log}
}

// liveness is what the store knows of sessions and tokens.
type liveness interface {
	ActorAlive(ctx context.Context, a ba.Actor) (bool, error)
}

// stillValid tells a stream whether the session or token that opened it still
// counts.
func stillValid(db liveness) func(context.Context, ba.Actor) error {
	return func(ctx context.Context, a ba.Actor) error {
		alive, err := db.ActorAlive(ctx, a)
		if err == nil && !alive {
			return &ba.Error{Kind: ba.Unauthenticated, Code: "session_ended", Msg: "You were signed out. Sign in again."}
		}
		return err
	}
}

// answerGrace is how long answers may go on for when the instance stops: a
// part of SHUTDOWN_TIMEOUT, so that the rest can end in order.
func answerGrace(c *config.Config) time.Duration {
	return max(c.ShutdownTimeout*4/5, time.Millisecond)
}

// answerers are the names of who can answer, the default first.
func (s services) answerers() []string {
	var names []string
	for _, p := range s.chat.Providers() {
		names = append(names, p.Name)
	}
	return names
}
