package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// slow3G is a phone at the edge of its network: 400 ms to and fro, 50 kB a
// second each way.
var slow3G = network.Conditions{Latency: 400, DownloadThroughput: 50_000, UploadThroughput: 50_000}

// slowed gives the tab a bad network, or with nothing the one that it had.
func (b *tab) slowed(rules ...*network.Conditions) {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: rules}); err != nil {
		b.t.Fatal(err)
	}
}

// moody is a server that speaks Anthropic's Messages API and whose answers end
// as their questions ask; asked again or to go on, it answers well.
type moody struct {
	*httptest.Server
	mu    sync.Mutex
	asked map[string]int
}

const beginning = "The refund is paid within"

func newMoody(t testing.TB) *moody {
	m := &moody{asked: map[string]int{}}
	m.Server = httptest.NewServer(http.HandlerFunc(m.answer))
	t.Cleanup(m.CloseClientConnections)
	return m
}

var moods = map[string]func(http.ResponseWriter, *http.Request){
	"too long": func(w http.ResponseWriter, _ *http.Request) {
		begin(w)
		text(w, beginning)
		finish(w, "max_tokens")
	},
	"broken off": func(w http.ResponseWriter, _ *http.Request) {
		begin(w)
		text(w, beginning)
		panic(http.ErrAbortHandler)
	},
	"too many": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "90")
		w.WriteHeader(http.StatusTooManyRequests)
		fmt.Fprint(w, `{"type":"error","error":{"type":"rate_limit_error","message":"slow down"}}`)
	},
	"wrong key": func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprint(w, `{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}`)
	},
	"declined": func(w http.ResponseWriter, _ *http.Request) {
		begin(w)
		finish(w, "refusal")
	},
	"silent": silence, "unfinished": silence,
}

func silence(w http.ResponseWriter, r *http.Request) {
	begin(w)
	text(w, beginning)
	<-r.Context().Done()
}

func (m *moody) answer(w http.ResponseWriter, r *http.Request) {
	var req modelRequest
	if err := json.NewDecoder(r.Body).Decode(&req); err != nil {
		http.Error(w, "no request", http.StatusBadRequest)
		return
	}
	question := ""
	for _, msg := range req.Messages { // the last one that a person wrote
		for _, part := range msg.Content {
			for mood := range moods {
				if msg.Role == "user" && strings.Contains(part.Text, mood) {
					question = mood
				}
			}
		}
	}
	m.mu.Lock()
	m.asked[question]++
	first := m.asked[question] == 1
	m.mu.Unlock()
	if mood := moods[question]; first && mood != nil {
		mood(w, r)
		return
	}
	begin(w)
	text(w, " ten days.")
	finish(w, "end_turn")
}

// TestOnASlowNetworkEachStateSaysWhatItIsAndWhatToDo goes through what a
// person can meet, with a phone's network, and keeps a picture of each.
func TestOnASlowNetworkEachStateSaysWhatItIsAndWhatToDo(t *testing.T) {
	t.Parallel()
	m := newMoody(t)
	s := start(t, "ANTHROPIC_API_KEY="+modelKey, "ANTHROPIC_BASE_URL="+m.URL)
	d := &desk{server: s, gate: gateTo(t, s), ana: signIn(t, s.url, "ana")}
	d.tab = browse(t, d.gate.url)
	d.use(screens[0])
	d.slowed(&slow3G)
	d.firstPaint()
	d.signIn("ana")
	d.uploads()
	for _, want := range []struct {
		mood, state, says  string
		again, goOn, stops bool
	}{
		{"too long", "truncated", "reached the model's length limit. Continue picks up where it stopped.", true, true, false},
		{"broken off", "failed", "broke off before the answer was complete. Try again. What had come is kept.", true, true, false},
		{"too many", "failed", "takes no more requests from us for the moment. Trying again helps in", true, false, false},
		{"wrong key", "failed", "trying again does not help until then", false, false, false},
		{"declined", "refused", "The model declined to answer. Edit the question to ask in other words", true, false, false},
		{"silent", "stopped", "You stopped this answer.", true, true, true},
	} {
		d.thread = d.ana.thread(t, "")
		d.openThread()
		d.write("Why is it " + want.mood + "?")
		if want.stops {
			d.wait("the beginning", `document.querySelector(".answer .prose")?.innerText.includes(`+quote(beginning)+`)`)
			d.everywhere("state-writing")
			d.click("#stop")
		}
		d.wait("the state "+want.state, `document.querySelector(".answer[data-state=`+want.state+`] .notice")?.innerText.includes(`+quote(want.says)+`)`)
		d.everywhere("state-" + strings.ReplaceAll(want.mood, " ", "-"))
		if want.mood == "too many" {
			d.countsDown()
		}
		d.offers("/retry", want.again)
		d.offers("/continue", want.goOn)
		if want.goOn {
			d.goOn()
		}
	}
	d.everywhere("state-continued")
	d.interrupted()
	d.another().signingIn()
}

// offers checks whether an answer offers to try again, or to go on.
func (d *desk) offers(action string, yes bool) {
	d.t.Helper()
	if found := eval[bool](d.tab, `!!document.querySelector("#turns .answer .notice form[action$='`+action+`'] button")`); found != yes {
		d.t.Errorf("it offers %s: %t, showing %s", action, found, d.words())
	}
}

// countsDown checks that a wait is counted down, and is after a reload.
func (d *desk) countsDown() {
	d.t.Helper()
	left := `parseInt(document.querySelector(".answer [data-behaviour=countdown]")?.innerText.match(/\d+/)?.[0])`
	d.wait("a wait that passes", left+" < 89")
	d.do(chromedp.Reload())
	d.wait("the rest of the wait", left+" < 89")
}

// interrupted kills the server while an answer is written.
func (d *desk) interrupted() {
	d.t.Helper()
	d.thread = d.ana.thread(d.t, "")
	d.openThread()
	d.write("Why is it unfinished?")
	d.wait("the beginning", `document.querySelector(".answer .prose")?.innerText.includes(`+quote(beginning)+`)`)
	d.gate.cut()
	d.server.kill()
	d.shows("Reconnecting")
	d.everywhere("state-reconnecting")
	d.server.launch(d.t)
	d.gate.join(d.server)
	d.ana.base = d.server.url
	d.wait("the state", `document.querySelector(".answer[data-state=interrupted] .notice")?.innerText.includes("What had come is kept. Continue goes on from there")`)
	d.everywhere("state-interrupted")
	d.offers("/retry", true)
	d.goOn()
}

// goOn continues the last answer to its end.
func (d *desk) goOn() {
	d.t.Helper()
	d.bound("turn")
	d.click("#turns > .answer:last-of-type form[action$='/continue'] button")
	d.wait("the whole answer", `[...document.querySelectorAll("#turns > .answer")].at(-1).dataset.state === "complete" &&
		[...document.querySelectorAll("#turns > .answer .prose")].at(-1).innerText.trim() === `+quote(beginning+" ten days."))
}

// firstPaint checks that the first page is read before its scripts are there,
// which here take a minute.
func (b *tab) firstPaint() {
	b.t.Helper()
	late := slow3G
	late.URLPattern, late.Latency = b.base+"/static/*.js", 60_000
	b.slowed(&late, &slow3G)
	eval[bool](b, `(() => { setTimeout(() => { location.href = `+quote(b.base+"/login")+`; }); return true; })()`)
	b.wait("the first page", `location.pathname === "/login" && performance.getEntriesByName("first-contentful-paint").length && document.querySelector("#dev-email")`)
	if bound := eval[bool](b, `document.documentElement.classList.contains("scripted")`); bound {
		b.t.Error("the scripts came, so this proves nothing")
	}
	b.shows("From talk to requirements that hold.")
	b.everywhere("state-first-paint")
	b.slowed(&slow3G)
}

// signingIn checks that a click is answered at once, with the name of whom it
// waits for. The way there is closed, so that the page stays as it is meanwhile.
func (b *tab) signingIn() {
	b.t.Helper()
	b.base = start(b.t, "GOOGLE_CLIENT_ID=fixture", "GOOGLE_CLIENT_SECRET=fixture").url
	b.open("/login")
	b.bound("signin")
	eval[bool](b, `(() => {
		addEventListener("click", (event) => event.preventDefault());
		document.querySelector("a.provider.google").click();
		return true;
	})()`)
	b.shows("Signing in with Google…")
	b.everywhere("state-signing-in")
}

// uploads looks at the progress of a file.
func (d *desk) uploads() {
	d.t.Helper()
	project := d.ana.project(d.t, "Uploads")
	d.open("/projects/" + project)
	d.bound("upload")
	d.drop("form.drop", []file{{name: "long.txt", content: []byte(strings.Repeat("A refund is paid within ten days of the return. ", 5000))}})
	d.wait("its progress", `(() => { const bar = document.querySelector("#uploads progress"); return bar && bar.value > 0 && bar.value < 100; })()`)
	if said := eval[string](d.tab, `document.querySelector("#uploads").innerText`); !strings.Contains(said, "% of") {
		d.t.Errorf("while it is sent it says %q", said)
	}
	d.everywhere("state-uploading")
	d.wait("the document", `document.querySelectorAll("#documents .doc").length === 1 && !document.querySelector("#uploads progress")`)
}
