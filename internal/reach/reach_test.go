package reach_test

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/internal/reach"
)

func TestEachCauseIsTold(t *testing.T) {
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	encrypted := httptest.NewUnstartedServer(http.NotFoundHandler())
	encrypted.Config.ErrorLog = log.New(io.Discard, "", 0)
	encrypted.StartTLS()
	defer encrypted.Close()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := closed.Addr().String()
	closed.Close()
	late, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	for name, v := range map[string]struct {
		err  error
		code string
	}{
		"a name that is not there":   {&net.DNSError{Name: "x", IsNotFound: true}, "host_unknown"},
		"a resolver that is away":    {&net.DNSError{Name: "x", IsTimeout: true}, "resolver"},
		"an unknown issuer":          {get(t, t.Context(), encrypted.URL), "tls"},
		"http where https is wanted": {get(t, t.Context(), strings.Replace(plain.URL, "http:", "https:", 1)), "tls"},
		"nobody at the port":         {get(t, t.Context(), "http://"+nobody), "refused"},
		"too late":                   {get(t, late, plain.URL), "timeout"},
		"anything else":              {errors.New("secret-in-text"), "unreachable"},
	} {
		t.Run(name, func(t *testing.T) {
			got := reach.Why(v.err, "ai.example.com")
			if got.Code != v.code || got.Fix == "" || strings.Contains(got.Text+got.Fix, "secret-in-text") {
				t.Errorf("%v: %+v, want %s", v.err, got, v.code)
			}
		})
	}
}

// get returns the error of a request that must fail.
func get(t *testing.T, ctx context.Context, address string) error {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(r)
	if err == nil {
		res.Body.Close()
		t.Fatalf("%s answered", address)
	}
	return err
}
