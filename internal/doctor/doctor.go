package doctor

import (
	"context"
	"time"

	"github.com/ba-assistant/ba-assistant/preflight"
)

// Check is a check of this deployment.
type Check = preflight.Check[*Facts]

// limit is how long one check may take; the slowest listens to a stream for
// two seconds.
const limit = 12 * time.Second

// Examine runs all checks, several at once since most of the time is waiting.
func Examine(ctx context.Context, f *Facts, version string) *preflight.Report {
	results := preflight.Run(ctx, Checks(), f, preflight.Options{Parallel: 8, Each: limit})
	report := preflight.NewReport(results, nil)
	report.Tool = preflight.Tool{Name: "ba doctor", Version: version}
	report.Time = f.Now.UTC().Truncate(time.Second)
	if f.Config != nil {
		report.Target = preflight.Target{URL: f.Config.PublicURL}
	}
	return report
}

// Checks returns all checks, in the order in which a deployment is made.
func Checks() []Check {
	return []Check{
		variables, environment,
		signIn, microsoft, clients,
		lasting, disk, installation, backups,
		origins, secretKey, masterKey, keyService, repository,
		instances, transport, certificate, ownCertificate, proxies, streams, health,
		assets, fonts, state, middleware, limits, quotas, redaction, messages, logs,
	}
}

// rule fills in what the rules of this package have in common.
func rule(id, title string, level preflight.Level, cost preflight.Cost, rows ...string) preflight.Rule {
	return preflight.Rule{ID: id, Title: title, Level: level, Rows: rows, Sources: []preflight.Source{preflight.Self}, Cost: cost,
		Verify: "Run ba doctor again."}
}

// configured makes a check that needs a valid configuration.
func configured(r preflight.Rule, run func(context.Context, *Facts) preflight.Outcome) Check {
	return Check{Rule: r, Run: func(ctx context.Context, f *Facts) preflight.Outcome {
		if f.Config == nil {
			return preflight.NotChecked("the configuration has problems; correct them first")
		}
		return run(ctx, f)
	}}
}

// production makes a check that says nothing of a laptop.
func production(r preflight.Rule, run func(context.Context, *Facts) preflight.Outcome) Check {
	return configured(r, func(ctx context.Context, f *Facts) preflight.Outcome {
		if !f.Config.Production() {
			return preflight.NotApplicable("this is a development instance, which only this machine can reach")
		}
		return run(ctx, f)
	})
}

// byDesign is a check of what cannot be configured away. The tests of the
// project prove it; here it is only told.
func byDesign(id, title, how string, rows ...string) Check {
	return Check{Rule: rule(id, title, preflight.Info, 0, rows...), Run: func(context.Context, *Facts) preflight.Outcome { return preflight.Pass("By design: " + how) }}
}

// fault is one finding.
func fault(level preflight.Level, title, detail, fix string) preflight.Finding {
	return preflight.Finding{Level: level, Title: title, Detail: detail, Fix: fix}
}
