package deploy

import (
	"bytes"
	"context"
	"fmt"
	"path"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
)

var sec09 = check.Check{
	Rule: preflight.Rule{
		ID:      "SEC-09",
		Title:   "A database or a dump of one is in git",
		Level:   preflight.Warn,
		Rows:    []string{"S1"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "Whoever clones the repository has the accounts and the data of the people in it, for ever.",
		Fix:     "git rm --cached the file, ignore it, and treat what was in it as leaked (see SEC-03 for the history).",
		Verify:  "git ls-files | grep -E '\\.(db|sqlite3?|sql|dump)$' shows no data.",
		FixCost: "30 minutes",
		Cost:    preflight.High,
		Detect:  "A tracked SQLite file with a table of users or sessions, or a dump with INSERT or COPY lines for one; without such a table it is information.",
		Silent:  "Fixtures, examples, seeds, tests, empty files.",
		Bad:     "-- dump.sql --\nCREATE TABLE users (id int, email text, password_hash text);\nINSERT INTO users VALUES (1, 'a@b.c', 'x');\n",
		Good:    "-- schema.sql --\nCREATE TABLE users (id int, email text, password_hash text);\n",
	},
	Run: runSec09,
}

func runSec09(_ context.Context, in *check.Input) preflight.Outcome {
	var findings []preflight.Finding
	for _, f := range in.Tree.Files() {
		if ignoredHere(in, f.Path) || in.Git.Untracked[f.Path] || repo.RoleOf(f.Path) != repo.Deployed || seeded(f.Path) {
			continue
		}
		what, people := database0(in, f.Path, f.Size)
		if what == "" {
			continue
		}
		out := preflight.Finding{Level: preflight.Info, Key: f.Path, Title: fmt.Sprintf("%s is %s in git", f.Path, what), Evidence: []preflight.Evidence{{File: f.Path}}}
		if people {
			out.Level = preflight.Warn
			out.Title += ", with accounts of people"
		}
		findings = append(findings, out)
	}
	return preflight.Found(findings...)
}

func seeded(file string) bool {
	lower := strings.ToLower(file)
	for _, w := range []string{"seed", "fixture", "sample", "example", "demo", "migration", "mock", "northwind", "chinook", "template"} {
		if strings.Contains(lower, w) {
			return true
		}
	}
	return false
}

// database0 says what kind of database a file is, "" for none, and whether it
// holds accounts of people.
func database0(in *check.Input, file string, size int64) (what string, people bool) {
	switch path.Ext(strings.ToLower(file)) {
	case ".db", ".sqlite", ".sqlite3", ".db3":
		b, err := in.Tree.Read(file)
		if err != nil {
			return "a large database", false
		}
		if size < 8192 || !bytes.HasPrefix(b, []byte("SQLite format 3\x00")) {
			return "", false
		}
		lower := bytes.ToLower(b[:min(len(b), 64<<10)])
		return "a database", accounts(lower, "create table")
	case ".sql", ".dump":
		b, err := in.Tree.Read(file)
		if err != nil {
			return "", false
		}
		lower := bytes.ToLower(b)
		if accounts(lower, "insert into") || accounts(lower, "copy") {
			return "a dump", true
		}
	}
	return "", false
}

// accounts reports whether a statement names a table of people.
func accounts(text []byte, statement string) bool {
	for _, table := range []string{"users", "user", "auth_user", "accounts", "sessions", "customers", "members"} {
		for _, quote := range []string{" ", ` "`, " `", " 'public'.", " public.", ` if not exists "`, " if not exists "} {
			at := bytes.Index(text, []byte(statement+quote+table))
			if at < 0 {
				continue
			}
			end := at + len(statement) + len(quote) + len(table)
			if end < len(text) && !(text[end] >= 'a' && text[end] <= 'z' || text[end] == '_') {
				return true
			}
		}
	}
	return false
}
