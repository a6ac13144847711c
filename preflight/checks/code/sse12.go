package code

import (
	"context"
	"path"
	"regexp"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var sse12 = check.Check{
	Rule: preflight.Rule{
		ID:      "SSE-12",
		Title:   "The Flutter web client cannot read a stream while it arrives",
		Level:   preflight.Warn,
		Rows:    []string{"P9"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "In the browser this client hands out the body when it is complete: the answer appears all at once.",
		Fix:     "Use package:http 1.3 or newer, or fetch_client, or an EventSource through package:web for the web build.",
		Verify:  "Build for the web and watch an answer arrive: words must appear one by one.",
		FixCost: "2 hours",
		Cost:    preflight.Low,
		Detect:  "A Flutter project with a web folder reads event streams with Dio's stream response or with a locked package:http before 1.3.",
		Silent:  "Projects without a web folder, fetch_client, EventSource, files that are only imported on other platforms, versions that are not locked.",
		Bad:     flutterWeb + "-- lib/main.dart --\nimport 'package:dio/dio.dart';\nimport 'package:flutter/material.dart';\nvoid main() {\n  Dio().get('/stream', options: Options(responseType: ResponseType.stream, headers: {'Accept': 'text/event-stream'}));\n}\n",
		Good:    flutterWeb + "-- lib/main.dart --\nimport 'package:fetch_client/fetch_client.dart';\nimport 'package:flutter/material.dart';\nvoid main() {\n  final client = FetchClient();\n  client.send(Request('GET', Uri.parse('/stream'), 'text/event-stream'));\n}\n",
		Sourced: "Changelog of package:http 1.3.0: BrowserClient uses the Fetch API. Dio on the web goes through XMLHttpRequest.",
	},
	Run: runSSE12,
}

const flutterWeb = "-- pubspec.yaml --\nname: app\n-- web/index.html --\n<html></html>\n"

var lockedHTTP = regexp.MustCompile(`(?m)^  http:\n(?:    .*\n)*?    version: "([^"]+)"`)

func runSSE12(_ context.Context, in *check.Input) preflight.Outcome {
	seen := false
	var findings []preflight.Finding
	for _, m := range in.Code.LiveModules() {
		if m.File.Lang != repo.Dart || !readsEvents(m) {
			continue
		}
		dir := flutterDir(in, m.File.Path)
		if dir == "" {
			continue
		}
		seen = true
		if mentions(m.Tree, "fetchclient", "fetch_client", "eventsource") {
			continue
		}
		if s, why := bufferedClient(in, m, dir); s != nil {
			findings = append(findings, preflight.Finding{Level: preflight.Warn, Evidence: []preflight.Evidence{here(in, s, why)}, Detail: why + "."})
		}
	}
	if !seen {
		return preflight.NotApplicable("no Flutter web client reads event streams")
	}
	return preflight.Found(findings...)
}

func readsEvents(m *repo.Module) bool {
	for _, s := range m.Strings {
		if strings.Contains(s.Node.Text, eventStream) || s.Node.Text == "data: " || s.Node.Text == "data:" {
			return true
		}
	}
	return false
}

// flutterDir returns the project of a Dart file when it is built for the web, "" otherwise.
func flutterDir(in *check.Input, file string) string {
	for dir := path.Dir(file); ; dir = path.Dir(dir) {
		if in.Code.File(path.Join(dir, "pubspec.yaml")) != nil {
			if in.Code.File(path.Join(dir, "web/index.html")) != nil {
				return dir
			}
			return ""
		}
		if dir == "." {
			return ""
		}
	}
}

// bufferedClient finds the call that asks for a stream which the browser hands out at the end.
func bufferedClient(in *check.Input, m *repo.Module, dir string) (*repo.Site, string) {
	old := false
	if lock := in.Code.File(path.Join(dir, "pubspec.lock")); lock != nil {
		if v := lockedHTTP.FindSubmatch(in.Code.Source(lock)); v != nil {
			old = older(string(v[1]), "1.3.0")
		}
	}
	for _, s := range m.Attrs {
		if syntax.Dotted(s.Node) == "ResponseType.stream" && importsAny(m, "package:dio/dio.dart") {
			return s, "Dio reads the whole body in a browser"
		}
	}
	if !old || !importsAny(m, "package:http/http.dart") {
		return nil, ""
	}
	for _, s := range m.Calls {
		if syntax.Last(s.Node.X) == "send" {
			return s, "the locked package:http reads the whole body in a browser"
		}
	}
	return nil, ""
}
