package app

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// traces keeps what a collector was sent, as text.
type traces struct {
	mu   sync.Mutex
	text strings.Builder
}

func (c *traces) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	z, err := gzip.NewReader(r.Body)
	if err != nil {
		return
	}
	text, _ := io.ReadAll(z) // what is missing fails the test
	c.mu.Lock()
	defer c.mu.Unlock()
	c.text.Write(text)
}

func (c *traces) String() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.text.String()
}

func TestTracesHoldRoutesAndStepsAndNothingOfPeople(t *testing.T) {
	var c traces
	collector := httptest.NewServer(&c)
	t.Cleanup(collector.Close)
	s := newSite(t, "OTEL_EXPORTER_OTLP_ENDPOINT="+collector.URL, "OTEL_EXPORTER_OTLP_HEADERS=x-key=canarykey")
	ana := s.signIn("canaryname")
	v := s.scene()
	s.do(ana, "GET", "/projects/"+v.project, body{})
	s.do(ana, "GET", "/search?q=canaryword", body{})
	s.do(someone{}, "GET", "/canarypath?x=canaryquery", body{})
	if err := s.tracer.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	text := c.String()
	for _, part := range []string{`"name":"GET /projects/{id}"`, `"http.response.status_code"`, `"db.system.name"`, `"name":"SELECT `, `"service.name"`} {
		if !strings.Contains(text, part) {
			t.Errorf("no %s in %.600s", part, text)
		}
	}
	for _, secret := range []string{"canary", v.project, string(ana.actor.User), "INSERT INTO"} {
		if strings.Contains(text, secret) {
			t.Errorf("the traces hold %q", secret)
		}
	}
}

func TestWithoutACollectorNothingIsTraced(t *testing.T) {
	if s := newSite(t); s.tracer != nil {
		t.Error("there is a tracer")
	}
}
