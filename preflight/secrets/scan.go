package secrets

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
)

// Scanner holds the compiled rules and the key of one run. It is safe for
// concurrent use.
type Scanner struct {
	// Progress, if set, hears how many commits of how many were read. It is
	// called from several goroutines.
	Progress func(done, total int)
	// Processes bounds the git processes that read history; 0 means as many as
	// there are processors, and at most four.
	Processes int

	matcher Matcher
	fp      *fingerprinter
}

// New returns a scanner that knows the formats of m, with a key of its own.
func New(m Matcher) (*Scanner, error) {
	fp, err := newFingerprinter()
	if err != nil {
		return nil, err
	}
	return &Scanner{matcher: m, fp: fp}, nil
}

// Fingerprint returns the keyed hash of a value: equal for equal values within
// the life of this Scanner.
func (s *Scanner) Fingerprint(value string) string { return s.fp.of(value) }

// Tree is what the working tree holds.
type Tree struct {
	Secrets []Secret
	Files   int // read
	// Incomplete lists, in words, what was not read.
	Incomplete []string
}

// History is what the commits reachable from HEAD, branches, tags and origin hold.
type History struct {
	Secrets []Secret // none of them a guess from a name: history shows formats and env files only
	Commits int
	// Incomplete lists, in words, what was not read. Where it is not empty, no
	// Secrets means unknown, never clean.
	Incomplete []string
	pushed     map[string]bool
}

// Pushed reports whether a commit is reachable from a branch of origin, as far
// as this clone knows.
func (h *History) Pushed(commit string) bool { return h.pushed[commit] }

const maxFile = 4 << 20

// Tree reads the given files below root (slash-separated, relative) and
// returns the secrets in them. Symbolic links are not followed, and nothing
// outside root is read. An error means that the tree could not be opened at all.
func (s *Scanner) Tree(ctx context.Context, root string, files []string) (*Tree, error) {
	dir, err := os.OpenRoot(root)
	if err != nil {
		return nil, fmt.Errorf("open the working tree: %w", err)
	}
	defer dir.Close()
	var (
		mu    sync.Mutex
		group sync.WaitGroup
		tree  = new(Tree)
		all   = newCollector(s.fp)
		work  = make(chan string)
	)
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for p := range work {
				found, gap := s.file(dir, p)
				mu.Lock()
				tree.Files++
				if gap != "" {
					tree.Incomplete = append(tree.Incomplete, gap)
				}
				where := placeOf(p)
				env, _ := EnvFile(p)
				for _, c := range found {
					all.add(c, Place{Path: p, Line: c.line + 1, Env: env, Doc: where.doc, Client: where.client})
				}
				mu.Unlock()
			}
		})
	}
	err = feed(ctx, work, files)
	close(work)
	group.Wait()
	tree.Secrets = all.list()
	return tree, err
}

func feed(ctx context.Context, work chan<- string, files []string) error {
	for _, p := range files {
		if placeOf(p).skip {
			continue
		}
		select {
		case work <- p:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

func (s *Scanner) file(dir *os.Root, p string) (found []candidate, gap string) {
	text, err := readText(dir, p)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, errNotText):
		return nil, ""
	case err != nil:
		return nil, fmt.Sprintf("%s: %v", printable(p), err)
	}
	return find(s.matcher, p, text, true), ""
}

var errNotText = errors.New("not text")

// readText returns the content of a regular text file. Links, folders and
// devices are errNotText.
func readText(dir *os.Root, p string) (string, error) {
	name := filepath.FromSlash(p)
	info, err := dir.Lstat(name)
	if err != nil {
		if errors.Is(err, fs.ErrPermission) {
			return "", errors.New("no permission to read it")
		}
		return "", fs.ErrNotExist
	}
	if !info.Mode().IsRegular() {
		return "", errNotText
	}
	if info.Size() > maxFile {
		return "", fmt.Errorf("larger than %d MB", maxFile>>20)
	}
	f, err := dir.Open(name)
	if err != nil {
		return "", errors.New("could not be opened")
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxFile))
	if err != nil {
		return "", errors.New("could not be read")
	}
	text, ok := decodeText(b)
	if !ok {
		return "", errNotText
	}
	return text, nil
}

// History reads every commit that is reachable from HEAD, local branches, tags
// and origin's branches. The error is for what stopped it altogether; damage
// that left a part readable is in History.Incomplete.
func (s *Scanner) History(ctx context.Context, repo *Repo) (*History, error) {
	snap, err := repo.snapshot(ctx)
	if err != nil {
		return nil, err
	}
	defer snap.Close()
	var (
		mu    sync.Mutex
		found []historyHit
	)
	w := &walk{snap: snap, skip: pathSkipper(), progress: s.Progress, procs: s.Processes}
	w.visit = func(a *addition) {
		list := s.visit(ctx, snap, a)
		mu.Lock()
		defer mu.Unlock()
		for _, c := range list {
			found = append(found, historyHit{c, a.path, a.line(c.line), a.key})
		}
	}
	if err := w.run(ctx); err != nil {
		return nil, err
	}
	h := &History{Commits: len(w.commits), Incomplete: append(snap.gaps, w.gaps...)}
	all := newCollector(s.fp)
	for _, f := range found {
		all.add(f.candidate, w.place(f))
	}
	h.Secrets = all.list()
	if len(h.Secrets) > 0 {
		if h.pushed, err = snap.reachable(ctx, snap.pushed); err != nil {
			h.Incomplete = append(h.Incomplete, "whether the commits were pushed is not known: "+err.Error())
		}
	}
	return h, nil
}

type historyHit struct {
	candidate
	path string
	line int
	key  uint64
}

func (w *walk) place(f historyHit) Place {
	where, at := placeOf(f.path), w.seen[f.key]
	env, _ := EnvFile(f.path)
	return Place{
		Path: f.path, Line: f.line, Env: env, Doc: where.doc, Client: where.client,
		Commit: w.commits[at.newest], Time: w.times[at.newest], First: w.commits[at.oldest], Since: w.times[at.oldest],
		newest: at.newest, oldest: at.oldest,
	}
}

// visit looks for formats, and for values in env files. An env file that git
// calls binary, as editors on Windows write them, is read as a whole.
func (s *Scanner) visit(ctx context.Context, snap *snapshot, a *addition) []candidate {
	text := a.text
	if a.binary {
		env, template := EnvFile(a.path)
		if !env || template || a.blob == "" {
			return nil
		}
		raw, err := output(snap.command(ctx, "cat-file", "blob", a.blob), nil)
		if err != nil || len(raw) > maxFile {
			return nil
		}
		var ok bool
		if text, ok = decodeText(raw); !ok {
			return nil
		}
	}
	return find(s.matcher, a.path, text, false)
}

// pathSkipper remembers its answers: histories name the same paths over and over.
func pathSkipper() func(string) bool {
	var known sync.Map
	return func(p string) bool {
		if skip, ok := known.Load(p); ok {
			return skip.(bool)
		}
		_, template := EnvFile(p)
		where := placeOf(p)
		skip := where.skip || where.made(p, template)
		known.Store(p, skip)
		return skip
	}
}

// reachable returns all commits that the tips lead to.
func (s *snapshot) reachable(ctx context.Context, tips []string) (map[string]bool, error) {
	set := make(map[string]bool)
	if len(tips) == 0 {
		return set, nil
	}
	out, err := output(s.command(ctx, "rev-list", "--stdin"), strings.NewReader(strings.Join(tips, "\n")+"\n"))
	if err != nil {
		return nil, err
	}
	for _, id := range strings.Fields(string(out)) {
		set[id] = true
	}
	return set, nil
}

// Files lists the regular files below root for a folder that is no repository,
// without vendored folders, links and more than limit entries.
func Files(root string, limit int) (files []string, truncated bool, err error) {
	err = filepath.WalkDir(root, func(at string, d fs.DirEntry, err error) error {
		rel, relErr := filepath.Rel(root, at)
		if err != nil || relErr != nil {
			return nil // an unreadable folder hides its content; the rest goes on
		}
		rel = filepath.ToSlash(rel)
		if d.IsDir() {
			if d.Name() == ".git" || placeOf(path.Join(rel, "x")).skip {
				return fs.SkipDir
			}
			return nil
		}
		if len(files) >= limit {
			truncated = true
			return fs.SkipAll
		}
		if d.Type().IsRegular() {
			files = append(files, rel)
		}
		return nil
	})
	return files, truncated, err
}

// Text returns the secrets in one text, judged as a file of that path would be.
func (s *Scanner) Text(path, text string) []Secret {
	all := newCollector(s.fp)
	for _, c := range find(s.matcher, path, text, false) {
		all.add(c, Place{Path: path, Line: c.line + 1})
	}
	return all.list()
}
