package code

import (
	"context"
	"path"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var log03 = check.Check{
	Rule: preflight.Rule{
		ID:      "LOG-03",
		Title:   "Logs go to a file inside the container",
		Level:   preflight.Warn,
		Rows:    []string{"C11"},
		Sources: []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:     "The file is gone with the next deployment, just when somebody wants to know why the last one failed.",
		Fix:     "Log to standard output: every platform keeps it and shows it.",
		Verify:  "Look at the platform's log page after a request: the line is there.",
		FixCost: "10 minutes",
		Cost:    preflight.Low,
		Detect:  "Live code sets up a handler that writes to a file and none that writes to standard output.",
		Silent:  "Files on a volume, programs that log to both (information only).",
		Bad:     "-- main.py --\nimport logging\nfrom fastapi import FastAPI\nlogging.basicConfig(filename='app.log', level=logging.INFO)\napp = FastAPI()\n",
		Good:    "-- main.py --\nimport logging\nfrom fastapi import FastAPI\nlogging.basicConfig(level=logging.INFO)\napp = FastAPI()\n",
	},
	Run: runLog03,
}

func runLog03(_ context.Context, in *check.Input) preflight.Outcome {
	var files []preflight.Evidence
	stdout, seen := false, false
	eachCall(in, func(m *repo.Module, s *repo.Site, last string) {
		if clientSide(in, m) || in.Code.Mode(s.Guards) || wanted(s) {
			return
		}
		name := callName(in, s)
		switch {
		case last == "FileHandler" || last == "RotatingFileHandler" || last == "TimedRotatingFileHandler" || last == "WatchedFileHandler":
			seen = true
			if !onVolume(in, s, syntax.Arg(s.Node, 0, "filename")) {
				files = append(files, here(in, s, "writes a file"))
			}
		case name == "logging.basicConfig":
			seen = true
			if x := syntax.Arg(s.Node, -1, "filename"); x != nil && !onVolume(in, s, x) {
				files = append(files, here(in, s, "writes a file"))
			} else if x == nil && syntax.Arg(s.Node, -1, "handlers") == nil {
				stdout = true
			}
		case last == "StreamHandler" || last == "RichHandler" || strings.HasSuffix(name, "transports.Console"):
			seen, stdout = true, true
		case strings.HasSuffix(name, "transports.File") || strings.HasSuffix(name, "DailyRotateFile"):
			seen = true
			files = append(files, here(in, s, "writes a file"))
		case strings.HasPrefix(name, "loguru.logger.add"):
			seen, stdout = true, true
		}
	})
	switch {
	case !seen:
		return preflight.NotApplicable("the code sets up no log handlers")
	case len(files) == 0:
		return preflight.Pass("no handler writes to a file")
	}
	f := preflight.Finding{Level: preflight.Warn, Evidence: first(files, 4)}
	if stdout || consoleConfig(in) {
		f.Level, f.Detail = preflight.Info, "Standard output gets the lines as well."
	}
	return preflight.Found(f)
}

// wanted reports whether a handler is set up only when a setting asks for it.
func wanted(s *repo.Site) bool {
	for g := s.Guards; g != nil; g = g.Outer {
		if !g.Exit && mentions(g.Test, "log", "file") {
			return true
		}
	}
	return false
}

// consoleConfig reports whether a dict configuration of Python's logging names a stream handler.
func consoleConfig(in *check.Input) bool {
	for _, m := range in.Code.LiveModules() {
		for _, s := range m.Strings {
			if s.Node.Text == "logging.StreamHandler" || s.Node.Text == "ext://sys.stdout" {
				return true
			}
		}
	}
	return false
}

// onVolume reports whether a file lies on a lasting mount of every path, or its place is not known.
func onVolume(in *check.Input, s *repo.Site, x *node) bool {
	v := in.Code.Value(x, s.Scope).Fallback()
	if x == nil || v.Kind != repo.Text {
		return false
	}
	if !path.IsAbs(v.Text) {
		return false
	}
	paths := pathsOf(in, s.Mod().File.Path)
	for _, p := range paths {
		if _, ok := p.Holding(v.Text); !ok {
			return false
		}
	}
	return len(paths) > 0
}
