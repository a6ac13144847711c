package kit

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	kits "github.com/ba-assistant/ba-assistant"
	"github.com/ba-assistant/ba-assistant/ba"
)

// Options say what cannot be known here.
type Options struct {
	Platform string // docker, compose, railway, render, fly or systemd
	Host     string // name under which people reach it, such as ba.example.com
	Name     string // of the application at Fly; empty for one that is made
	Repo     string // owner/name at GitHub, for Railway; empty for that of the clone
	Postgres bool   // compose: with PostgreSQL
	Two      bool   // compose: two instances, with PostgreSQL and Redis
	TLS      bool   // systemd: with a certificate of its own, and no proxy
	Force    bool   // replace files that somebody changed
}

// Result is what was done.
type Result struct {
	Written []string
	Kept    []string // were there already, as they should be
	Copy    string   // the file of the master key, of which a copy must be kept elsewhere; or empty
	Steps   []string // what to do next
}

// file is one file of a kit.
type file struct {
	name   string
	text   string
	mode   fs.FileMode
	secret bool
}

// Platforms are what Write knows.
func Platforms() []string {
	return []string{"docker", "compose", "railway", "render", "fly", "systemd"}
}

// Write writes the kit of a platform into dir. The errors are sentences for
// the operator; nothing is written where one file stands in the way.
func Write(dir string, o Options) (Result, error) {
	var r Result
	if err := o.complete(dir); err != nil {
		return r, err
	}
	files, err := o.files()
	if err != nil {
		return r, err
	}
	todo, err := check(dir, files, o.Force, &r)
	if err != nil {
		return r, err
	}
	for _, f := range todo {
		if err := put(dir, f); err != nil {
			return r, err
		}
		r.Written = append(r.Written, f.name)
	}
	for _, f := range files {
		if strings.HasSuffix(f.name, "master_key") || f.secret && strings.Contains(f.text, "MASTER_KEY=") {
			r.Copy = f.name
		}
	}
	r.Steps = o.steps()
	return r, nil
}

var hostName = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$`)

// complete checks the options and finds out what can be known.
func (o *Options) complete(dir string) error {
	if !slices.Contains(Platforms(), o.Platform) {
		return ba.E(ba.Invalid, "There is no kit for "+o.Platform+". Choose one of "+strings.Join(Platforms(), ", ")+".")
	}
	o.Host = strings.ToLower(strings.TrimSuffix(strings.TrimPrefix(o.Host, "https://"), "/"))
	switch {
	case o.Host == "" && slices.Contains([]string{"docker", "compose", "systemd"}, o.Platform):
		return ba.E(ba.Invalid, "The name under which people will reach it is not known. Give it: --host ba.example.com")
	case o.Host != "" && !hostName.MatchString(o.Host):
		return ba.E(ba.Invalid, "The host must be a name such as ba.example.com, without a path or port.")
	case o.TLS && o.Platform != "systemd":
		return ba.E(ba.Invalid, "A certificate of its own is for a machine with systemd; the other kits have a proxy or a platform that has it. Leave --tls out.")
	case (o.Postgres || o.Two) && o.Platform != "compose":
		return ba.E(ba.Invalid, "PostgreSQL and a second instance are in the kit compose only. For the others see docs/deploy/move.md.")
	case o.Platform != "systemd" && !source(dir):
		return ba.E(ba.Invalid, "This folder does not hold the source of BA Assistant, of which the image is built. Run this in a clone of it.")
	}
	if o.Name == "" {
		o.Name = "ba-assistant-" + random(3)
	}
	if o.Repo == "" {
		o.Repo = origin(dir)
	}
	if o.Platform == "railway" && o.Repo == "" {
		return ba.E(ba.Invalid, "The repository at GitHub that Railway builds is not known. Give it: --repo owner/name")
	}
	return nil
}

func source(dir string) bool {
	text, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	return err == nil && strings.HasPrefix(string(text), "module github.com/ba-assistant/ba-assistant\n")
}

var github = regexp.MustCompile(`(?m)^\s*url\s*=\s*\S*github\.com[:/]([\w.-]+/[\w.-]+?)(\.git)?/?\s*$`)

// origin returns owner/name of the first remote at GitHub, or nothing.
func origin(dir string) string {
	text, err := os.ReadFile(filepath.Join(dir, ".git", "config"))
	if m := github.FindSubmatch(text); err == nil && m != nil {
		return string(m[1])
	}
	return ""
}

// check says which files are to be written, and refuses the first that
// somebody else's stands in the way of.
func check(dir string, files []file, force bool, r *Result) ([]file, error) {
	var todo []file
	for _, f := range files {
		there, err := os.ReadFile(filepath.Join(dir, f.name))
		shipped, _ := fs.ReadFile(kits.FS, f.name)
		switch {
		case os.IsNotExist(err):
			todo = append(todo, f)
		case err != nil:
			return nil, ba.Wrap(ba.Unavailable, "The file "+f.name+" cannot be read. Check its permissions.", err)
		case f.secret, string(there) == f.text:
			r.Kept = append(r.Kept, f.name)
		case force, string(there) == string(shipped):
			todo = append(todo, f)
		default:
			return nil, ba.E(ba.Conflict, f.name+" is there already, and it was changed. Move it away, or replace it with --force.")
		}
	}
	return todo, nil
}

func put(dir string, f file) error {
	name := filepath.Join(dir, filepath.FromSlash(f.name))
	folder := fs.FileMode(0o755)
	if f.secret && filepath.Base(filepath.Dir(name)) == "secrets" {
		folder = 0o700
	}
	err := os.MkdirAll(filepath.Dir(name), folder)
	if err == nil {
		err = os.WriteFile(name, []byte(f.text), f.mode)
	}
	if err == nil {
		err = os.Chmod(name, f.mode) // a file that was there keeps its own otherwise
	}
	if err != nil {
		return ba.Wrap(ba.Unavailable, "The file "+f.name+" cannot be written. Check the permissions of this folder.", err)
	}
	return nil
}

// random returns n random bytes in hex.
func random(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails (Go 1.24); it would crash the program
	return hex.EncodeToString(b)
}

func masterKey() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b)
	return base64.StdEncoding.EncodeToString(b)
}

// shipped returns a file of the repository with replacements, of which each
// must be there to be made.
func shipped(name string, replace ...string) (file, error) {
	text, err := fs.ReadFile(kits.FS, name)
	if err != nil {
		return file{}, fmt.Errorf("read the kit: %w", err)
	}
	for pair := range slices.Chunk(replace, 2) {
		if !strings.Contains(string(text), pair[0]) {
			return file{}, fmt.Errorf("the kit %s does not hold %q", name, pair[0])
		}
		text = []byte(strings.ReplaceAll(string(text), pair[0], pair[1]))
	}
	return file{name: name, text: string(text), mode: 0o644}, nil
}
