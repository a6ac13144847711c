package scan

import (
	"context"
	"fmt"
	"path"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/checks/secret"
	"github.com/ba-assistant/ba-assistant/preflight/secrets"
	"github.com/ba-assistant/ba-assistant/preflight/secrets/formats"
)

// secretSources is what the secret scanner read.
type secretSources struct {
	scanner *secrets.Scanner
	tree    *secrets.Tree
	history *secrets.History
	gap     string // why there is no history
	ignored map[string]bool
	sub     string
}

// readSecrets scans the tree and, in a repository, its whole history. What
// fails is said in gap and in the run's errors; nothing here ends the run.
func (r *run) readSecrets(ctx context.Context) *secretSources {
	out := &secretSources{gap: r.repo.gitGap, sub: r.repo.sub}
	matcher, err := formats.New(ctx)
	if err == nil {
		out.scanner, err = secrets.New(matcher)
	}
	if err != nil {
		out.gap = "the rules of the secret scanner could not be loaded"
		r.fail(out.gap)
		return out
	}
	out.scanner.Progress = func(done, total int) { r.report(fmt.Sprintf("history: %d of %d commits", done, total)) }
	out.tree, err = out.scanner.Tree(ctx, r.repo.root, files(r.repo))
	if err != nil {
		r.fail("the files could not be scanned for secrets: " + err.Error())
	}
	if r.repo.git == nil {
		return out
	}
	out.ignored = r.repo.ignored(ctx, secret.EnvNames(r.repo.input))
	history, err := out.scanner.History(ctx, r.repo.git)
	if err != nil {
		out.gap = "the git history could not be read: " + err.Error()
		r.fail(out.gap)
		return out
	}
	out.history = history
	return out
}

// files are those worth scanning: in a repository the tracked ones and those
// that would be added next; elsewhere all.
func files(r *repository) []string {
	var out []string
	for _, f := range r.tree.Files() {
		tracked, known := r.tree.Tracked(f.Path)
		if !known || tracked || r.input.Git.Untracked[f.Path] {
			out = append(out, f.Path)
		}
	}
	return out
}

// ignored asks git which paths its ignore rules cover; nil where it could not be asked.
func (r *repository) ignored(ctx context.Context, paths []string) map[string]bool {
	full := make([]string, len(paths))
	for i, p := range paths {
		full[i] = path.Join(r.sub, p)
	}
	found, err := r.git.Ignored(ctx, full)
	if err != nil {
		return nil
	}
	out := map[string]bool{}
	for i, p := range paths {
		out[p] = found[full[i]]
	}
	return out
}

// input is what the secret checks see.
func (s *secretSources) input(in *check.Input) *secret.Input {
	out := &secret.Input{Input: in, Tree: s.tree, History: s.history, Ignored: s.ignored, Sub: s.sub}
	if s.scanner != nil {
		out.Fingerprint = s.scanner.Fingerprint
	}
	return out
}

// incomplete lists what the scanner could not read.
func (s *secretSources) incomplete() []string {
	var out []string
	if s.tree != nil {
		out = append(out, s.tree.Incomplete...)
	}
	if s.history != nil {
		out = append(out, s.history.Incomplete...)
	}
	return out
}

// fail records that something that was asked for could not be read.
func (r *run) fail(msg string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.errors = append(r.errors, preflight.Printable(msg))
}
