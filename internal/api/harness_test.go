package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/artifact"
	"github.com/ba-assistant/ba-assistant/internal/audit"
	"github.com/ba-assistant/ba-assistant/internal/budget/budgettest"
	"github.com/ba-assistant/ba-assistant/internal/chat"
	"github.com/ba-assistant/ba-assistant/internal/event"
	"github.com/ba-assistant/ba-assistant/internal/export"
	"github.com/ba-assistant/ba-assistant/internal/httpx"
	"github.com/ba-assistant/ba-assistant/internal/identity"
	"github.com/ba-assistant/ba-assistant/internal/library"
	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/llm/replay"
	"github.com/ba-assistant/ba-assistant/internal/project"
	"github.com/ba-assistant/ba-assistant/internal/provider"
	"github.com/ba-assistant/ba-assistant/internal/requirement"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

// patience bounds what a test waits for.
const patience = 20 * time.Second

// site is the API as it is served: all services, on a real store, behind the
// whole stack of middleware.
type site struct {
	t         testing.TB
	db        *store.DB
	bus       event.Bus
	chat      *chat.Service
	required  *requirement.Service
	artifacts *artifact.Service
	server    *httptest.Server
	play      func(llm.Request) replay.Script // what the provider answers
	wait      func(context.Context, time.Duration) error
	halt      context.CancelFunc // tells streams that the server stops
}

// fine is a health that is always good.
type fine struct{}

func (fine) Health(context.Context) HealthReport {
	return HealthReport{Version: "test", Checks: []HealthCheck{{Name: "database", OK: true}}}
}

// kept is what has one backup, and can make another.
type kept struct{}

func (kept) Recent(context.Context) ([]ba.Backup, error) {
	return []ba.Backup{{ID: ba.NewID[ba.BackupID](), Origin: ba.BackupScheduled, State: ba.BackupDone, Place: "s3://backups/one.bab", Size: 1000, Rows: 10, StartedAt: time.Now(), FinishedAt: time.Now()}}, nil
}

func (kept) Start(context.Context, ba.Actor) error { return nil }

// newSite serves the API; the options change what it works with.
func newSite(t testing.TB, change ...func(*Deps)) *site {
	t.Helper()
	s := &site{t: t, db: storetest.New(t), bus: event.NewMemory(event.Limits{}), wait: llm.NoWait,
		play: func(llm.Request) replay.Script { return replay.Text("It ", "takes ", "ten days.") }}
	mux := http.NewServeMux()
	s.server = httptest.NewUnstartedServer(nil)
	public := &url.URL{Scheme: "http", Host: s.server.Listener.Addr().String()}
	d := s.deps(public)
	for _, c := range change {
		c(&d)
	}
	if err := New(d, mux); err != nil {
		t.Fatal(err)
	}
	handler, err := httpx.Stack(httpx.Options{PublicURL: public, Authenticate: d.Identity.Authenticate}, mux)
	ok(t, err)
	s.server.Config.Handler = handler
	s.server.Start()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		writing := make(chan error)
		go func() { writing <- s.artifacts.Run(ctx) }()
		if err := errors.Join(s.chat.Run(ctx), <-writing); err != nil {
			t.Errorf("run: %v", err)
		}
	}()
	t.Cleanup(func() {
		s.halt()
		cancel()
		<-ended
		s.server.CloseClientConnections()
		s.server.Close()
	})
	return s
}

func (s *site) deps(public *url.URL) Deps {
	t := s.t
	box, err := vault.NewBox(bytes.Repeat([]byte{5}, 32), "cookies")
	ok(t, err)
	log := slog.New(slog.DiscardHandler)
	people := identity.New(identity.Config{PublicURL: public, Development: true}, identity.Deps{Store: s.db, Box: box, Clock: time.Now, Log: log})
	documents := library.New(library.Deps{Store: s.db, MaxUpload: 1 << 20, Instance: "one", Clock: time.Now, Log: log})
	answering := replay.Answering("analyst", func(ctx context.Context, d time.Duration) error { return s.wait(ctx, d) },
		func(r llm.Request) (replay.Script, bool) { return s.play(r), true })
	money := budgettest.Free(t, s.db, "analyst")
	s.required, err = requirement.New(requirement.Deps{Store: s.db, Blocks: library.DecodeBlocks, Rows: export.Read, Clock: time.Now, Log: log})
	ok(t, err)
	s.chat, err = chat.New(chat.Deps{
		Store: s.db, Bus: s.bus, Library: documents, Notes: s.required, Budget: money, Providers: []chat.Offer{{Provider: answering, Name: "Analyst", Models: []string{"rules"}}},
		StillValid: func(ctx context.Context, a ba.Actor) error {
			alive, err := s.db.ActorAlive(ctx, a)
			if err == nil && !alive {
				err = &ba.Error{Kind: ba.Unauthenticated, Code: "session_ended", Msg: "You were signed out, or your session has expired. Sign in again."}
			}
			return err
		},
		Instance: "one", Limits: chat.Limits{Grace: time.Millisecond}, Clock: time.Now, Log: log,
	})
	ok(t, err)
	s.artifacts, err = artifact.New(artifact.Deps{Store: s.db, Bus: s.bus, Library: documents, Budget: money, Offers: []artifact.Offer{{Provider: answering, Name: "Analyst", Models: []string{"rules"}}},
		Instance: "one", Grace: time.Millisecond, Clock: time.Now, Log: log})
	ok(t, err)
	administered, err := provider.New(provider.Deps{Budget: money, Audit: s.db, Clock: time.Now, Log: log,
		Providers: []provider.Registered{{Provider: answering, Name: "Analyst", Models: []string{"rules"}, BuiltIn: true}}})
	ok(t, err)
	stopping, halt := context.WithCancel(context.Background())
	s.halt = halt
	return Deps{
		Identity: people, Dev: identity.NewDevelopment(people), Projects: &project.Service{Store: s.db, Inviter: people, Clock: time.Now, Log: log},
		Library: documents, Chat: s.chat, Requirements: s.required, Artifacts: s.artifacts, Health: fine{}, Budget: money, Clock: time.Now, Stopping: stopping,
		Providers: administered, Audit: &audit.Service{Store: s.db}, Backups: kept{}, Deployment: func(context.Context) ([]DeploymentCheck, error) {
			return []DeploymentCheck{{ID: "OWN-09", Title: "The data survives", State: "proven", Rows: []string{"P3"}, Notes: []DeploymentNote{}}}, nil
		},
	}
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// credential is who asks: a session's cookie or a token. Empty is nobody.
type credential struct{ cookie, bearer string }

// as returns the credential of somebody whom storetest made.
func as(a ba.Actor) credential { return credential{cookie: string(a.Session)} }

// token makes a personal API token and returns its credential.
func (s *site) token(a ba.Actor, scopes ...string) credential {
	s.t.Helper()
	r := s.call(as(a), "POST", "/api/tokens", map[string]any{"name": "Script", "scopes": scopes})
	return credential{bearer: field[string](s.t, r, "token")}
}

// response is an answer with its body read.
type response struct {
	status int
	header http.Header
	body   []byte
}

// request makes a request. A body that is an upload is sent as a form; nil is none.
func (s *site) request(ctx context.Context, who credential, method, path string, body any) *http.Request {
	s.t.Helper()
	var reader io.Reader
	contentType := ""
	switch b := body.(type) {
	case nil:
	case upload:
		reader, contentType = b.form(s.t)
	case string:
		reader, contentType = strings.NewReader(b), "application/json"
	default:
		raw, err := json.Marshal(b)
		ok(s.t, err)
		reader, contentType = bytes.NewReader(raw), "application/json"
	}
	r, err := http.NewRequestWithContext(ctx, method, s.server.URL+path, reader)
	ok(s.t, err)
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	if who.cookie != "" {
		r.AddCookie(&http.Cookie{Name: "ba_session", Value: who.cookie})
	}
	if who.bearer != "" {
		r.Header.Set("Authorization", "Bearer "+who.bearer)
	}
	return r
}

// call makes a request and reads its answer.
func (s *site) call(who credential, method, path string, body any) response {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	defer cancel()
	return s.do(s.request(ctx, who, method, path, body))
}

func (s *site) do(r *http.Request) response {
	s.t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(r)
	ok(s.t, err)
	defer res.Body.Close()
	if strings.HasPrefix(res.Header.Get("Content-Type"), eventStream) {
		return response{status: res.StatusCode, header: res.Header} // it has no end
	}
	raw, err := io.ReadAll(res.Body)
	ok(s.t, err)
	return response{res.StatusCode, res.Header, raw}
}

// upload is a file for the form field "file".
type upload struct{ name, content string }

func (u upload) form(t testing.TB) (io.Reader, string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile("file", u.name)
	ok(t, err)
	_, err = io.WriteString(part, u.content)
	ok(t, err)
	ok(t, w.Close())
	return &b, w.FormDataContentType()
}

// field returns a value of a JSON answer; names lead into objects, and "0" to
// the first item of a list.
func field[T any](t testing.TB, r response, names ...string) T {
	t.Helper()
	var v any
	if err := json.Unmarshal(r.body, &v); err != nil {
		t.Fatalf("status %d, body %q: %v", r.status, r.body, err)
	}
	for _, name := range names {
		switch x := v.(type) {
		case map[string]any:
			v = x[name]
		case []any:
			v = x[0]
		}
	}
	typed, is := v.(T)
	if !is {
		t.Fatalf("status %d: %v in %s is %T", r.status, names, r.body, v)
	}
	return typed
}

// expect fails unless the answer has the status.
func expect(t testing.TB, what string, r response, status int) {
	t.Helper()
	if r.status != status {
		t.Errorf("%s: status %d, want %d: %s", what, r.status, status, r.body)
	}
}
