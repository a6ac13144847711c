package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// patience is how long a tab waits for what must come.
const patience = 15 * time.Second

// tab is a page in a browser of its own, as a person uses it.
type tab struct {
	t    testing.TB
	ctx  context.Context
	base string
	quit func() // ends the browser, without a goodbye

	mu        sync.Mutex
	requests  []string                   // addresses that were asked for
	received  float64                    // bytes, as they came over the wire
	streaming map[network.RequestID]bool // event streams that are open
	faults    []string                   // errors on the console: scripts, refused by the content policy
}

// browse opens a browser on an instance. What the console complains about at
// any time fails the test at its end.
func browse(t testing.TB, base string, more ...chromedp.ExecAllocatorOption) *tab {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program(t, "chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")), chromedp.WindowSize(1440, 900))
	if os.Getuid() == 0 {
		options = append(options, chromedp.NoSandbox) // Chromium's own sandbox refuses root
	}
	allocator, stop := chromedp.NewExecAllocator(context.Background(), append(options, more...)...)
	ctx, leave := chromedp.NewContext(allocator)
	b := &tab{t: t, ctx: ctx, base: base, quit: func() { leave(); stop() }}
	t.Cleanup(func() {
		b.quit()
		for _, f := range b.faults {
			t.Errorf("console: %s", f)
		}
	})
	b.begin()
	return b
}

// another opens one more tab of the same browser, with the same cookies.
func (b *tab) another() *tab {
	b.t.Helper()
	ctx, leave := chromedp.NewContext(b.ctx)
	n := &tab{t: b.t, ctx: ctx, base: b.base, quit: leave}
	b.t.Cleanup(func() {
		for _, f := range n.faults {
			b.t.Errorf("console: %s", f)
		}
	})
	n.begin()
	return n
}

// close closes the tab, as a person does.
func (b *tab) close() {
	b.t.Helper()
	if err := chromedp.Cancel(b.ctx); err != nil {
		b.t.Fatal(err)
	}
}

func (b *tab) begin() {
	b.t.Helper()
	if err := chromedp.Do(b.ctx); err != nil {
		b.t.Fatalf("start the browser: %v", err)
	}
	if err := chromedp.Listen(b.ctx, b.hear); err != nil {
		b.t.Fatal(err)
	}
}

func (b *tab) hear(ev any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch ev := ev.(type) {
	case *network.EventRequestWillBeSent:
		b.requests = append(b.requests, ev.Request.URL)
		if strings.Contains(ev.Request.URL, "/api/events?") {
			if b.streaming == nil {
				b.streaming = map[network.RequestID]bool{}
			}
			b.streaming[ev.RequestID] = true
		}
	case *network.EventLoadingFinished:
		b.received += ev.EncodedDataLength
		delete(b.streaming, ev.RequestID)
	case *network.EventLoadingFailed:
		delete(b.streaming, ev.RequestID)
	case *runtime.EventExceptionThrown:
		fault := fmt.Sprintf("exception: %s at %s:%d", ev.ExceptionDetails.Text, ev.ExceptionDetails.URL, ev.ExceptionDetails.LineNumber)
		if e := ev.ExceptionDetails.Exception; e != nil {
			fault += " " + e.Description
		}
		b.faults = append(b.faults, fault)
	case *log.EventEntryAdded:
		if ev.Entry.Level == log.EntryLevelError && ev.Entry.Source != log.EntrySourceNetwork {
			b.faults = append(b.faults, ev.Entry.Text)
		}
	}
}

// foreign returns the requests that went elsewhere than to the instance.
func (b *tab) foreign() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var all []string
	for _, r := range b.requests {
		if !strings.HasPrefix(r, b.base+"/") && !strings.HasPrefix(r, "data:") {
			all = append(all, r)
		}
	}
	return all
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatalf("%v\nat %s, showing:\n%s", err, b.path(), b.words())
	}
}

// eval runs a script in the page and returns its value.
func eval[T any](b *tab, script string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%v\nin %s", err, script)
	}
	return v
}

// words returns the text that the page shows, shortened, for messages.
func (b *tab) words() string {
	ctx, cancel := context.WithTimeout(b.ctx, 2*time.Second)
	defer cancel()
	text, _ := chromedp.Run(ctx, chromedp.Evaluate[string](`document.body ? document.body.innerText : ""`))
	return text[:min(len(text), 1500)]
}

func (b *tab) path() string {
	ctx, cancel := context.WithTimeout(b.ctx, 2*time.Second)
	defer cancel()
	at, _ := chromedp.Run(ctx, chromedp.Location())
	return strings.TrimPrefix(at, b.base)
}

func (b *tab) open(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.base + path))
}

// wait asks until a script is true.
func (b *tab) wait(what, script string) {
	b.t.Helper()
	end := time.Now().Add(patience)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		ctx, cancel := context.WithTimeout(b.ctx, patience)
		ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("!!("+script+")"))
		cancel()
		if err == nil && ok { // a page that is being replaced answers with an error
			return
		}
		if time.Now().After(end) {
			b.t.Fatalf("waited in vain for %s (%v)\nat %s, showing:\n%s", what, err, b.path(), b.words())
		}
		<-tick.C
	}
}

// shows waits until a text stands on the page.
func (b *tab) shows(text string) {
	b.t.Helper()
	b.wait(fmt.Sprintf("%q", text), `document.body.innerText.includes(`+quote(text)+`)`)
}

// bound waits until a behaviour of the page's modules is at work.
func (b *tab) bound(behaviour string) {
	b.t.Helper()
	address := `performance.getEntriesByType("resource").find(e => e.name.endsWith("/` + behaviour + `.js"))`
	b.wait("the module "+behaviour, address)
	eval[bool](b, `import(`+address+`.name).then(() => new Promise(done => setTimeout(() => done(true))))`)
}

func (b *tab) click(selector string) {
	b.t.Helper()
	b.do(chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible))
}

func (b *tab) fill(selector, text string) {
	b.t.Helper()
	b.do(chromedp.SendKeys(chromedp.CSS(selector), text, chromedp.NodeVisible))
}

// signIn goes through the development form.
func (b *tab) signIn(name string) {
	b.t.Helper()
	b.open("/login")
	if eval[bool](b, `location.pathname === "/"`) { // the browser kept its session
		return
	}
	b.fill("#dev-email", name+"@example.com")
	b.fill("#dev-name", name)
	b.click("form[action='/login'] button")
	b.wait("the first page", `location.pathname === "/"`)
}

// become takes over the session of a person who is signed in already.
func (b *tab) become(p *person) {
	b.t.Helper()
	at, err := url.Parse(b.base)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, c := range p.http.Jar.Cookies(at) {
		_, err := chromedp.Call(b.ctx, network.SetCookie, network.SetCookieParams{Name: c.Name, Value: c.Value, URL: b.base})
		if err != nil {
			b.t.Fatal(err)
		}
	}
}

// screen is a window in which a page is looked at.
type screen struct {
	name          string
	width, height int64
	dark          bool
}

var screens = []screen{
	{"desktop-light", 1440, 900, false}, {"desktop-dark", 1440, 900, true},
	{"phone-light", 390, 844, false}, {"phone-dark", 390, 844, true},
}

func (b *tab) use(s screen) {
	b.t.Helper()
	b.do(chromedp.EmulateViewport(s.width, s.height))
	scheme := "light"
	if s.dark {
		scheme = "dark"
	}
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}})
	if err != nil {
		b.t.Fatal(err)
	}
}

// shoot writes a picture of the window to the output directory.
func (b *tab) shoot(name string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(output(b.t), name+".png"), png, 0o600); err != nil {
		b.t.Fatal(err)
	}
}

// everywhere takes pictures of a state on all screens, and checks that each is
// wide enough for it.
func (b *tab) everywhere(name string) {
	b.t.Helper()
	for _, on := range screens {
		b.use(on)
		b.painted()
		b.shoot(name + "-" + on.name)
		b.narrow(name + "-" + on.name)
	}
	b.use(screens[0])
}

// painted waits until the change of colours is over: a page that was shown
// already goes through its transitions.
func (b *tab) painted() {
	b.t.Helper()
	eval[bool](b, `Promise.allSettled(document.getAnimations().filter(a => a instanceof CSSTransition).map(a => a.finished))
		.then(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(true), 150)))))`)
}

// narrow fails where the page is wider than its window.
func (b *tab) narrow(name string) {
	b.t.Helper()
	if over := eval[int](b, `document.documentElement.scrollWidth - window.innerWidth`); over > 0 {
		b.t.Errorf("%s is %d px wider than the window", name, over)
	}
}

// httpCookies returns a browser's cookies for a program.
func httpCookies(all []*network.Cookie) []*http.Cookie {
	var out []*http.Cookie
	for _, c := range all {
		out = append(out, &http.Cookie{Name: c.Name, Value: c.Value, Path: "/"})
	}
	return out
}

func quote(s string) string {
	data, _ := json.Marshal(s) // a string does not fail
	return string(data)
}
