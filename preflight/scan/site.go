package scan

import (
	"context"
	"fmt"
	"slices"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/catalogue"
	checks "github.com/ba-assistant/ba-assistant/preflight/checks/live"
	"github.com/ba-assistant/ba-assistant/preflight/live"
	"github.com/ba-assistant/ba-assistant/preflight/secrets"
	"github.com/ba-assistant/ba-assistant/preflight/secrets/formats"
)

// siteResult is what the prober found.
type siteResult struct {
	report *live.Report
	canary *live.Outcome
}

// openSite probes the deployment, if one was given. The error is for an
// address that makes no sense.
func (r *run) openSite(ctx context.Context) error {
	if r.Site.URL == "" {
		return nil
	}
	o := r.liveOptions(ctx)
	report, err := live.Run(ctx, o)
	if err != nil {
		return err
	}
	r.site = &siteResult{report: report}
	if len(report.Hosts) == 0 {
		r.fail(fmt.Sprintf("%s gave no answer, so nothing of it was checked: %s", r.Site.URL, why(report)))
	}
	if r.Site.Canary == nil {
		return nil
	}
	out, err := live.CheckCanary(ctx, o, r.Site.Canary)
	if err != nil {
		return err
	}
	r.site.canary = &out
	return nil
}

// why returns what the prober says of a host that gave no answer.
func why(report *live.Report) string {
	for _, id := range []string{"HLT-05", "TLS-04", "TLS-01"} {
		for _, o := range report.Outcomes {
			if o.ID == id && o.State == live.NotDetermined {
				return o.Title
			}
		}
	}
	return "the run ended before it did"
}

func (r *run) liveOptions(ctx context.Context) live.Options {
	s := r.Site
	o := live.Options{
		Site: s.URL, API: s.API, AllowPrivate: s.AllowPrivate, Active: s.Active, ContactProvider: s.AskProvider,
		LoginPath: s.LoginPath, StreamPath: s.StreamPath, HealthPath: s.HealthPath, Bearer: s.Bearer, UserToken: s.UserToken,
		Keys: secrets.PublishedKeys(), Secrets: scripts(ctx), Network: r.Network,
		Progress: func(step string) { r.report("site: " + step) },
	}
	if r.Version != "" {
		o.UserAgent = "preflight/" + r.Version + " (+https://github.com/ba-assistant/ba-assistant; deployment check run by the owner)"
	}
	if r.Live != nil {
		r.Live(&o)
	}
	return o
}

// scripts returns what names the secrets in a downloaded script, nil where the
// scanner could not be built: the check then says that it did not run.
func scripts(ctx context.Context) func(name, text string) []string {
	matcher, err := formats.New(ctx)
	if err != nil {
		return nil
	}
	scanner, err := secrets.New(matcher)
	if err != nil {
		return nil
	}
	return func(name, text string) []string {
		var out []string
		for _, s := range scanner.Text(name, text) {
			out = append(out, s.Kind.Name+" "+s.Masked)
		}
		return out
	}
}

// siteChecks turns the measurements into results. Without a site, ids that
// also exist for the repository are left to it.
func (r *run) siteChecks(ctx context.Context, repo []preflight.Result) []preflight.Result {
	list := catalogue.Live()
	if r.site != nil {
		in := &checks.Input{Report: r.site.report, Canary: r.site.canary}
		return preflight.Run(ctx, list, in, preflight.Options{})
	}
	var only []checks.Check
	for _, c := range list {
		if !slices.ContainsFunc(repo, func(res preflight.Result) bool { return res.ID == c.ID && r.repo != nil }) {
			only = append(only, c)
		}
	}
	return skipAll(only, "no address of a running deployment was given")
}
