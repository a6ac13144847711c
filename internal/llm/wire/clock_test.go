package wire_test

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/llm/wire/wiretest"
)

func TestPingsKeepAnAnswerAliveForTenMinutesButNotForEver(t *testing.T) {
	pinging := func(quiet time.Duration) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			say(w, "begun")
			for end := time.Now().Add(quiet); time.Now().Before(end); {
				if !pause(r, 15*time.Second) {
					return
				}
				say(w, "ping")
			}
			say(w, " and done")
			say(w, "end")
		}
	}
	inBubble(t, pinging(10*time.Minute), func(t *testing.T, p provider) {
		if o := wiretest.Collect(t, t.Context(), p, llm.Request{}); o.Err != nil || o.Text != "begun and done" {
			t.Errorf("after ten minutes of pings: %q, %v", o.Text, o.Err)
		}
	})
	inBubble(t, pinging(time.Hour), func(t *testing.T, p provider) {
		begun := time.Now()
		o := wiretest.Collect(t, t.Context(), p, llm.Request{})
		wantFault(t, o, llm.ErrTimeout)
		if took := time.Since(begun); took < limits.Progress || took > limits.Progress+time.Minute || o.Text != "begun" {
			t.Errorf("it took %v and showed %q", took, o.Text)
		}
	})
}

func TestAnAnswerMayTakeHours(t *testing.T) {
	inBubble(t, func(w http.ResponseWriter, r *http.Request) {
		for range 200 {
			if !pause(r, time.Minute) {
				return
			}
			say(w, "x")
		}
		say(w, "end")
	}, func(t *testing.T, p provider) {
		p.Limits.Headers = 2 * time.Minute
		if o := wiretest.Collect(t, t.Context(), p, llm.Request{}); o.Err != nil || len(o.Text) != 200 {
			t.Errorf("%d pieces, %v", len(o.Text), o.Err)
		}
	})
}

func TestADripOfBytesIsNoProgress(t *testing.T) {
	inBubble(t, func(w http.ResponseWriter, r *http.Request) {
		say(w, "begun")
		for range 1000 {
			if !pause(r, 100*time.Second) {
				return
			}
			fmt.Fprint(w, "d")
			if http.NewResponseController(w).Flush() != nil {
				return
			}
		}
	}, func(t *testing.T, p provider) {
		wantFault(t, wiretest.Collect(t, t.Context(), p, llm.Request{}), llm.ErrTimeout)
	})
}

func TestSilenceBeforeTheResponseAndInItIsATimeout(t *testing.T) {
	for name, h := range map[string]http.HandlerFunc{
		"no response": func(_ http.ResponseWriter, r *http.Request) { pause(r, time.Hour) },
		"no byte":     func(w http.ResponseWriter, r *http.Request) { say(w, "begun"); pause(r, time.Hour) },
	} {
		t.Run(name, func(t *testing.T) {
			var calls atomic.Int32
			inBubble(t, func(w http.ResponseWriter, r *http.Request) { calls.Add(1); h(w, r) }, func(t *testing.T, p provider) {
				begun := time.Now()
				f := wantFault(t, wiretest.Collect(t, t.Context(), p, llm.Request{}), llm.ErrTimeout)
				if took := time.Since(begun); took > limits.Silence || calls.Load() != 1 || f.Msg == "" {
					t.Errorf("%d requests, %v, %q", calls.Load(), took, f.Msg)
				}
			})
		})
	}
}

func TestAConnectionThatNeverStandsIsATimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newClient(t, "http://provider.test", &http.Client{Transport: &http.Transport{DialContext: wiretest.DialNowhere}})
		begun := time.Now()
		wantFault(t, wiretest.Collect(t, t.Context(), p, llm.Request{}), llm.ErrTimeout)
		if took := time.Since(begun); took != limits.Connect {
			t.Errorf("it took %v", took)
		}
		time.Sleep(time.Minute) // of the bubble; the dialer gives up
	})
}

func TestTheClocksStandStillWhileTheReaderIsBusy(t *testing.T) {
	inBubble(t, func(w http.ResponseWriter, _ *http.Request) {
		for _, s := range []string{"a", "b", "end"} {
			say(w, s)
		}
	}, func(t *testing.T, p provider) {
		for _, err := range p.Stream(t.Context(), llm.Request{}) {
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Hour) // of the bubble
		}
	})
}
