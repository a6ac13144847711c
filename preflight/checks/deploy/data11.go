package deploy

import (
	"context"
	"fmt"
	"path"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var data11 = check.Check{
	Rule: preflight.Rule{
		ID:      "DATA-11",
		Title:   "There are migrations, and no path runs them",
		Level:   preflight.Warn,
		Rows:    []string{"C4"},
		Sources: []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:     "After the next change of the schema every query fails, until somebody remembers to run them by hand.",
		Fix:     "Run them before the new version starts: a pre-deploy or release command, or the beginning of the start command.",
		Verify:  "Deploy a version with a new migration: its table is there.",
		FixCost: "15 minutes",
		Cost:    preflight.Medium,
		Detect:  "Alembic, Django, Prisma, Knex, goose, Sequelize, TypeORM or Drizzle migrations of the repository, and no build, release, pre-deploy or start command, workflow or start-up code that runs them.",
		Silent:  "Programs that create their tables at the start, repositories without a deployment description.",
		Bad:     "-- Procfile --\nweb: uvicorn main:app\n-- main.py --\nfrom fastapi import FastAPI\napp = FastAPI()\n-- alembic/versions/1_users.py --\nrevision = '1'\ndef upgrade():\n    pass\n",
		Good:    "-- Procfile --\nrelease: alembic upgrade head\nweb: uvicorn main:app\n-- main.py --\nfrom fastapi import FastAPI\napp = FastAPI()\n-- alembic/versions/1_users.py --\nrevision = '1'\ndef upgrade():\n    pass\n",
	},
	Run: runData11,
}

// migrationTool recognises the migrations of a tool and the commands that run them.
type migrationTool struct {
	name     string
	is       func(file string) bool
	commands []string // one of these in a command runs them
	calls    []string // one of these in start-up code runs them
	fix      string
}

var migrationTools = []migrationTool{
	{"Alembic", func(f string) bool {
		return strings.HasSuffix(f, ".py") && strings.Contains(f, "versions/") && (strings.Contains(f, "alembic") || strings.Contains(f, "migrations/versions/"))
	}, []string{"alembic upgrade", "alembic -c", "db upgrade", "alembic.config"}, []string{"command.upgrade", "upgrade"}, "alembic upgrade head"},
	{"Django", func(f string) bool {
		return strings.HasSuffix(f, ".py") && path.Base(path.Dir(f)) == "migrations" && path.Base(f) != "__init__.py" && len(path.Base(f)) > 5 && path.Base(f)[4] == '_'
	}, []string{"manage.py migrate", "django-admin migrate", "migrate --no", "migrate_schemas"}, []string{"call_command"}, "python manage.py migrate"},
	{"Prisma", func(f string) bool { return strings.Contains(f, "prisma/migrations/") && strings.HasSuffix(f, ".sql") }, []string{"prisma migrate deploy", "prisma db push", "prisma migrate"}, nil, "npx prisma migrate deploy"},
	{"Knex", func(f string) bool { return path.Base(f) == "knexfile.js" || path.Base(f) == "knexfile.ts" }, []string{"knex migrate", "migrate:latest"}, []string{"migrate.latest"}, "npx knex migrate:latest"},
	{"Drizzle", func(f string) bool { return strings.Contains(f, "drizzle/") && strings.HasSuffix(f, ".sql") }, []string{"drizzle-kit migrate", "drizzle-kit push", "migrate"}, []string{"migrate"}, "npx drizzle-kit migrate"},
	{"Sequelize", func(f string) bool { return path.Base(f) == ".sequelizerc" }, []string{"sequelize db:migrate", "sequelize-cli db:migrate", "db:migrate"}, []string{"umzug"}, "npx sequelize-cli db:migrate"},
}

func runData11(_ context.Context, in *check.Input) preflight.Outcome {
	paths := described(in)
	var findings []preflight.Finding
	any := false
	for _, tool := range migrationTools {
		first := ""
		for _, f := range in.Tree.Files() {
			if tool.is(f.Path) && !strings.Contains(f.Path, "test") {
				first = f.Path
				break
			}
		}
		if first == "" {
			continue
		}
		any = true
		if len(paths) == 0 || runsSomewhere(in, tool) || createsTables(in) {
			continue
		}
		findings = append(findings, preflight.Finding{Level: preflight.Warn, Path: names(paths), Key: tool.name, Title: fmt.Sprintf("%s migrations are there, and no path runs them", tool.name),
			Evidence: []preflight.Evidence{{File: first, Note: "a migration"}}, Fix: "Before the server starts:\n  " + tool.fix})
	}
	switch {
	case !any:
		return preflight.NotApplicable("no migrations were found")
	case len(paths) == 0:
		return preflight.NotApplicable("nothing says how the program is deployed")
	}
	return preflight.Found(findings...)
}

// described returns the paths whose start command is known.
func described(in *check.Input) []*manifest.Path {
	var out []*manifest.Path
	for _, p := range servers(in) {
		if p.Platform != manifest.Unknown && len(p.Start.Steps) > 0 && p.Role == manifest.Web {
			out = append(out, p)
		}
	}
	return out
}

// runsSomewhere reports whether any command, script or workflow runs the tool,
// or code of the program does.
func runsSomewhere(in *check.Input, tool migrationTool) bool {
	mentions := func(list []manifest.Process) bool {
		for _, s := range list {
			text := strings.Join(s.Args, " ")
			for _, c := range tool.commands {
				if strings.Contains(text, c) {
					return true
				}
			}
		}
		return false
	}
	for _, p := range in.Deploy.Paths {
		if mentions(p.Start.Steps) || mentions(p.Built()) {
			return true
		}
	}
	for _, w := range in.Deploy.Flows {
		for _, j := range w.Jobs {
			for _, c := range j.Runs {
				if mentions(c.Steps) {
					return true
				}
			}
		}
	}
	for _, m := range in.Code.LiveModules() {
		for _, s := range m.Calls {
			for _, c := range tool.calls {
				if d := syntax.Dotted(s.Node.X); d == c || strings.HasSuffix(d, "."+c) {
					return true
				}
			}
		}
	}
	return inScripts(in, tool.commands)
}

// inScripts looks into shell scripts, Makefiles and package.json, which a
// platform may run in ways that are not followed.
func inScripts(in *check.Input, commands []string) bool {
	for _, f := range in.Tree.Files() {
		base := path.Base(f.Path)
		if ext := path.Ext(base); ext != ".sh" && base != "Makefile" && base != "justfile" && ext != ".yml" && ext != ".yaml" && !strings.Contains(base, "entrypoint") && base != "package.json" && ext != ".tf" {
			continue
		}
		text := in.Tree.Text(f.Path)
		for _, c := range commands {
			if len(c) > 8 && strings.Contains(text, c) {
				return true
			}
		}
	}
	return false
}

// createsTables reports whether the program makes its tables at the start.
func createsTables(in *check.Input) bool {
	for _, m := range in.Code.LiveModules() {
		for _, s := range m.Calls {
			switch syntax.Last(s.Node.X) {
			case "create_all", "create_tables", "create_db_and_tables", "generate_schemas", "synchronize", "AutoMigrate":
				return true
			case "run_sync":
				if len(s.Node.List) > 0 && syntax.Last(s.Node.List[0]) == "create_all" {
					return true
				}
			}
		}
	}
	return false
}
