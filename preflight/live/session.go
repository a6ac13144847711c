package live

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"sort"
	"strings"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

// Options say what to check and how far to go. Only Site is required.
type Options struct {
	Site string // the address that people open
	API  string // the back end's address, where it is another one

	AllowPrivate    bool // private, loopback and link-local addresses may be dialled
	Active          bool // the hosts are the caller's: rate limits, published keys, sign-in state
	ContactProvider bool // ask the sign-in provider whether it knows the redirect URI

	LoginPath  string // where sign-in starts; found by itself where it is a usual one
	StreamPath string // an event stream that may be opened; /health/stream is found by itself
	HealthPath string
	Bearer     string   // a test account's token: sent to verified hosts of Site and API only
	Keys       []string // further default keys found in the code, for KEY-09
	UserToken  string   // a token of a test account whose signature is tried offline, for KEY-09

	// Secrets names the secrets in a script, masked; nil leaves SEC-07 out. It
	// is a function so that the workspace does not carry the scanner.
	Secrets func(name, text string) []string

	UserAgent      string
	MaxRequests    int
	RequestTimeout time.Duration
	Total          time.Duration

	Network  Network
	Roots    *x509.CertPool // nil: the system's
	Now      func() time.Time
	Progress func(step string)
}

// Report is the result of a run.
type Report struct {
	Outcomes []Outcome
	Requests int
	// Hosts are the hosts that answered, with the kind they were taken for.
	Hosts map[string]string
}

// kindOfHost decides which tests make sense.
type kindOfHost int

const (
	unknownKind kindOfHost = iota
	apiKind                // answers data
	spaKind                // one page that loads scripts
	siteKind               // pages
)

func (k kindOfHost) String() string {
	return [...]string{"unknown", "API", "single-page app", "site"}[k]
}

// host is one of the addresses under test.
type host struct {
	base    *url.URL
	role    string // "site" or "api"
	up      bool
	trusted bool // the certificate was verified in this run
	entry   *answer
	hops    []*answer
	control *answer // what a path that cannot exist answers
	kind    kindOfHost
	page    page
}

func (h *host) name() string { return h.base.Host }

// url returns an absolute address on this host. A base path is kept.
func (h *host) url(path string) string {
	u := *h.base
	u.RawQuery, u.Fragment = "", ""
	path, query, _ := strings.Cut(path, "?")
	u.Path = strings.TrimSuffix(h.base.Path, "/") + path
	u.RawPath, u.RawQuery = "", query
	return u.String()
}

func (h *host) origin() string { return h.base.Scheme + "://" + h.base.Host }

// session is one run.
type session struct {
	opts   Options
	prober *prober
	site   *host
	api    *host // the same as site where there is no other
	facts  discovery
}

func (s *session) now() time.Time {
	if s.opts.Now != nil {
		return s.opts.Now()
	}
	return time.Now()
}

func (s *session) hosts() []*host {
	if s.api == s.site {
		return []*host{s.site}
	}
	return []*host{s.site, s.api}
}

// named reports whether an address lies on a host that the caller named, or on
// its www twin: only those are followed and asked.
func (s *session) named(u *url.URL) bool {
	if u.Scheme != "http" && u.Scheme != "https" {
		return false
	}
	for _, h := range s.hosts() {
		if twin(u.Hostname(), h.base.Hostname()) {
			return true
		}
	}
	return false
}

func twin(a, b string) bool {
	return strings.TrimPrefix(strings.ToLower(a), "www.") == strings.TrimPrefix(strings.ToLower(b), "www.")
}

// Run checks a deployment. The error is for a request that makes no sense
// (ba.Invalid); a host that cannot be reached is in the report.
func Run(ctx context.Context, o Options) (*Report, error) {
	s, err := newSession(o)
	if err != nil {
		return nil, err
	}
	defer s.prober.close()
	total := o.Total
	if total <= 0 {
		total = DefaultTotal
	}
	ctx, cancel := context.WithTimeout(ctx, total)
	defer cancel()
	budget := s.prober.left
	r := &Report{Outcomes: s.run(ctx), Hosts: make(map[string]string)}
	r.Requests = budget - s.prober.left
	for _, h := range s.hosts() {
		if h.up {
			r.Hosts[h.name()] = h.kind.String()
		}
	}
	return r, nil
}

func newSession(o Options) (*session, error) {
	site, err := target(o.Site)
	if err != nil {
		return nil, err
	}
	s := &session{opts: o, prober: newProber(o), site: &host{base: site, role: "site"}}
	s.api = s.site
	if o.API != "" {
		api, err := target(o.API)
		if err != nil {
			return nil, err
		}
		if api.Scheme+api.Host != site.Scheme+site.Host {
			s.api = &host{base: api, role: "api"}
		} else if strings.Trim(api.Path, "/") != "" {
			s.api = &host{base: api, role: "api"}
		}
	}
	return s, nil
}

// target parses an address as people type it; https is assumed.
func target(raw string) (*url.URL, error) {
	raw = strings.TrimSpace(raw)
	if raw != "" && !strings.Contains(raw, "://") {
		raw = "https://" + raw
	}
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, &ba.Error{Kind: ba.Invalid, Msg: "That is no address of a website. Give it as https://app.example.com.", Err: errors.Join(err, fmt.Errorf("address %q", clean(raw, 100)))}
	}
	if u.User != nil {
		return nil, ba.E(ba.Invalid, "Leave user name and password out of the address: they would end up in logs.")
	}
	u.Host = strings.ToLower(u.Host)
	u.Fragment, u.RawQuery = "", ""
	return u, nil
}

// step is one group of checks. It gets the context of the run and must not fail.
type step struct {
	name  string
	check func(*session, context.Context) []Outcome
}

var steps = []step{
	{"certificates", eachHost((*session).certificates)},
	{"names and addresses", eachHost((*session).addresses)},
	{"http to https", eachHost((*session).redirects)},
	{"first page", eachHost((*session).open)},
	{"what the application offers", (*session).discover},
	{"strict transport security", upHost((*session).strictTransport)},
	{"cross-origin rules", (*session).crossOrigin},
	{"sign-in", (*session).signIn},
	{"cookies", (*session).cookies},
	{"health", (*session).health},
	{"streams", (*session).streams},
	{"front end", (*session).frontEnd},
	{"files that should not be there", upHost((*session).exposure)},
	{"error pages", upHost((*session).errorPages)},
	{"opt-in checks", (*session).optIn},
}

func eachHost(check func(*session, context.Context, *host) []Outcome) func(*session, context.Context) []Outcome {
	return func(s *session, ctx context.Context) []Outcome {
		var out []Outcome
		seen := make(map[string]bool)
		for _, h := range s.hosts() {
			if !seen[h.base.Scheme+h.base.Host] || h.entry == nil {
				out = append(out, check(s, ctx, h)...)
			}
			seen[h.base.Scheme+h.base.Host] = true
		}
		return out
	}
}

// upHost runs a check on the hosts that answered.
func upHost(check func(*session, context.Context, *host) []Outcome) func(*session, context.Context) []Outcome {
	return eachHost(func(s *session, ctx context.Context, h *host) []Outcome {
		if !h.up {
			return nil
		}
		return check(s, ctx, h)
	})
}

func (s *session) run(ctx context.Context) []Outcome {
	var out []Outcome
	for _, step := range steps {
		if ctx.Err() != nil {
			break
		}
		if s.opts.Progress != nil {
			s.opts.Progress(step.name)
		}
		out = append(out, step.check(s, ctx)...)
	}
	return s.settle(ctx, out)
}

// settle adds, for every id that ended in no state, the reason why, and puts
// the list in a stable order.
func (s *session) settle(ctx context.Context, out []Outcome) []Outcome {
	seen := make(map[string]bool)
	for _, o := range out {
		seen[o.ID] = true
	}
	reason := "there was nothing on this host that it applies to"
	state := NotApplicable
	switch {
	case ctx.Err() != nil:
		state, reason = NotDetermined, "the time limit of the run was reached before this check"
	case !s.site.up && !s.api.up:
		state, reason = NotDetermined, s.site.name()+" gave no answer"
	}
	for _, id := range IDs() {
		if !seen[id] {
			out = append(out, outcome(id, state, reason).at(s.site.base.String()))
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].ID < out[j].ID })
	return out
}

// IDs returns the checks of the catalogue that Run answers, in order.
func IDs() []string {
	return []string{
		"AUTH-07", "AUTH-08", "AUTH-10", "CORS-03", "CORS-04", "CORS-07", "CORS-08", "CORS-09", "CORS-10", "ERR-02", "HLT-03", "HLT-04", "HLT-05", "KEY-09", "LOG-04", "RATE-01",
		"SEC-07", "SEC-10", "SSE-07", "STATE-07", "TLS-01", "TLS-02", "TLS-03", "TLS-04", "TLS-05", "TLS-09",
		"WEB-03", "WEB-04", "WEB-05", "WEB-08", "WEB-09", "WEB-12", "WEB-13", "WEB-16", "WEB-19",
	}
}

// randomWord returns hexadecimal digits that no route has.
func randomWord() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return hex.EncodeToString(b[:])
}
