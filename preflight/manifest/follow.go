package manifest

import (
	"encoding/json"
	"path"
	"regexp"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight/tree"
)

// follower resolves commands to the processes they start, through scripts,
// package.json, Makefile, Procfile and supervisor programs.
type follower struct {
	t *tree.Tree
	// find maps a file as the command sees it to a path in the tree, "" if it is not there.
	find  func(dir, name string) string
	steps []Process
	depth int
}

const (
	maxFollow = 8
	maxSteps  = 400
)

// frame is where a piece of shell text stands.
type frame struct {
	dir   string   // current directory as the command sees it
	at    Place    // of the text's first line
	file  bool     // the text is a file of its own: lines count
	args  []string // what "$@" is
	maybe bool
}

// follow resolves argv (exec form) or text (shell form).
func follow(t *tree.Tree, find func(dir, name string) string, c *Command, argv []string, dir string) {
	f := &follower{t: t, find: find}
	fr := frame{dir: dir, at: c.Place}
	if c.Exec {
		f.one(argv, nil, &fr, c.Place, "")
	} else {
		f.text(c.Text, fr)
	}
	f.markLast()
	c.Steps = f.steps
}

// markLast marks the last process in the foreground, unless a supervisor already marked its own.
func (f *follower) markLast() {
	for _, s := range f.steps {
		if s.Last {
			return
		}
	}
	for i := len(f.steps) - 1; i >= 0; i-- {
		if !trivial[f.steps[i].Program()] {
			f.steps[i].Last = true
			return
		}
	}
}

// trivial programs never are the server.
var trivial = map[string]bool{"echo": true, "printf": true, "true": true, "false": true, ":": true, "exit": true, "set": true, "export": true, "source": true, ".": true,
	"sleep": true, "wait": true, "mkdir": true, "chown": true, "chmod": true, "cp": true, "mv": true, "rm": true, "ln": true, "touch": true, "cat": true, "ls": true,
	"[": true, "[[": true, "test": true, "trap": true, "unset": true, "local": true, "return": true, "shift": true, "read": true, "date": true, "sed": true, "grep": true,
	"envsubst": true, "id": true, "pwd": true, "which": true, "ulimit": true, "umask": true, "kill": true, "function": true}

func (f *follower) text(text string, fr frame) {
	if f.depth++; f.depth > maxFollow {
		f.depth--
		return
	}
	defer func() { f.depth-- }()
	env := map[string]string{}
	for _, s := range shellSplit(text) {
		at := fr.at
		if fr.file {
			at.Line = s.line + 1
		} else if s.line > 0 {
			at.Line += s.line
		}
		if len(s.args) == 0 { // NAME=value alone
			for k, v := range s.env {
				env[k] = v
			}
			continue
		}
		if s.args[0] == "export" {
			for _, a := range s.args[1:] {
				if name, value, ok := strings.Cut(a, "="); ok && isName(name) {
					env[name] = value
				}
			}
			continue
		}
		sub := fr
		sub.maybe = fr.maybe || s.maybe
		done := f.one(s.args, joinEnv(env, s.env), &sub, at, s.then)
		fr.dir = sub.dir
		if done && !sub.maybe {
			return
		}
	}
}

func joinEnv(a, b map[string]string) map[string]string {
	if len(a)+len(b) == 0 {
		return nil
	}
	out := make(map[string]string, len(a)+len(b))
	for k, v := range a {
		out[k] = v
	}
	for k, v := range b {
		out[k] = v
	}
	return out
}

// one follows a single command. It reports whether nothing after it runs (exec).
func (f *follower) one(args []string, env map[string]string, fr *frame, at Place, then string) (ends bool) {
	if len(f.steps) >= maxSteps {
		return true
	}
	args, env, ends = unwrap(args, env)
	if len(args) == 1 && (args[0] == "$@" || args[0] == "${@}") || len(args) > 0 && args[0] == "$@" {
		args, env, _ = unwrap(fr.args, env)
	}
	if len(args) == 0 {
		return ends
	}
	inner := *fr
	inner.at, inner.file = at, false
	if f.enter(args, env, &inner, fr) {
		return ends
	}
	f.steps = append(f.steps, Process{Args: args, Env: env, Dir: fr.dir, Place: at, Maybe: fr.maybe})
	return ends && then != "&"
}

// enter follows what a program runs in turn. It reports whether it did.
func (f *follower) enter(args []string, env map[string]string, inner, fr *frame) bool {
	name := path.Base(args[0])
	switch name {
	case "cd", "pushd":
		if len(args) > 1 && !strings.Contains(args[1], "$") {
			fr.dir = path.Join(fr.dir, args[1])
			if path.IsAbs(args[1]) {
				fr.dir = args[1]
			}
		}
		return true
	case "sh", "bash", "ash", "dash", "zsh":
		return f.shell(args, inner)
	case "npm", "yarn", "pnpm", "bun":
		return f.nodeScript(args, *inner)
	case "make":
		return f.makeTarget(args, *inner)
	case "supervisord":
		return f.supervisor(args, *inner)
	case "honcho", "foreman", "forego", "hivemind", "overmind":
		return f.procfile(*inner)
	case "concurrently", "npm-run-all", "run-p":
		return f.several(args, *inner)
	case "source", ".":
		return false
	}
	if strings.HasSuffix(name, ".sh") || strings.HasSuffix(name, ".bash") || strings.Contains(args[0], "/") || strings.Contains(name, "entrypoint") {
		return f.script(args[0], args[1:], *inner)
	}
	return false
}

func (f *follower) shell(args []string, fr *frame) bool {
	for i := 1; i < len(args); i++ {
		a := args[i]
		if strings.HasPrefix(a, "-") && !strings.HasPrefix(a, "--") && strings.Contains(a, "c") && i+1 < len(args) {
			sub := *fr
			if i+3 <= len(args) {
				sub.args = args[min(len(args), i+3):]
			}
			f.text(args[i+1], sub)
			return true
		}
		if !strings.HasPrefix(a, "-") {
			return f.script(a, args[i+1:], *fr)
		}
	}
	return false
}

// script follows a shell script of the repository. A script in another language is a program.
func (f *follower) script(name string, args []string, fr frame) bool {
	file := f.find(fr.dir, name)
	if file == "" {
		return false
	}
	text := f.t.Text(file)
	line, _, _ := strings.Cut(text, "\n")
	shell := strings.HasPrefix(line, "#!") && strings.Contains(line, "sh")
	if !shell && !(strings.HasSuffix(file, ".sh") && !strings.HasPrefix(line, "#!")) {
		return false
	}
	f.text(text, frame{dir: fr.dir, at: Place{file, 1}, file: true, args: args, maybe: fr.maybe})
	return true
}

var nodeBuiltins = map[string]bool{"install": true, "ci": true, "add": true, "i": true, "exec": true, "dlx": true, "x": true, "--version": true, "cache": true, "config": true, "prune": true, "set": true, "global": true, "audit": true, "rebuild": true}

// nodeScript follows npm start, npm run NAME and their like.
func (f *follower) nodeScript(args []string, fr frame) bool {
	dir, rest := fr.dir, []string{}
	for i := 1; i < len(args); i++ {
		switch a := args[i]; {
		case (a == "--prefix" || a == "-C" || a == "--cwd" || a == "--dir") && i+1 < len(args):
			i++
			dir = path.Join(dir, args[i])
		case strings.HasPrefix(a, "--prefix=") || strings.HasPrefix(a, "--cwd="):
			dir = path.Join(dir, a[strings.IndexByte(a, '=')+1:])
		case strings.HasPrefix(a, "-") && len(rest) == 0:
		default:
			rest = append(rest, a)
		}
	}
	if len(rest) > 0 && (rest[0] == "run" || rest[0] == "run-script") {
		rest = rest[1:]
	} else if len(rest) > 0 && nodeBuiltins[rest[0]] {
		return false
	}
	if len(rest) == 0 {
		return false
	}
	file := f.find(dir, "package.json")
	text, line := packageScript(f.t, file, rest[0])
	if text == "" {
		return false
	}
	if extra := strings.Join(skipDashes(rest[1:]), " "); extra != "" {
		text += " " + extra
	}
	f.text(text, frame{dir: dir, at: Place{file, line}, maybe: fr.maybe})
	return true
}

func skipDashes(args []string) []string {
	if len(args) > 0 && args[0] == "--" {
		return args[1:]
	}
	return args
}

// packageScript returns a script of a package.json and its line.
func packageScript(t *tree.Tree, file, name string) (text string, line int) {
	if file == "" {
		return "", 0
	}
	var pkg struct {
		Scripts map[string]string `json:"scripts"`
	}
	src, err := t.Read(file)
	if err != nil || json.Unmarshal(src, &pkg) != nil {
		return "", 0
	}
	return pkg.Scripts[name], lineOfKey(string(src), name, "scripts")
}

// lineOfKey returns the 1-based line of a JSON key, looked for after another key; 0 if it is absent.
func lineOfKey(src, key, after string) int {
	from := 0
	if after != "" {
		from = max(0, strings.Index(src, `"`+after+`"`))
	}
	re := regexp.MustCompile(`"` + regexp.QuoteMeta(key) + `"\s*:`)
	m := re.FindStringIndex(src[from:])
	if m == nil {
		return 0
	}
	return 1 + strings.Count(src[:from+m[0]], "\n")
}

func (f *follower) makeTarget(args []string, fr frame) bool {
	target := ""
	for _, a := range args[1:] {
		if !strings.HasPrefix(a, "-") && !strings.Contains(a, "=") {
			target = a
		}
	}
	file := f.find(fr.dir, "Makefile")
	if file == "" || target == "" {
		return false
	}
	lines := strings.Split(f.t.Text(file), "\n")
	for i, l := range lines {
		if !strings.HasPrefix(l, target+":") || strings.HasPrefix(l, target+":=") {
			continue
		}
		for j := i + 1; j < len(lines) && (strings.HasPrefix(lines[j], "\t") || strings.TrimSpace(lines[j]) == ""); j++ {
			recipe := strings.TrimLeft(strings.TrimPrefix(lines[j], "\t"), "@-+")
			f.text(strings.ReplaceAll(recipe, "$$", "$"), frame{dir: fr.dir, at: Place{file, j + 1}, maybe: fr.maybe})
		}
		return true
	}
	return false
}

// supervisor follows the programs of a supervisord configuration: all of them stay.
func (f *follower) supervisor(args []string, fr frame) bool {
	names := []string{"supervisord.conf", "/etc/supervisord.conf", "/etc/supervisor/supervisord.conf", "/etc/supervisor/conf.d/supervisord.conf"}
	for i, a := range args {
		if (a == "-c" || a == "--configuration") && i+1 < len(args) {
			names = []string{args[i+1]}
		}
	}
	for _, n := range names {
		file := f.find(fr.dir, n)
		if file == "" {
			continue
		}
		for i, l := range strings.Split(f.t.Text(file), "\n") {
			key, value, ok := strings.Cut(l, "=")
			if ok && strings.TrimSpace(key) == "command" {
				f.stay(strings.TrimSpace(value), frame{dir: fr.dir, at: Place{file, i + 1}, maybe: fr.maybe})
			}
		}
		return true
	}
	return false
}

func (f *follower) procfile(fr frame) bool {
	file := f.find(fr.dir, "Procfile")
	if file == "" {
		return false
	}
	for _, e := range procfileEntries(f.t.Text(file)) {
		f.stay(e.command, frame{dir: fr.dir, at: Place{file, e.line}, maybe: fr.maybe})
	}
	return true
}

func (f *follower) several(args []string, fr frame) bool {
	for _, a := range args[1:] {
		if strings.ContainsAny(a, " ") {
			f.stay(a, fr)
		}
	}
	return true
}

// stay follows a command of a supervisor and marks its server.
func (f *follower) stay(text string, fr frame) {
	from := len(f.steps)
	f.text(text, fr)
	if len(f.steps) > from {
		f.steps[len(f.steps)-1].Last = true
	}
}
