package scan

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/catalogue"
	"github.com/ba-assistant/ba-assistant/preflight/checks/self"
	"github.com/ba-assistant/ba-assistant/preflight/live"
)

// Options say what to look at. At least one of Path and Site.URL is needed.
type Options struct {
	Path  string   // folder of the repository; empty for none
	Site  Site     // the running deployment
	Names []string // variables set on the platform; nil when no list was given

	Diff     string          // a commit: findings in files that did not change since then are known
	Baseline map[string]bool // fingerprints of an earlier report

	Version  string
	Now      time.Time           // zero: the present
	Progress func(what string)   // called from several goroutines; may be nil
	Network  live.Network        // how the site is reached; zero: the system's
	Live     func(*live.Options) // last word on the options of the live part; may be nil
}

// Site is a running deployment and how far to go with it.
type Site struct {
	URL, API                          string
	AllowPrivate, Active, AskProvider bool
	LoginPath, StreamPath, HealthPath string
	Bearer                            string       // a test account's token
	UserToken                         string       // a token whose signature is tried offline
	Canary                            *live.Canary // written before a redeploy; nil: DATA-18 is not asked
}

// run is the state of one run.
type run struct {
	Options
	now     time.Time
	repo    *repository    // nil without a path
	secrets *secretSources // nil without a path
	site    *siteResult    // nil without a URL
	given   []preflight.Given

	mu     sync.Mutex
	errors []string
}

// Run looks at everything that was asked for. The error is for a request that
// makes no sense (ba.Invalid); what could not be read is in the report.
func Run(ctx context.Context, o Options) (*preflight.Report, error) {
	if o.Path == "" && o.Site.URL == "" {
		return nil, ba.E(ba.Invalid, "There is nothing to check: give a folder, an address, or both.")
	}
	r := &run{Options: o, now: o.Now}
	if r.now.IsZero() {
		r.now = time.Now()
	}
	groups, err := r.checks(ctx)
	if err != nil {
		return nil, err
	}
	results := preflight.Merge(groups...)
	problems := r.settle(ctx, results)
	results = append(results, r.about(results, problems)...)
	preflight.Known(results, o.Baseline)
	slices.SortStableFunc(results, catalogue.Compare)
	report := preflight.NewReport(results, r.given)
	report.Tool = preflight.Tool{Name: "preflight", Version: o.Version}
	report.Time = r.now.UTC().Truncate(time.Second)
	report.Target = preflight.Target{Path: o.Path, URL: o.Site.URL, API: o.Site.API}
	if ctx.Err() != nil {
		r.fail("the run was stopped before it was complete")
	}
	report.Errors = append(report.Errors, r.errors...)
	if r.repo != nil {
		for _, p := range r.repo.input.Paths() {
			report.Paths = append(report.Paths, p.Name)
		}
	}
	return report, nil
}

// checks runs the checks of all inputs: history, site and repository at the
// same time, since each waits for another part of the machine.
func (r *run) checks(ctx context.Context) ([][]preflight.Result, error) {
	siteDone := make(chan error, 1)
	go func() { siteDone <- r.openSite(ctx) }()
	var repo, secret []preflight.Result
	if r.Path != "" {
		if err := r.openRepository(ctx); err != nil {
			<-siteDone
			return nil, err
		}
		defer r.repo.Close()
		read := make(chan *secretSources, 1)
		go func() { read <- r.readSecrets(ctx) }()
		repo = preflight.Run(ctx, catalogue.Repository(), r.repo.input, preflight.Options{Skip: r.skip, Progress: r.step("checks")})
		r.secrets = <-read
	}
	if err := <-siteDone; err != nil {
		return nil, err
	}
	if r.repo == nil {
		repo = skipAll(catalogue.Repository(), "no repository was given")
		secret = skipAll(catalogue.Secrets(), "no repository was given")
	} else {
		secret = preflight.Run(ctx, catalogue.Secrets(), r.secrets.input(r.repo.input), preflight.Options{Skip: r.skip})
	}
	r.describeSources()
	return [][]preflight.Result{repo, secret, r.siteChecks(ctx, repo)}, nil
}

// skipAll returns every check as not checked.
func skipAll[I any](checks []preflight.Check[I], reason string) []preflight.Result {
	var none I
	return preflight.Run(context.Background(), checks, none, preflight.Options{Skip: func(*preflight.Rule) string { return reason }})
}

// skip keeps checks from running whose sources are missing.
func (r *run) skip(rule *preflight.Rule) string {
	for _, s := range rule.Sources {
		switch {
		case s == preflight.Names && r.Names == nil:
			return "no list of variable names was given (--names)"
		case s == preflight.History && r.secrets != nil && r.secrets.history == nil:
			return r.secrets.gap
		case s == preflight.Live && r.site == nil:
			return "no address of a running deployment was given"
		}
	}
	return ""
}

func (r *run) step(what string) func(done, total int, id string) {
	if r.Progress == nil {
		return nil
	}
	return func(done, total int, id string) { r.Progress(fmt.Sprintf("%s: %d of %d", what, done, total)) }
}

// settle applies suppressions and the comparison with an earlier state.
func (r *run) settle(ctx context.Context, results []preflight.Result) []preflight.SuppressionProblem {
	if r.repo == nil {
		return nil
	}
	problems := append(r.repo.config.problems, preflight.Suppress(results, r.repo.config.suppressions, r.now)...)
	if r.Diff == "" {
		return problems
	}
	changed, err := r.repo.changed(ctx, r.Diff)
	if err != nil {
		r.errors = append(r.errors, err.Error())
		return problems
	}
	preflight.OnlyIn(results, changed)
	return problems
}

// about runs the checks of the run itself.
func (r *run) about(results []preflight.Result, problems []preflight.SuppressionProblem) []preflight.Result {
	in := &self.Input{Results: results, Suppressions: problems, Now: r.now}
	if r.repo != nil {
		in.Repository = r.repo.input
		in.Skipped = r.repo.input.Tree.Skipped()
	}
	if r.secrets != nil {
		in.Incomplete = r.secrets.incomplete()
	}
	return preflight.Run(context.Background(), catalogue.Self(), in, preflight.Options{Skip: r.skip})
}
