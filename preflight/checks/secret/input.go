package secret

import (
	"fmt"
	"path"
	"slices"
	"sort"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/secrets"
)

// Input is a repository with what the secret scanner read of it.
type Input struct {
	*check.Input
	Tree    *secrets.Tree    // nil when the files could not be scanned
	History *secrets.History // nil when there is none; such checks are not run
	// Ignored says which of EnvNames the ignore rules cover; nil when git was not asked.
	Ignored map[string]bool
	// Sub is the folder inside the repository; paths of History are relative to the repository.
	Sub string
	// Fingerprint is equal for equal values of one run.
	Fingerprint func(value string) string
}

// Check is a check of secrets.
type Check = preflight.Check[*Input]

// shared makes a check of the repository's files a check of this package.
func shared(rule preflight.Rule, run func(*Input) preflight.Outcome) Check {
	return Check{Rule: rule, Run: runner(run)}
}

// here reports whether a secret stands in the work tree, and whether in a file that git tracks.
func (in *Input) here(s *secrets.Secret) (inTree, tracked bool) {
	for _, p := range s.Places {
		if p.Commit != "" {
			continue
		}
		inTree = true
		tracked = tracked || in.tracked(p.Path)
	}
	return inTree, tracked
}

// tracked reports whether git tracks a file. Without git nobody knows, and the answer is no.
func (in *Input) tracked(file string) bool {
	tracked, known := in.Input.Tree.Tracked(file)
	return known && tracked
}

// EnvNames returns the env files that people create next to the code: in the
// root and in every folder that holds an env file or a project file.
func EnvNames(in *check.Input) []string {
	dirs := map[string]bool{".": true}
	for _, f := range in.Tree.Files() {
		base := path.Base(f.Path)
		env, _ := secrets.EnvFile(f.Path)
		if env || slices.Contains(projectFiles, base) {
			dirs[path.Dir(f.Path)] = true
		}
	}
	var out []string
	for dir := range dirs {
		if len(out) > 400 {
			break
		}
		for _, name := range commonEnvNames {
			out = append(out, path.Join(dir, name))
		}
	}
	sort.Strings(out)
	return out
}

var projectFiles = []string{"package.json", "pyproject.toml", "requirements.txt", "manage.py", "pubspec.yaml", "go.mod", "Pipfile"}

var commonEnvNames = []string{".env", ".env.local", ".env.production", ".env.staging", ".env.example"}

// places returns the places of a secret as evidence, the work tree's first.
func places(s *secrets.Secret) []preflight.Evidence {
	var out []preflight.Evidence
	for _, p := range s.Places {
		out = append(out, preflight.Evidence{File: p.Path, Line: p.Line, Commit: p.Commit, Excerpt: masked(s)})
	}
	return out
}

// masked names a secret without showing it.
func masked(s *secrets.Secret) string {
	if s.Name != "" {
		return s.Name + " = " + s.Masked
	}
	return s.Kind.Name + ": " + s.Masked
}

// rotation is what to do about secrets of the kinds given, each kind once.
func rotation(list []secrets.Secret) string {
	var b strings.Builder
	seen := map[string]bool{}
	for _, s := range list {
		if seen[s.Kind.ID] {
			continue
		}
		seen[s.Kind.ID] = true
		fmt.Fprintf(&b, "%s:", s.Kind.Name)
		if s.Kind.Page != "" {
			fmt.Fprintf(&b, " %s", s.Kind.Page)
		}
		b.WriteByte('\n')
		for i, step := range s.Kind.Steps {
			fmt.Fprintf(&b, "  %d. %s\n", i+1, step)
		}
	}
	return strings.TrimRight(b.String(), "\n")
}
