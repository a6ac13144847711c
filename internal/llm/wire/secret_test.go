package wire_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/llm/wire"
	"github.com/ba-assistant/ba-assistant/internal/llm/wire/wiretest"
)

func TestTheKeyAndTheConversationAreInNoError(t *testing.T) {
	const secret = "Project Nightingale moves payroll to Lisbon in March"
	req := llm.Request{Messages: []llm.Message{{Role: llm.RoleUser, Text: "Summarise: " + secret},
		{Role: llm.RoleTool, ToolResults: []llm.ToolResult{{Text: `{"text":"the termination fee is 4,711 euros"}`}}}}}
	for _, body := range []string{
		"bad key " + canary, "bad key " + canary[:12] + "...", "Incorrect key: sk-****" + canary[len(canary)-4:],
		"<html>" + canary + "</html>", "invalid text: '" + secret + "'", "near: termination fee is 4,711 euros",
		strings.Repeat(secret+" "+canary+"\n", 2000),
	} {
		base := wiretest.Loopback(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Echo", r.Header.Get("Authorization"))
			w.WriteHeader(http.StatusUnauthorized)
			fmt.Fprint(w, body)
		}))
		p := newClient(t, base, nil)
		f := wantFault(t, wiretest.Collect(t, t.Context(), p, req), llm.ErrAuth)
		for _, text := range []string{f.Error(), fmt.Sprintf("%+v", f), fmt.Sprintf("%#v", f), printed(t, p.Client), logged(f)} {
			for _, piece := range []string{canary, canary[:12], "****", "Nightingale", "4,711"} {
				if strings.Contains(text, piece) {
					t.Errorf("%q is in %s", piece, text)
				}
			}
		}
	}
}

// printed returns a client and its key in every form in which they could reach
// a log.
func printed(t *testing.T, c *wire.Client) string {
	t.Helper()
	raw, err := json.Marshal(c.Key)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%v %s %q %x %#v %s %v %+v %#v", c.Key, c.Key, c.Key, c.Key, c.Key, raw, *c, *c, *c)
}

func logged(err error) string {
	var b bytes.Buffer
	slog.New(slog.NewJSONHandler(&b, nil)).Error("failed", "error", err)
	return b.String()
}
