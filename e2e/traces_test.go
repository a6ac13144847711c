package e2e

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// traces is a collector of OpenTelemetry that keeps what it is sent.
type traces struct {
	*httptest.Server
	mu  sync.Mutex
	all bytes.Buffer
}

func collectTraces(t *testing.T) *traces {
	t.Helper()
	c := new(traces)
	c.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		z, err := gzip.NewReader(r.Body)
		if err != nil {
			t.Errorf("traces: %v", err)
			return
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		if _, err := io.Copy(&c.all, z); err != nil {
			t.Errorf("traces: %v", err)
		}
	}))
	t.Cleanup(c.Close)
	return c
}

// sent returns the texts of all requests, one after the other.
func (c *traces) sent() []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	return bytes.Clone(c.all.Bytes())
}
