package httpx

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

// statuses is the contract with clients; a change here breaks them.
var statuses = map[ba.Kind]int{
	ba.Internal: 500, ba.Invalid: 422, ba.Unauthenticated: 401, ba.Forbidden: 403, ba.NotFound: 404, ba.Conflict: 409,
	ba.TooLarge: 413, ba.Unsupported: 415, ba.RateLimited: 429, ba.BudgetExhausted: 402, ba.Unavailable: 503, ba.Canceled: 499,
}

func TestEveryKindOfErrorIsAProblemOnTheWire(t *testing.T) {
	for kind := ba.Internal; kind <= ba.Canceled; kind++ {
		cause := errors.New("cause with the secret hunter2")
		s := newSite(t, Options{}, map[string]http.Handler{"GET /x": JSON(func(http.ResponseWriter, *http.Request) error {
			return fmt.Errorf("operation: %w", ba.Wrap(kind, "What happened, and what to do.", cause))
		})})
		res := s.do(httptest.NewRequest("GET", "/x", nil))
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		var p map[string]any
		if err := json.Unmarshal(body, &p); err != nil {
			t.Fatalf("%v: %s", kind, body)
		}
		id := res.Header.Get("X-Request-ID")
		want := map[string]any{"type": "about:blank", "title": TitleOf(kind), "status": float64(statuses[kind]), "detail": "What happened, and what to do.", "code": kind.String(), "request_id": id}
		if fmt.Sprint(p) != fmt.Sprint(want) {
			t.Errorf("%v: %v, want %v", kind, p, want)
		}
		if res.StatusCode != statuses[kind] || res.Header.Get("Content-Type") != "application/problem+json" || res.Header.Get("Cache-Control") != "private, no-store" || id == "" {
			t.Errorf("%v: status %d, headers %v", kind, res.StatusCode, res.Header)
		}
		if strings.Contains(string(body), "hunter2") || strings.Contains(string(body), "operation") {
			t.Errorf("%v shows its cause: %s", kind, body)
		}
		if challenge := res.Header.Get("WWW-Authenticate"); (challenge != "") != (kind == ba.Unauthenticated) || kind == ba.Unauthenticated && !strings.HasPrefix(challenge, "Bearer") {
			t.Errorf("%v: WWW-Authenticate %q", kind, challenge)
		}
		if res.Header.Get("Retry-After") != "" {
			t.Errorf("%v asks for a retry that nobody promised", kind)
		}
	}
}

func TestAProblemSaysWhereWhenAndWhatNext(t *testing.T) {
	e := &ba.Error{Kind: ba.RateLimited, Code: "provider_busy", Msg: "Wait a moment.", RetryAfter: 1500 * time.Millisecond, Fields: []ba.Field{{Location: "body.name", Message: "must not be empty"}}}
	w := httptest.NewRecorder()
	WriteProblem(w, ProblemOf(WithActions(fmt.Errorf("send: %w", e), Action{Label: "Try again", URL: "/threads/1"}), "id-1"))
	var p Problem
	if err := json.NewDecoder(w.Body).Decode(&p); err != nil {
		t.Fatal(err)
	}
	if p.Code != "provider_busy" || p.RetryAfter != 2 || w.Header().Get("Retry-After") != "2" || p.RequestID != "id-1" {
		t.Errorf("problem %+v, headers %v", p, w.Header())
	}
	if len(p.Errors) != 1 || p.Errors[0] != (FieldProblem{Location: "body.name", Message: "must not be empty"}) {
		t.Errorf("fields %+v", p.Errors)
	}
	if len(p.Actions) != 1 || p.Actions[0] != (Action{Label: "Try again", URL: "/threads/1"}) || ba.KindOf(WithActions(e)) != ba.RateLimited {
		t.Errorf("actions %+v", p.Actions)
	}
}

func TestAClientThatLeftIsNoFaultOfOurs(t *testing.T) {
	s := newSite(t, Options{}, map[string]http.Handler{"GET /x": JSON(func(_ http.ResponseWriter, r *http.Request) error {
		return fmt.Errorf("list projects: %w", r.Context().Err())
	})})
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if res := s.do(httptest.NewRequestWithContext(gone, "GET", "/x", nil)); res.StatusCode != 499 {
		t.Errorf("status %d", res.StatusCode)
	}
	if log := s.log.String(); strings.Contains(log, `"level":"ERROR"`) || !strings.Contains(log, `"status":499`) {
		t.Errorf("log: %s", log)
	}
}

func TestSizesAreWrittenAsPeopleWriteThem(t *testing.T) {
	for n, want := range map[int64]string{0: "0 bytes", 999: "999 bytes", 1024: "1 kB", 1 << 20: "1 MB", 25_000_000: "25 MB"} {
		if got := SizeText(n); got != want {
			t.Errorf("%d is %q, want %q", n, got, want)
		}
	}
}
