package live

import "github.com/ba-assistant/ba-assistant/preflight"

var sec10 = measured(preflight.Rule{
	ID:      "SEC-10",
	Title:   "Files that should never be served are served",
	Level:   preflight.Fail,
	Rows:    []string{"P2", "S1"},
	Sources: []preflight.Source{preflight.Live},
	Why:     "Anybody can read the passwords or the whole source of the application.",
	Fix:     "Serve only the build output, block names that begin with a dot, and rotate every secret in what was served.",
	Verify:  "curl -si https://app.example.com/.env must not be 200.",
	FixCost: "30 minutes",
	Cost:    preflight.High,
	Detect:  "/.env, /.git/HEAD, /.git/config, /assets/.env, compose files and backups are asked for; the content must prove what it is.",
	Silent:  "Hosts that answer their page to every path: a random path is asked first.",
	Bad:     "GET /.git/HEAD -> 200 \"ref: refs/heads/main\"",
	Good:    "GET /.git/HEAD -> 404",
})
