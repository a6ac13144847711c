package secrets

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// snapshot is an empty repository in a temporary folder whose object store
// links to the scanned one's packs and loose objects. Git reads the history
// through it, and meets none of the scanned repository's configuration, hooks,
// attributes, grafts, replacements or alternates.
type snapshot struct {
	repo *Repo
	dir  string
	tips []string // commits reachable names point to, HEAD first
	// pushed are the tips of origin's branches.
	pushed []string
	// gaps says, for a person, what the snapshot already knows to be missing.
	gaps []string
}

// snapshot prepares the reading of history. Close removes the temporary folder.
func (r *Repo) snapshot(ctx context.Context) (*snapshot, error) {
	dir, err := os.MkdirTemp("", "preflight-git-")
	if err != nil {
		return nil, fmt.Errorf("make a temporary folder: %w", err)
	}
	s := &snapshot{repo: r, dir: dir}
	if err := s.build(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Close removes the temporary folder and never the objects it links to.
func (s *snapshot) Close() error { return os.RemoveAll(s.dir) }

func (s *snapshot) build(ctx context.Context) error {
	refs, err := s.repo.refs(ctx)
	if err != nil {
		return err
	}
	if err := s.link(refs.hashLength()); err != nil {
		return fmt.Errorf("link the object store: %w", err)
	}
	if err := s.shallow(); err != nil {
		return err
	}
	return s.resolve(ctx, refs)
}

func (s *snapshot) link(hashLength int) error {
	config := "[core]\n\trepositoryformatversion = 0\n\tbare = true\n"
	if hashLength == 64 {
		config = "[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tobjectformat = sha256\n"
	}
	objects := filepath.Join(s.repo.CommonDir, "objects")
	for _, sub := range []string{"refs", "objects"} {
		if err := os.Mkdir(filepath.Join(s.dir, sub), 0o700); err != nil {
			return err
		}
	}
	// An unborn branch: newer git reads attributes from HEAD's tree in bare repositories.
	if err := os.WriteFile(filepath.Join(s.dir, "HEAD"), []byte("ref: refs/heads/none\n"), 0o600); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(s.dir, "config"), []byte(config), 0o600); err != nil {
		return err
	}
	entries, err := os.ReadDir(objects)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name() != "pack" && !isFanout(e.Name()) {
			continue // info/alternates above all
		}
		if err := os.Symlink(filepath.Join(objects, e.Name()), filepath.Join(s.dir, "objects", e.Name())); err != nil {
			return err
		}
	}
	if b, err := os.ReadFile(filepath.Join(objects, "info", "alternates")); err == nil && len(bytes.TrimSpace(b)) > 0 {
		s.gaps = append(s.gaps, "the clone borrows objects from another repository, which was not read; `git repack -a -d` makes it whole")
	}
	return nil
}

func isFanout(name string) bool {
	return len(name) == 2 && strings.Trim(name, "0123456789abcdef") == ""
}

// shallow copies the list of commits whose parents are absent: git needs it,
// and the reader must hear of it.
func (s *snapshot) shallow() error {
	b, err := os.ReadFile(filepath.Join(s.repo.CommonDir, "shallow"))
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the shallow boundary: %w", err)
	}
	if len(bytes.TrimSpace(b)) == 0 {
		return nil
	}
	s.gaps = append(s.gaps, "the clone is shallow, so older commits were not read; run `git fetch --unshallow`")
	return os.WriteFile(filepath.Join(s.dir, "shallow"), b, 0o600)
}

// refList are the names whose history is the owner's own: HEAD, branches, tags
// and origin. Other people's pull requests in a mirror are not.
type refList struct {
	all    []string // object ids
	pushed []string
}

func (l refList) hashLength() int {
	if len(l.all) > 0 {
		return len(l.all[0])
	}
	return 40
}

func (r *Repo) refs(ctx context.Context) (refList, error) {
	var list refList
	head, err := output(r.command(ctx, "rev-parse", "--verify", "-q", "HEAD"), nil, 1)
	if err != nil {
		return list, err
	}
	if id := strings.TrimSpace(string(head)); isObjectID(id) {
		list.all = append(list.all, id)
	}
	out, err := output(r.command(ctx, "for-each-ref", "--format=%(objectname) %(refname)",
		"refs/heads", "refs/tags", "refs/remotes/origin"), nil)
	if err != nil {
		return list, err
	}
	for line := range strings.Lines(string(out)) {
		id, name, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok || !isObjectID(id) {
			continue
		}
		list.all = append(list.all, id)
		if strings.HasPrefix(name, "refs/remotes/origin/") {
			list.pushed = append(list.pushed, id)
		}
	}
	return list, nil
}

func isObjectID(s string) bool {
	return (len(s) == 40 || len(s) == 64) && strings.Trim(s, "0123456789abcdef") == ""
}

// resolve peels every ref. A tag of a file is no history; a missing object is
// a gap.
func (s *snapshot) resolve(ctx context.Context, refs refList) error {
	commits, missing, err := s.peel(ctx, refs.all)
	if err != nil {
		return err
	}
	if missing > 0 {
		s.gaps = append(s.gaps, fmt.Sprintf("%d branches or tags point to commits that are not in this clone", missing))
	}
	s.tips = commits
	s.pushed, _, err = s.peel(ctx, refs.pushed)
	return err
}

// peel follows tags to what they name and returns the commits among it, each
// once, and how many names lead nowhere.
func (s *snapshot) peel(ctx context.Context, ids []string) (commits []string, missing int, err error) {
	if len(ids) == 0 {
		return nil, 0, nil
	}
	in := strings.NewReader(strings.Join(ids, "^{}\n") + "^{}\n")
	out, err := output(s.command(ctx, "cat-file", "--batch-check=%(objectname) %(objecttype)"), in)
	if err != nil {
		return nil, 0, err
	}
	seen := make(map[string]bool)
	for line := range strings.Lines(string(out)) {
		id, kind, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch {
		case kind == "missing":
			missing++
		case kind == "commit" && !seen[id]:
			seen[id] = true
			commits = append(commits, id)
		}
	}
	return commits, missing, nil
}

// command prepares git on the snapshot.
func (s *snapshot) command(ctx context.Context, args ...string) *exec.Cmd {
	full := append(append([]string{}, hardening...), "--git-dir="+s.dir)
	cmd := exec.CommandContext(ctx, s.repo.git, append(full, args...)...)
	cmd.Dir = s.dir
	cmd.Env = environment()
	return cmd
}
