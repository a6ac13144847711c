package manifest

import (
	"path"
	"strings"
)

// wrapper describes a program that runs another one: how many plain words it
// takes itself, and which of its options have a value.
type wrapper struct {
	words  int
	valued string // options with a value, separated by blanks
	sub    string // a word that has to follow: "run" of "poetry run"
	dashes bool   // the command stands after "--"
}

var wrappers = map[string]wrapper{
	"exec": {}, "command": {}, "nohup": {}, "time": {}, "setsid": {}, "dumb-init": {valued: "-r --rewrite"}, "nice": {valued: "-n"}, "stdbuf": {}, "catchsegv": {},
	"tini": {valued: "-p -e"}, "docker-init": {}, "catatonit": {}, "s6-setuidgid": {words: 1}, "chpst": {valued: "-u"}, "sudo": {valued: "-u -g"}, "runuser": {valued: "-u"},
	"gosu": {words: 1}, "su-exec": {words: 1}, "setpriv": {valued: "--reuid --regid"}, "timeout": {words: 1, valued: "-s -k"},
	"poetry": {sub: "run", valued: "-C"}, "pipenv": {sub: "run"}, "pdm": {sub: "run", valued: "-p"}, "rye": {sub: "run"}, "hatch": {sub: "run"}, "pixi": {sub: "run"},
	"uv":      {sub: "run", valued: "--project --directory --env-file --python -p --with --extra --group --package"},
	"doppler": {sub: "run", dashes: true}, "infisical": {sub: "run", dashes: true}, "op": {sub: "run", dashes: true}, "dotenvx": {sub: "run", dashes: true}, "chamber": {sub: "exec", dashes: true},
	"dotenv": {valued: "-e -f"}, "cross-env": {}, "env-cmd": {valued: "-f"}, "wait-for-it.sh": {dashes: true}, "wait-for-it": {dashes: true}, "wait-for.sh": {dashes: true}, "wait-for": {dashes: true}, "dockerize": {valued: "-wait -timeout -template -wait-retry-interval"},
	"opentelemetry-instrument": {}, "ddtrace-run": {}, "newrelic-admin": {sub: "run-program"}, "bundle": {sub: "exec"}, "npx": {valued: "-p --package"}, "bunx": {}, "xvfb-run": {}, "litestream": {},
}

// unwrap removes the programs that only run another one. It adds assignments
// that they carry to env, and reports whether exec replaced the shell.
func unwrap(args []string, env map[string]string) ([]string, map[string]string, bool) {
	ends := false
	for range 12 {
		if len(args) == 0 {
			return args, env, ends
		}
		name := path.Base(args[0])
		ends = ends || name == "exec"
		switch {
		case name == "env" || name == "cross-env" || name == "dotenv":
			args, env = takeEnv(args[1:], env)
			continue
		case strings.HasPrefix(name, "python") && len(args) > 2 && args[1] == "-m" && args[2] != "http.server":
			return append([]string{args[2]}, args[3:]...), env, ends
		case (name == "pnpm" || name == "yarn" || name == "npm" || name == "bun") && len(args) > 2 && (args[1] == "exec" || args[1] == "dlx" || args[1] == "x"):
			args = skipDashes(args[2:])
			continue
		}
		next, ok := unwrapOne(name, args)
		if !ok {
			return args, env, ends
		}
		args = next
		for len(args) > 0 && strings.Contains(args[0], "=") && isName(args[0][:strings.IndexByte(args[0], '=')]) {
			args, env = takeEnv(args, env)
		}
	}
	return args, env, ends
}

func unwrapOne(name string, args []string) ([]string, bool) {
	w, ok := wrappers[name]
	if !ok {
		return nil, false
	}
	if name == "litestream" {
		return litestream(args)
	}
	rest := args[1:]
	if w.sub != "" {
		i := 0
		for i < len(rest) && strings.HasPrefix(rest[i], "-") {
			i++
		}
		if i >= len(rest) || rest[i] != w.sub {
			return nil, false
		}
		rest = rest[i+1:]
	}
	if w.dashes {
		for i, a := range rest {
			if a == "--" {
				return rest[i+1:], true
			}
		}
		if w.sub == "" {
			return nil, false
		}
	}
	valued := " " + w.valued + " "
	for len(rest) > 0 && strings.HasPrefix(rest[0], "-") {
		if rest[0] == "--" {
			return rest[1:], true
		}
		if strings.Contains(valued, " "+rest[0]+" ") && len(rest) > 1 {
			rest = rest[1:]
		}
		rest = rest[1:]
	}
	if len(rest) <= w.words {
		return nil, false
	}
	return skipDashes(rest[w.words:]), true
}

// litestream takes the program of "litestream replicate -exec".
func litestream(args []string) ([]string, bool) {
	for i, a := range args {
		if (a == "-exec" || a == "--exec") && i+1 < len(args) {
			return []string{"sh", "-c", args[i+1]}, true
		}
	}
	return nil, false
}

func takeEnv(args []string, env map[string]string) ([]string, map[string]string) {
	added := map[string]string{}
	for len(args) > 0 {
		a := args[0]
		name, value, ok := strings.Cut(a, "=")
		switch {
		case ok && isName(name):
			added[name] = value
		case a == "-u" || a == "-e" || a == "-f":
			args = args[min(1, len(args)-1):]
		case a == "--":
			return args[1:], joinEnv(env, added)
		case !strings.HasPrefix(a, "-"):
			return args, joinEnv(env, added)
		}
		args = args[1:]
	}
	return args, joinEnv(env, added)
}
