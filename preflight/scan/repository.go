package scan

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/secrets"
	"github.com/ba-assistant/ba-assistant/preflight/tree"
)

// repository is an opened work tree.
type repository struct {
	root   string // the folder that is looked at
	sub    string // of it inside the repository, "" for the whole
	tree   *tree.Tree
	git    *secrets.Repo // nil where there is none
	gitGap string        // why not
	broken bool          // there is a repository, and git refuses it
	input  *check.Input
	config *config
}

// Close releases the folder.
func (r *repository) Close() error { return r.tree.Close() }

// openRepository lists the files and reads code, manifests and the index. The
// error is ba.Invalid for a path that is no folder or an empty one.
func (r *run) openRepository(ctx context.Context) error {
	info, err := os.Stat(r.Path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return ba.E(ba.Invalid, fmt.Sprintf("There is no folder %q. Give the folder of the repository, or an address that begins with https://.", r.Path))
	case err != nil:
		return ba.Wrap(ba.Unavailable, fmt.Sprintf("The folder %q could not be read.", r.Path), err)
	case !info.IsDir():
		return ba.E(ba.Invalid, fmt.Sprintf("%q is a file. Give the folder of the repository.", r.Path))
	}
	r.report("reading files")
	t, err := tree.Open(r.Path)
	if err != nil {
		return ba.Wrap(ba.Unavailable, fmt.Sprintf("The folder %q could not be read: check its permissions.", r.Path), err)
	}
	repo := &repository{root: r.Path, tree: t}
	git := repo.openGit(ctx)
	if len(t.Files()) == 0 && repo.git == nil {
		t.Close()
		return ba.E(ba.Invalid, fmt.Sprintf("There are no files in %q: nothing to check.", r.Path))
	}
	repo.input, err = check.Load(t, r.now)
	if err != nil {
		t.Close()
		return err
	}
	repo.input.Git = git
	repo.input.URL = r.Site.URL
	if repo.broken {
		r.errors = append(r.errors, repo.gitGap)
	}
	if r.Names != nil {
		repo.input.Names = map[string]bool{}
		for _, n := range r.Names {
			repo.input.Names[n] = true
		}
	}
	repo.config = readConfig(t)
	repo.input.Answers = repo.config.answers
	r.repo = repo
	return nil
}

func (r *run) report(what string) {
	if r.Progress != nil {
		r.Progress(what)
	}
}

// openGit reads what the index says. Its paths are relative to the repository;
// those of the tree to the folder that was given.
func (r *repository) openGit(ctx context.Context) check.Git {
	git, err := secrets.Open(r.root)
	if err != nil {
		r.gitGap = gapOf(err)
		return check.Git{Dirty: -1}
	}
	if git.Root == "" {
		r.git = git
		return check.Git{Repository: true, Dirty: -1}
	}
	r.sub = below(git.Root, r.root)
	out := check.Git{Repository: true, Dirty: -1}
	tracked, err := git.Tracked(ctx, r.sub)
	if err != nil {
		r.gitGap = "the repository is damaged: git could not read its index, so neither tracked files nor history are known; git status says what is wrong"
		r.broken = true
		return check.Git{Dirty: -1}
	}
	r.git = git
	r.tree.SetTracked(r.relative(tracked))
	out.Shallow = exists(filepath.Join(git.CommonDir, "shallow"))
	out.Partial = partial(git.CommonDir)
	out.Submodules = submodules(r.tree)
	if untracked, err := git.Untracked(ctx, r.sub); err == nil {
		out.Untracked = map[string]bool{}
		for _, p := range r.relative(untracked) {
			out.Untracked[p] = true
		}
		out.Dirty = len(out.Untracked)
	}
	return out
}

func gapOf(err error) string {
	var e *ba.Error
	switch {
	case errors.Is(err, secrets.ErrNotRepository):
		return "not a git repository, so there is no history to read"
	case errors.As(err, &e):
		return e.Msg
	}
	return "the git repository could not be read"
}

// below returns dir relative to root with slashes, "" for the root itself.
func below(root, dir string) string {
	real := func(p string) string {
		if abs, err := filepath.Abs(p); err == nil {
			p = abs
		}
		if resolved, err := filepath.EvalSymlinks(p); err == nil {
			p = resolved
		}
		return p
	}
	rel, err := filepath.Rel(real(root), real(dir))
	if err != nil || rel == "." {
		return ""
	}
	return filepath.ToSlash(rel)
}

// relative turns paths of the repository into paths of the folder.
func (r *repository) relative(paths []string) []string {
	if r.sub == "" {
		return paths
	}
	out := make([]string, 0, len(paths))
	for _, p := range paths {
		if rest, ok := strings.CutPrefix(p, r.sub+"/"); ok {
			out = append(out, rest)
		}
	}
	return out
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// partial reports whether objects may be missing by intent: git keeps a marker
// beside every pack of a partial clone (gitformat-pack, promisor files).
func partial(commonDir string) bool {
	found, _ := filepath.Glob(filepath.Join(commonDir, "objects", "pack", "*.promisor"))
	return len(found) > 0
}

func submodules(t *tree.Tree) []string {
	var out []string
	for line := range strings.Lines(t.Text(".gitmodules")) {
		if key, value, ok := strings.Cut(line, "="); ok && strings.TrimSpace(key) == "path" {
			out = append(out, strings.TrimSpace(value))
		}
	}
	return out
}

// changed returns the files that differ from a commit, untracked ones included, and the commits since.
func (r *repository) changed(ctx context.Context, base string) (map[string]bool, error) {
	if r.git == nil {
		return nil, fmt.Errorf("--diff needs a git repository: %s", r.gitGap)
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	files, commits, err := r.git.Changed(ctx, base)
	if err != nil {
		return nil, fmt.Errorf("--diff %q could not be compared: name a commit or branch that this clone has (in CI, check out with enough history)", base)
	}
	out := map[string]bool{}
	for _, p := range slices.Concat(r.relative(files), commits, keys(r.input.Git.Untracked)) {
		out[p] = true
	}
	return out, nil
}

func keys(m map[string]bool) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	return out
}
