package app

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

const metricsToken = "a-token-of-the-tests"

func (s *site) scrape(token string) (int, string) {
	s.t.Helper()
	res := s.do(someone{bearer: token}, "GET", "/metrics", body{})
	text, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

func TestMetricsAreForWhoHasTheToken(t *testing.T) {
	s := newSite(t, "METRICS_TOKEN="+metricsToken)
	ana := s.signIn("canaryname")
	v := s.scene()
	s.do(ana, "GET", "/projects/"+v.project, body{})
	s.do(ana, "GET", "/search?q=canaryword", body{})
	s.do(someone{}, "GET", "/canarypath", body{})
	if status, _ := s.scrape(""); status != http.StatusUnauthorized {
		t.Errorf("without the token: %d", status)
	}
	if status, _ := s.scrape("another-token-of-them"); status != http.StatusUnauthorized {
		t.Errorf("with another token: %d", status)
	}
	status, text := s.scrape(metricsToken)
	for _, part := range []string{`ba_http_request_duration_seconds_count{method="GET",route="/projects/{id}",status="4xx"} 1`, `route="/search",status="2xx"`, `route="/",status="4xx"`,
		`ba_build_info{version="test"`, `ba_database_connections{state="limit"}`, `ba_ai_month_microusd{state="used"} 0`, "ba_http_requests_in_flight 1"} {
		if !strings.Contains(text, part) {
			t.Errorf("%d: no %s", status, part)
		}
	}
	for _, secret := range []string{"canary", v.project, string(ana.actor.User), metricsToken} {
		if strings.Contains(text, secret) {
			t.Errorf("the metrics hold %q", secret)
		}
	}
}

func TestWithoutATokenOrAnAddressThereAreNoMetrics(t *testing.T) {
	s := newSite(t)
	if status, _ := s.scrape(metricsToken); status != http.StatusNotFound || s.metrics != nil {
		t.Errorf("%d", status)
	}
}

func TestMetricsOnAnAddressOfTheirOwnAreNotOnTheWorkspace(t *testing.T) {
	s := newSite(t, "METRICS_ADDR=127.0.0.1:0")
	if status, _ := s.scrape(""); status != http.StatusNotFound {
		t.Errorf("on the workspace: %d", status)
	}
	w := httptest.NewRecorder()
	s.metrics.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "GET", "/metrics", nil))
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "ba_build_info") {
		t.Errorf("on their own: %d", w.Code)
	}
}
