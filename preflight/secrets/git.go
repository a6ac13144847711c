package secrets

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
)

// ErrNotRepository says that no git repository contains the given folder.
var ErrNotRepository = errors.New("not a git repository")

// Repo is a git repository on disk that is read and never trusted. It is safe
// for concurrent use.
type Repo struct {
	Root      string // the working tree; empty for a bare repository
	GitDir    string // of this working tree
	CommonDir string // holds objects and refs; differs from GitDir in a linked worktree
	git       string // path of the git program
}

// Open finds the repository that contains dir. It returns ErrNotRepository
// (wrapped) where there is none and ba.Unavailable where git is not installed.
func Open(dir string) (*Repo, error) {
	git, err := exec.LookPath("git")
	if err != nil {
		return nil, ba.Wrap(ba.Unavailable, "The git program is not installed, so the history was not read. Install git and run again.", err)
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("find the repository: %w", err)
	}
	if looksLikeGitDir(abs) {
		return &Repo{GitDir: abs, CommonDir: abs, git: git}, nil
	}
	for at := abs; ; at = filepath.Dir(at) {
		gitDir, err := gitDirOf(at)
		if err == nil {
			common, err := commonDirOf(gitDir)
			if err != nil {
				return nil, err
			}
			return &Repo{Root: at, GitDir: gitDir, CommonDir: common, git: git}, nil
		}
		if !errors.Is(err, ErrNotRepository) {
			return nil, err
		}
		if at == filepath.Dir(at) {
			return nil, fmt.Errorf("%s: %w", dir, ErrNotRepository)
		}
	}
}

// gitDirOf follows root/.git, which is a folder, or a file that names one in
// linked worktrees and submodules (gitrepository-layout).
func gitDirOf(root string) (string, error) {
	at := filepath.Join(root, ".git")
	info, err := os.Stat(at)
	if err != nil {
		return "", ErrNotRepository
	}
	if info.IsDir() {
		if !looksLikeGitDir(at) {
			return "", ErrNotRepository
		}
		return at, nil
	}
	target, ok := strings.CutPrefix(firstLine(at), "gitdir: ")
	if !ok {
		return "", ErrNotRepository
	}
	if !filepath.IsAbs(target) {
		target = filepath.Join(root, target)
	}
	if _, err := os.Stat(filepath.Join(target, "HEAD")); err != nil {
		return "", ba.Wrap(ba.Unavailable, "The .git file names a folder that is not there, so the history was not read. Scan the original clone.", err)
	}
	return target, nil
}

func commonDirOf(gitDir string) (string, error) {
	rel := firstLine(filepath.Join(gitDir, "commondir"))
	if rel == "" {
		return gitDir, nil
	}
	if !filepath.IsAbs(rel) {
		rel = filepath.Join(gitDir, rel)
	}
	if !looksLikeGitDir(rel) {
		return "", ba.E(ba.Unavailable, "The repository of this worktree was not found, so the history was not read. Scan the original clone.")
	}
	return filepath.Clean(rel), nil
}

func looksLikeGitDir(dir string) bool {
	if _, err := os.Stat(filepath.Join(dir, "HEAD")); err != nil {
		return false
	}
	info, err := os.Stat(filepath.Join(dir, "objects"))
	return err == nil && info.IsDir()
}

// firstLine returns the first line of a small file, and "" when it cannot be read.
func firstLine(path string) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	line, _ := bufio.NewReader(io.LimitReader(f, 8<<10)).ReadString('\n')
	return strings.TrimSpace(line)
}

// hardening switches off, on the command line, where it wins over the
// repository's own configuration, every setting that names a program or
// another file to read.
var hardening = []string{
	"--no-pager", "--no-replace-objects",
	"-c", "core.fsmonitor=", "-c", "core.hooksPath=/dev/null", "-c", "core.untrackedCache=false",
	"-c", "core.excludesFile=", "-c", "core.attributesFile=", "-c", "core.pager=cat",
	"-c", "core.alternateRefsCommand=true", "-c", "core.sshCommand=false", "-c", "core.quotePath=false",
	"-c", "diff.external=", "-c", "diff.noprefix=false", "-c", "diff.mnemonicPrefix=false", "-c", "diff.orderFile=/dev/null",
	"-c", "log.showSignature=false", "-c", "log.mailmap=false", "-c", "gpg.program=false", "-c", "protocol.allow=never",
	"-c", "submodule.recurse=false", "-c", "safe.directory=*", "-c", "gc.auto=0", "-c", "maintenance.auto=false", "-c", "attr.tree=",
}

// environment is built from nothing: no GIT_* variable of the caller gets
// through, no configuration outside the repository is read, and no transport
// may be opened, so that a partial clone fails instead of fetching.
func environment(extra ...string) []string {
	env := []string{
		"LC_ALL=C", "HOME=/nonexistent", "XDG_CONFIG_HOME=/nonexistent",
		"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null", "GIT_ATTR_NOSYSTEM=1",
		"GIT_NO_REPLACE_OBJECTS=1", "GIT_NO_LAZY_FETCH=1", "GIT_ALLOW_PROTOCOL=none", "GIT_TERMINAL_PROMPT=0",
		"GIT_ASKPASS=false", "SSH_ASKPASS=false", "GIT_OPTIONAL_LOCKS=0", "GIT_PAGER=cat", "GIT_FLUSH=0",
	}
	for _, name := range []string{"PATH", "TMPDIR", "SYSTEMROOT"} {
		if v, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+v)
		}
	}
	return append(env, extra...)
}

// command prepares git on the repository itself, for what needs its index,
// refs or ignore rules. None of these commands runs filters, hooks or text
// conversions.
func (r *Repo) command(ctx context.Context, args ...string) *exec.Cmd {
	full := append(append([]string{}, hardening...), "--git-dir="+r.GitDir)
	if r.Root != "" {
		full = append(full, "--work-tree="+r.Root)
	}
	cmd := exec.CommandContext(ctx, r.git, append(full, args...)...)
	cmd.Dir = r.Root
	if r.Root == "" {
		cmd.Dir = r.GitDir
	}
	cmd.Env = environment()
	return cmd
}

// output runs git and returns what it wrote. Anything on standard error or a
// non-zero exit outside okCodes is an error: git reports damage in either way.
func output(cmd *exec.Cmd, stdin io.Reader, okCodes ...int) ([]byte, error) {
	var stderr limitedBuffer
	cmd.Stdin, cmd.Stderr = stdin, &stderr
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		for _, code := range okCodes {
			if exit.ExitCode() == code && stderr.Len() == 0 {
				return out, nil
			}
		}
	}
	if err != nil {
		return nil, fmt.Errorf("git %s: %w: %s", subcommand(cmd.Args), err, stderr.line())
	}
	return out, nil
}

func subcommand(args []string) string {
	for i := 1; i < len(args); i++ {
		if args[i] == "-c" {
			i++
			continue
		}
		if !strings.HasPrefix(args[i], "-") {
			return args[i]
		}
	}
	return ""
}

// limitedBuffer keeps the first 4 KB that are written to it, so that a
// repository cannot fill memory with complaints.
type limitedBuffer struct{ buf bytes.Buffer }

func (b *limitedBuffer) Len() int { return b.buf.Len() }

func (b *limitedBuffer) Write(p []byte) (int, error) {
	if room := 4096 - b.buf.Len(); room > 0 {
		b.buf.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}

// line returns the first complaint on one line, with control characters
// replaced: it may quote a file name of the repository.
func (b *limitedBuffer) line() string {
	s, _, _ := strings.Cut(strings.TrimSpace(b.buf.String()), "\n")
	return printable(s)
}

func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7f || (r >= 0x80 && r < 0xa0) || r == 0xfffd {
			return '?'
		}
		return r
	}, s)
}

// Tracked returns the paths of the index below the folder sub (slash
// separated, "" for all), relative to the root, in git's order.
func (r *Repo) Tracked(ctx context.Context, sub string) ([]string, error) {
	return r.list(ctx, sub, "ls-files", "-z", "--cached")
}

// Untracked returns files on disk that `git add .` would add: neither tracked
// nor ignored.
func (r *Repo) Untracked(ctx context.Context, sub string) ([]string, error) {
	return r.list(ctx, sub, "ls-files", "-z", "--others", "--exclude-standard")
}

func (r *Repo) list(ctx context.Context, sub string, args ...string) ([]string, error) {
	args = append(args, "--")
	if sub != "" && sub != "." {
		args = append(args, sub)
	}
	cmd := r.command(ctx, args...)
	cmd.Env = append(cmd.Env, "GIT_LITERAL_PATHSPECS=1")
	out, err := output(cmd, nil)
	if err != nil {
		return nil, err
	}
	return splitNul(out), nil
}

// Ignored returns which of the paths (they need not exist) the ignore rules of
// the repository cover: all .gitignore levels with their negations, and
// info/exclude. The user's own global rules don't count, since colleagues do
// not have them.
func (r *Repo) Ignored(ctx context.Context, paths []string) (map[string]bool, error) {
	ignored := make(map[string]bool, len(paths))
	if len(paths) == 0 {
		return ignored, nil
	}
	in := strings.NewReader(strings.Join(paths, "\x00") + "\x00")
	out, err := output(r.command(ctx, "check-ignore", "-z", "--stdin", "--no-index"), in, 1)
	if err != nil {
		return nil, err
	}
	for _, p := range splitNul(out) {
		ignored[p] = true
	}
	return ignored, nil
}

func splitNul(b []byte) []string {
	s := strings.TrimSuffix(string(b), "\x00")
	if s == "" {
		return nil
	}
	return strings.Split(s, "\x00")
}

// Changed returns the files that differ between a commit (or branch) and the
// work tree, deleted ones included, relative to the root, and the commits in
// between. Filters that the repository configures are not run: what only a
// filter would hide counts as changed.
func (r *Repo) Changed(ctx context.Context, base string) (files, commits []string, err error) {
	if strings.HasPrefix(base, "-") || strings.ContainsAny(base, "\x00\n") {
		return nil, nil, fmt.Errorf("%q is no commit", printable(base))
	}
	commit, err := output(r.command(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", base+"^{commit}"), nil)
	if err != nil {
		return nil, nil, err
	}
	from := strings.TrimSpace(string(commit))
	if fork, err := output(r.command(ctx, "merge-base", from, "HEAD"), nil); err == nil {
		from = strings.TrimSpace(string(fork))
	}
	list, err := output(r.command(ctx, "rev-list", "--max-count=100000", from+"..HEAD"), nil)
	if err != nil {
		return nil, nil, err
	}
	files, err = r.list(ctx, "", "diff-index", "--name-only", "--no-renames", "--no-ext-diff", "--no-textconv", "--ignore-submodules=all", "-z", from)
	return files, strings.Fields(string(list)), err
}
