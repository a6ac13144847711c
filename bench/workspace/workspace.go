// Package workspace makes the API as it is served, with its whole stack of
// middleware, over a store of its own, for benchmarks. Members are told apart
// by a number in the Authorization header instead of a cookie, and no rate is
// limited; their sessions are real, and so is everything else.
package workspace

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/api"
	"github.com/ba-assistant/ba-assistant/internal/artifact"
	"github.com/ba-assistant/ba-assistant/internal/audit"
	"github.com/ba-assistant/ba-assistant/internal/budget"
	"github.com/ba-assistant/ba-assistant/internal/chat"
	"github.com/ba-assistant/ba-assistant/internal/event"
	"github.com/ba-assistant/ba-assistant/internal/httpx"
	"github.com/ba-assistant/ba-assistant/internal/identity"
	"github.com/ba-assistant/ba-assistant/internal/library"
	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/project"
	"github.com/ba-assistant/ba-assistant/internal/provider"
	"github.com/ba-assistant/ba-assistant/internal/requirement"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

// Options say what a workspace has.
type Options struct {
	Dir      string       // where its database lies
	People   int          // members of its project
	Threads  int          // of the project
	Provider llm.Provider // that answers in them, with Model
	Model    string
	Limits   chat.Limits
}

// Workspace is a running workspace with one project.
type Workspace struct {
	http.Handler
	Bus     event.Bus
	Threads []ba.ThreadID

	actors []ba.Actor
	talk   *chat.Service
}

// New makes a workspace. Close ends nothing: the process that made it does.
func New(ctx context.Context, o Options) (*Workspace, error) {
	master, err := vault.NewLocalKey(bytes.Repeat([]byte{7}, vault.MasterKeySize))
	if err != nil {
		return nil, err
	}
	db, err := store.Open(ctx, store.Options{URL: "sqlite://" + filepath.Join(o.Dir, "ba.db"), Master: master})
	if err != nil {
		return nil, err
	}
	w := &Workspace{Bus: event.NewMemory(event.Limits{})}
	if err := w.populate(ctx, db, o); err != nil {
		return nil, err
	}
	w.Handler, err = w.stack(db, o)
	return w, err
}

// Run answers questions until ctx ends.
func (w *Workspace) Run(ctx context.Context) error { return w.talk.Run(ctx) }

func (w *Workspace) populate(ctx context.Context, db *store.DB, o Options) error {
	p := ba.Project{ID: ba.NewID[ba.ProjectID](), Name: "Bench"}
	for i := range o.People {
		a, err := member(ctx, db, strconv.Itoa(i))
		if err != nil {
			return err
		}
		w.actors = append(w.actors, a)
		if i == 0 {
			err = db.CreateProject(ctx, a, p)
		} else {
			err = db.PutMember(ctx, w.actors[0], p.ID, ba.Member{User: a.User, Role: ba.RoleEditor})
		}
		if err != nil {
			return err
		}
	}
	for range o.Threads {
		v := ba.Thread{ID: ba.NewID[ba.ThreadID](), Project: p.ID, Mode: ba.ModeMeeting, Provider: o.Provider.ID(), Model: o.Model}
		if err := db.CreateThread(ctx, w.actors[0], v); err != nil {
			return err
		}
		w.Threads = append(w.Threads, v.ID)
	}
	return nil
}

func member(ctx context.Context, db *store.DB, name string) (ba.Actor, error) {
	u := ba.User{ID: ba.NewID[ba.UserID](), Role: ba.RoleMember, Name: name}
	if err := db.CreateUser(ctx, u, ba.Identity{Subject: string(u.ID)}); err != nil {
		return ba.Actor{}, err
	}
	s := ba.Session{ID: ba.NewID[ba.SessionID](), User: u.ID, ExpiresAt: time.Now().Add(24 * time.Hour)}
	return ba.Actor{User: u.ID, Role: u.Role, Session: s.ID, Access: ba.AccessWrite}, db.CreateSession(ctx, s, []byte(s.ID))
}

func (w *Workspace) stack(db *store.DB, o Options) (http.Handler, error) {
	log := slog.New(slog.DiscardHandler)
	public := &url.URL{Scheme: "http", Host: "127.0.0.1"}
	box, err := vault.NewBox(bytes.Repeat([]byte{5}, 32), "cookies")
	if err != nil {
		return nil, err
	}
	members := identity.New(identity.Config{PublicURL: public, Development: true}, identity.Deps{Store: db, Box: box, Clock: time.Now, Log: log})
	documents := library.New(library.Deps{Store: db, MaxUpload: 1 << 20, Instance: "bench", Clock: time.Now, Log: log})
	book, err := budget.NewBook("", []string{o.Provider.ID()})
	if err != nil {
		return nil, err
	}
	money, err := budget.New(budget.Deps{Store: db, Book: book, Limits: ba.SpendingLimits{User: ba.NoLimit, Instance: ba.NoLimit}, Instance: "bench", Clock: time.Now, Log: log})
	if err != nil {
		return nil, err
	}
	required, err := requirement.New(requirement.Deps{Store: db, Blocks: library.DecodeBlocks, Clock: time.Now, Log: log})
	if err != nil {
		return nil, err
	}
	w.talk, err = chat.New(chat.Deps{Store: db, Bus: w.Bus, Library: documents, Notes: required, Budget: money,
		Providers: []chat.Offer{{Provider: o.Provider, Name: "Bench", Models: []string{o.Model}, Rules: true}}, StillValid: alive(db), Limits: o.Limits, Instance: "bench", Clock: time.Now, Log: log})
	if err != nil {
		return nil, err
	}
	written, err := artifact.New(artifact.Deps{Store: db, Bus: w.Bus, Library: documents, Budget: money,
		Offers: []artifact.Offer{{Provider: o.Provider, Name: "Bench", Models: []string{o.Model}}}, Instance: "bench", Clock: time.Now, Log: log})
	if err != nil {
		return nil, err
	}
	tested, err := provider.New(provider.Deps{Budget: money, Audit: db, Clock: time.Now, Log: log})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	err = api.New(api.Deps{Identity: members, Projects: &project.Service{Store: db, Inviter: members, Clock: time.Now, Log: log}, Library: documents, Chat: w.talk,
		Requirements: required, Artifacts: written, Health: healthy{}, Budget: money, Providers: tested, Audit: &audit.Service{Store: db}, Backups: unmeasured{}, Deployment: unmeasured{}.checks,
		Clock: time.Now, Stopping: context.Background()}, mux)
	if err != nil {
		return nil, err
	}
	return httpx.Stack(httpx.Options{Log: log, PublicURL: public, Authenticate: w.who}, mux)
}

func alive(db *store.DB) func(context.Context, ba.Actor) error {
	return func(ctx context.Context, a ba.Actor) error {
		alive, err := db.ActorAlive(ctx, a)
		if err == nil && !alive {
			err = ba.E(ba.Unauthenticated, "You were signed out.")
		}
		return err
	}
}

// who reads "Authorization: Number 7".
func (w *Workspace) who(_ http.ResponseWriter, r *http.Request) (ba.Actor, error) {
	number, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Number ")
	n, err := strconv.Atoi(number)
	if err != nil {
		return ba.Actor{}, ba.E(ba.Unauthenticated, "Say who you are.")
	}
	return w.actors[n%len(w.actors)], nil
}

type healthy struct{}

func (healthy) Health(context.Context) api.HealthReport { return api.HealthReport{Version: "bench"} }

// unmeasured stands for what only administrators ask for.
type unmeasured struct{}

func (unmeasured) Recent(context.Context) ([]ba.Backup, error) { return nil, nil }

func (unmeasured) Start(context.Context, ba.Actor) error {
	return ba.E(ba.Conflict, "A workspace for measurements makes no backups.")
}

func (unmeasured) checks(context.Context) ([]api.DeploymentCheck, error) { return nil, nil }
