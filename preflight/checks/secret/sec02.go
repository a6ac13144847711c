package secret

import (
	"fmt"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/secrets"
)

var sec02 = shared(preflight.Rule{
	ID:      "SEC-02",
	Title:   "A secret stands in source, a script or a document",
	Level:   preflight.Fail,
	Rows:    []string{"P2", "S1", "R2"},
	Sources: []preflight.Source{preflight.Repo},
	Why:     "Everybody who can read the code can use the account, the data or the budget behind the secret.",
	Fix:     "Rotate it, read it from a variable, and see SEC-03 for the history.",
	Verify:  "preflight . finds it no more.",
	FixCost: "30 minutes",
	Cost:    preflight.High,
	Detect:  "The formats of providers (prefix, length, checksum), private keys, connection strings with a password; a random-looking literal given to a secret's name is a warning.",
	Silent:  "Lock files, checksums, public keys, identifiers, tests and examples, tokens of documentation, publishable keys, files that git ignores.",
	Bad:     "-- app/mail.py --\nclient = Mail(api_key=\"SG.<a key of SendGrid's format>\")\n",
	Good:    "-- app/mail.py --\nclient = Mail(api_key=os.environ[\"SENDGRID_API_KEY\"])\n",
}, runSec02)

func runSec02(in *Input) preflight.Outcome {
	if in.Tree == nil {
		return preflight.NotChecked("the files could not be scanned for secrets")
	}
	var findings []preflight.Finding
	for i := range in.Tree.Secrets {
		if f, ok := in.sourceFinding(&in.Tree.Secrets[i]); ok {
			findings = append(findings, f)
		}
	}
	if len(findings) == 0 {
		return preflight.Pass(plural(in.Tree.Files, "file") + " read")
	}
	return preflight.Found(findings...)
}

func (in *Input) sourceFinding(s *secrets.Secret) (preflight.Finding, bool) {
	one := *s
	one.Places = nil
	onlyUntracked, doc := true, true
	for _, p := range s.Places {
		if p.Env || !s.Proven && in.sets(p.Path, s.Name) {
			continue // SEC-01 and SEC-05 speak of env files, SEC-06 of what a manifest sets
		}
		one.Places = append(one.Places, p)
		onlyUntracked = onlyUntracked && in.Git.Untracked[p.Path]
		doc = doc && p.Doc
	}
	if len(one.Places) == 0 {
		return preflight.Finding{}, false
	}
	f := preflight.Finding{
		Level: preflight.Fail, Key: s.Kind.ID, Evidence: places(&one),
		Title: fmt.Sprintf("%s in %s", s.Kind.Name, one.Places[0].Path),
		Fix:   "Rotate it:\n" + rotation([]secrets.Secret{one}) + "\nThen read it from a variable.",
	}
	switch {
	case !s.Proven:
		f.Level = preflight.Warn
		f.Title = fmt.Sprintf("%s looks like a secret in %s", name(s), one.Places[0].Path)
		f.Detail = "It is a guess: a secret's name with a value that nobody types. No provider's format shows it."
	case onlyUntracked:
		f.Level = preflight.Warn
		f.Detail = "The file is not in git yet: git add . would add it."
	}
	return f, true
}

func name(s *secrets.Secret) string {
	if s.Name == "" {
		return "A literal"
	}
	return s.Name
}

// sets reports whether a manifest gives its services the variable of a name.
func (in *Input) sets(file, name string) bool {
	if in.Input == nil || in.Deploy == nil || name == "" {
		return false
	}
	for _, p := range in.Deploy.Paths {
		if v, ok := p.Vars[name]; ok && v.File == file {
			return true
		}
	}
	return false
}
