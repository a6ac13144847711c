package streaming

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/api"
	"github.com/ba-assistant/ba-assistant/internal/artifact"
	"github.com/ba-assistant/ba-assistant/internal/budget"
	"github.com/ba-assistant/ba-assistant/internal/chat"
	"github.com/ba-assistant/ba-assistant/internal/event"
	"github.com/ba-assistant/ba-assistant/internal/httpx"
	"github.com/ba-assistant/ba-assistant/internal/identity"
	"github.com/ba-assistant/ba-assistant/internal/library"
	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/llm/replay"
	"github.com/ba-assistant/ba-assistant/internal/project"
	"github.com/ba-assistant/ba-assistant/internal/requirement"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

// people is how many members watch the thread, each on several streams.
const people = 50

// ours is the API as it is served: the whole stack of middleware, the rights
// of each stream checked again and again, cursors, heartbeats and deadlines.
type ours struct {
	http.Handler
	bus   event.Bus
	topic event.Topic
}

func (o *ours) publish(data []byte, _ bool) error {
	_, err := o.bus.Publish(context.Background(), event.Event{Topic: o.topic, Name: "delta", Data: data})
	return err
}

// serveOurs makes a workspace with one thread that its members watch. The
// members are told apart by a number instead of a cookie; their sessions are
// real.
func serveOurs() error {
	dir, err := os.MkdirTemp("", "ba-bench-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	master, err := vault.NewLocalKey(bytes.Repeat([]byte{7}, vault.MasterKeySize))
	if err != nil {
		return err
	}
	ctx := context.Background()
	db, err := store.Open(ctx, store.Options{URL: "sqlite://" + filepath.Join(dir, "ba.db"), Master: master})
	if err != nil {
		return err
	}
	actors, thread, err := populate(ctx, db)
	if err != nil {
		return err
	}
	o := &ours{bus: event.NewMemory(event.Limits{}), topic: event.ThreadTopic(thread)}
	if o.Handler, err = o.stack(db, actors); err != nil {
		return err
	}
	fmt.Println(thread)
	return serve(o)
}

func populate(ctx context.Context, db *store.DB) ([]ba.Actor, ba.ThreadID, error) {
	var actors []ba.Actor
	p := ba.Project{ID: ba.NewID[ba.ProjectID](), Name: "Bench"}
	for i := range people {
		u := ba.User{ID: ba.NewID[ba.UserID](), Role: ba.RoleMember, Name: strconv.Itoa(i)}
		if err := db.CreateUser(ctx, u, ba.Identity{Subject: string(u.ID)}); err != nil {
			return nil, "", err
		}
		s := ba.Session{ID: ba.NewID[ba.SessionID](), User: u.ID, ExpiresAt: time.Now().Add(24 * time.Hour)}
		if err := db.CreateSession(ctx, s, []byte(s.ID)); err != nil {
			return nil, "", err
		}
		a := ba.Actor{User: u.ID, Role: u.Role, Session: s.ID, Access: ba.AccessWrite}
		actors = append(actors, a)
		var err error
		if i == 0 {
			err = db.CreateProject(ctx, a, p)
		} else {
			err = db.PutMember(ctx, actors[0], p.ID, ba.Member{User: u.ID, Role: ba.RoleViewer})
		}
		if err != nil {
			return nil, "", err
		}
	}
	v := ba.Thread{ID: ba.NewID[ba.ThreadID](), Project: p.ID, Mode: ba.ModeMeeting, Provider: "analyst", Model: "rules"}
	return actors, v.ID, db.CreateThread(ctx, actors[0], v)
}

func (o *ours) stack(db *store.DB, actors []ba.Actor) (http.Handler, error) {
	log := slog.New(slog.DiscardHandler)
	public := &url.URL{Scheme: "http", Host: "127.0.0.1"}
	box, err := vault.NewBox(bytes.Repeat([]byte{5}, 32), "cookies")
	if err != nil {
		return nil, err
	}
	members := identity.New(identity.Config{PublicURL: public, Development: true}, identity.Deps{Store: db, Box: box, Clock: time.Now, Log: log})
	documents := library.New(library.Deps{Store: db, MaxUpload: 1 << 20, Instance: "bench", Clock: time.Now, Log: log})
	silent := replay.Answering("analyst", llm.NoWait, func(llm.Request) (replay.Script, bool) { return replay.Script{}, false })
	book, err := budget.NewBook("", []string{"analyst"})
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
	talk, err := chat.New(chat.Deps{Store: db, Bus: o.bus, Library: documents, Notes: required, Budget: money, Providers: []chat.Offer{{Provider: silent, Name: "Analyst", Models: []string{"rules"}}},
		StillValid: func(ctx context.Context, a ba.Actor) error {
			alive, err := db.ActorAlive(ctx, a)
			if err == nil && !alive {
				err = ba.E(ba.Unauthenticated, "You were signed out.")
			}
			return err
		}, Instance: "bench", Clock: time.Now, Log: log})
	if err != nil {
		return nil, err
	}
	written, err := artifact.New(artifact.Deps{Store: db, Bus: o.bus, Library: documents, Budget: money,
		Offers: []artifact.Offer{{Provider: silent, Name: "Analyst", Models: []string{"rules"}}}, Instance: "bench", Clock: time.Now, Log: log})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	err = api.New(api.Deps{Identity: members, Projects: &project.Service{Store: db, Inviter: members, Clock: time.Now, Log: log}, Library: documents, Chat: talk,
		Requirements: required, Artifacts: written, Health: healthy{}, Budget: money, Clock: time.Now, Stopping: context.Background()}, mux)
	if err != nil {
		return nil, err
	}
	return httpx.Stack(httpx.Options{Log: log, PublicURL: public, Authenticate: func(_ http.ResponseWriter, r *http.Request) (ba.Actor, error) {
		number, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Number ")
		n, err := strconv.Atoi(number)
		if err != nil {
			return ba.Actor{}, ba.E(ba.Unauthenticated, "Say who you are.")
		}
		return actors[n%len(actors)], nil
	}}, mux)
}

type healthy struct{}

func (healthy) Health(context.Context) api.HealthReport { return api.HealthReport{Version: "bench"} }
