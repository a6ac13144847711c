package wiretest

import (
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/ba-assistant/ba-assistant/internal/llm"
)

// Fuzz feeds bodies that no provider sends to a client, and so their retries
// too, in the test's time. What must hold for any of them is what Collect
// checks; and an answer that asks for tools can be sent back with a result.
func Fuzz(f *testing.F, create func(t testing.TB, id, base string, h *http.Client) llm.Provider, prefixes ...string) {
	for _, r := range Recordings(f, prefixes...) {
		for _, res := range r.Responses(f) {
			f.Add(res.Status, res.Body, uint8(len(res.Body)))
		}
	}
	f.Fuzz(func(t *testing.T, status int, body []byte, most uint8) {
		if status < 200 || status > 599 {
			status = http.StatusOK
		}
		synctest.Test(t, func(t *testing.T) {
			h := &http.Client{Transport: Bytes{Status: status, Body: body, Most: int(most)}}
			p := create(t, prefixes[0], "http://provider.test", h)
			o := Collect(t, t.Context(), p, Question())
			if len(o.Calls) > 0 && o.Stop != nil {
				first := Outcome{Text: o.Text, Calls: o.Calls[:1], Stop: o.Stop}
				Collect(t, t.Context(), p, Answered(Question(), first, llm.ToolResult{Text: "x"}))
			}
		})
	})
}
