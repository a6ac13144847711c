package doctor

import (
	"context"
	"fmt"
	"strings"

	"github.com/ba-assistant/ba-assistant/internal/config"
	"github.com/ba-assistant/ba-assistant/preflight"
)

var variables = Check{
	Rule: rule("OWN-01", "The variables are complete and spelt as the program reads them", preflight.Fail, preflight.Low, "P10", "R10", "V10"),
	Run: func(_ context.Context, f *Facts) preflight.Outcome {
		var findings []preflight.Finding
		for _, p := range f.Problems {
			one := fault(preflight.Fail, p.Variable+" "+p.What, "", p.Remedy)
			one.Key = p.Variable
			findings = append(findings, one)
		}
		if f.Config == nil {
			return preflight.Found(findings...)
		}
		for _, n := range f.Config.Notices {
			findings = append(findings, fault(preflight.Warn, n, "", "Correct the name or the value, or remove it."))
		}
		if len(findings) == 0 {
			return preflight.Pass(fmt.Sprintf("%d options are read, and no name is nearly one of them.", len(config.Options())))
		}
		return preflight.Found(findings...)
	},
}

var environment = configured(rule("OWN-02", "It says whether it is production", preflight.Warn, preflight.High, "C5", "P10"),
	func(_ context.Context, f *Facts) preflight.Outcome {
		where := ""
		if f.Config.Platform != "" {
			where = " on " + f.Config.Platform
		}
		if f.Config.Production() {
			return preflight.Pass("ENVIRONMENT is production" + where + ".")
		}
		return preflight.Pass("ENVIRONMENT is development: everybody signs in without a password, and only this machine can connect.")
	})

var signIn = production(rule("OWN-03", "Sign-in leads to the public address", preflight.Fail, preflight.Low, "P1", "C1", "R1", "V1", "G1"),
	func(_ context.Context, f *Facts) preflight.Outcome {
		var uris []string
		for _, p := range []struct{ set, id string }{{f.Config.GoogleClientID, "google"}, {f.Config.MicrosoftClientID, "microsoft"}, {f.Config.OIDCIssuer, "oidc"}} {
			if p.set != "" {
				uris = append(uris, f.Config.PublicURL+"/auth/"+p.id+"/callback")
			}
		}
		return preflight.Pass("Register these redirect URIs, character for character: " + strings.Join(uris, " , "))
	})

var microsoft = production(rule("OWN-04", "It is known which Microsoft accounts may sign in", preflight.Info, 0, "G2"),
	func(_ context.Context, f *Facts) preflight.Outcome {
		switch t := strings.ToLower(f.Config.MicrosoftTenant); {
		case f.Config.MicrosoftClientID == "":
			return preflight.NotApplicable("Microsoft is not set up")
		case t == "common", t == "consumers", t == "organizations":
			return preflight.Pass("MICROSOFT_TENANT is " + t + ": accounts of many tenants reach the sign-in, and only invited people and ALLOWED_TENANTS get in.")
		}
		return preflight.Pass("Accounts of one tenant only; its issuer is checked in every token.")
	})

var clients = production(rule("OWN-05", "Production has a sign-in client of its own", preflight.Question, 0, "C8", "G1"),
	func(context.Context, *Facts) preflight.Outcome {
		return preflight.Ask("Is the client of production another one than that of development?", "Only the provider's console shows it: no localhost may stand among its redirect URIs.")
	})

var repository = Check{
	Rule: rule("OWN-07", "No secret is in git", preflight.Info, 0, "P2", "S1", "R2", "V2"),
	Run: func(context.Context, *Facts) preflight.Outcome {
		return preflight.NotChecked("a running program does not see its repository: run preflight there, which reads the whole history")
	},
}

var logs = configured(rule("OWN-28", "Logs are not lost with a disk", preflight.Info, 0, "C11"),
	func(_ context.Context, f *Facts) preflight.Outcome {
		if f.Config.LogDir == "" {
			return preflight.Pass("They go to standard error, where the platform, Docker or journald keeps them. LOG_DIR keeps them in files too, where none of these does for long enough.")
		}
		return preflight.Pass(fmt.Sprintf("They go to standard error and to files: at most %d of %d MB.", f.Config.LogFiles+1, f.Config.LogFileMB))
	})
