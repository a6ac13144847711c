package secret

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/secrets"
)

var sec03 = shared(preflight.Rule{
	ID:      "SEC-03",
	Title:   "A secret is in the git history",
	Level:   preflight.Fail,
	Rows:    []string{"P2", "S1", "R2", "V2", "P2w2"},
	Sources: []preflight.Source{preflight.History},
	Why:     "Deleting the file does not delete it from the history: everybody who cloned the repository has the secret.",
	Fix:     "Treat it as leaked: rotate it first. Then remove it with git filter-repo and force-push; forks and caches keep it.",
	Verify:  "preflight . on a fresh clone finds it no more.",
	FixCost: "4 hours",
	Cost:    preflight.High,
	Detect:  "Every commit reachable from HEAD, the local branches, the tags and origin: all versions of env files, and the formats of providers in every other file.",
	Silent:  "Other people's pull requests in a mirror, submodules, templates, fixtures, placeholders. Secrets that are still in the files are SEC-01 and SEC-02.",
	Bad:     "git log --all -- .env shows a commit with JWT_SECRET=<43 random characters>",
	Good:    "git log --all -- .env shows nothing",
}, runSec03)

func runSec03(in *Input) preflight.Outcome {
	now := map[string]bool{}
	if in.Tree != nil {
		for _, s := range in.Tree.Secrets {
			if _, tracked := in.here(&s); tracked {
				now[s.Fingerprint] = true
			}
		}
	}
	var findings []preflight.Finding
	for i := range in.History.Secrets {
		s := &in.History.Secrets[i]
		if !now[s.Fingerprint] && s.Proven {
			findings = append(findings, in.historyFinding(s))
		}
	}
	seen := plural(in.History.Commits, "commit") + " read"
	switch {
	case len(in.History.Incomplete) > 0:
		return preflight.Unsure(in.History.Incomplete[0], findings...)
	case len(findings) == 0:
		return preflight.Pass(seen)
	}
	return preflight.Found(findings...)
}

func (in *Input) historyFinding(s *secrets.Secret) preflight.Finding {
	f := preflight.Finding{Level: preflight.Fail, Key: s.Kind.ID, Title: fmt.Sprintf("%s in the git history", s.Kind.Name)}
	pushed := false
	var paths []string
	for _, p := range s.Places {
		pushed = pushed || in.History.Pushed(p.Commit) || in.History.Pushed(p.First)
		e := preflight.Evidence{File: p.Path, Line: p.Line, Commit: p.Commit, Excerpt: masked(s), Note: p.Time.Format("2006-01-02")}
		if p.First != "" && p.First != p.Commit {
			e.Note = fmt.Sprintf("from %s (%.12s) to %s", p.Since.Format("2006-01-02"), p.First, e.Note)
		}
		f.Evidence = append(f.Evidence, e)
		if !slices.Contains(paths, p.Path) {
			paths = append(paths, p.Path)
		}
	}
	if s.Name != "" {
		f.Title = fmt.Sprintf("%s (%s) in the git history", s.Name, s.Kind.Name)
	}
	f.Detail = "It is no longer in the files, and still in the commits. No branch of origin is known to hold it: if it was never pushed, rewriting the history is enough."
	if pushed {
		f.Detail = "It is no longer in the files, and still in commits that were pushed: it must count as leaked."
	}
	var args []string
	for _, p := range paths {
		args = append(args, "--path "+quote(p))
	}
	clean := "  git filter-repo --replace-text <(echo 'THE-SECRET==>removed')"
	if len(s.Places) > 0 && s.Places[0].Env {
		clean = "  git filter-repo --invert-paths " + strings.Join(args, " ")
	}
	f.Fix = "Rotate first:\n" + rotation([]secrets.Secret{*s}) + "\nThen rewrite the history (everybody clones again afterwards):\n" + clean + "\n  git push --force --all && git push --force --tags"
	return f
}
