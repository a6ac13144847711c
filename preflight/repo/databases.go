package repo

import (
	"path"
	"regexp"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

// Database is one place where the program says which database it uses.
type Database struct {
	Var       string // the variable that decides, "" for a literal
	URL       string // the literal, or the variable's default; file paths are written as sqlite URLs
	Known     bool
	File      string
	Line      int
	Kind      string // sqlite, postgres, mysql, mongo, duckdb, bolt, json; "" when unknown
	Async     bool
	Reachable bool
	Rewrites  bool // the scheme is rewritten in code
	Gated     bool // used under a condition on the environment that does not hold by default, or cannot be followed
}

// openers are calls whose argument is a database URL or file; kind is what a plain path means for them.
var openers = map[string]struct {
	kind string
	pos  int
	keys []string
}{
	"sqlalchemy.create_engine":                           {"", 0, []string{"url"}},
	"sqlmodel.create_engine":                             {"", 0, []string{"url"}},
	"sqlalchemy.ext.asyncio.create_async_engine":         {"", 0, []string{"url"}},
	"sqlmodel.ext.asyncio.create_async_engine":           {"", 0, []string{"url"}},
	"databases.Database":                                 {"", 0, []string{"url"}},
	"sqlite3.connect":                                    {"sqlite", 0, []string{"database"}},
	"aiosqlite.connect":                                  {"sqlite", 0, []string{"database"}},
	"peewee.SqliteDatabase":                              {"sqlite", 0, []string{"database"}},
	"playhouse.sqlite_ext.SqliteExtDatabase":             {"sqlite", 0, []string{"database"}},
	"tinydb.TinyDB":                                      {"json", 0, []string{"path"}},
	"duckdb.connect":                                     {"duckdb", 0, []string{"database"}},
	"tortoise.Tortoise.init":                             {"", -1, []string{"db_url"}},
	"tortoise.contrib.fastapi.register_tortoise":         {"", -1, []string{"db_url"}},
	"dataset.connect":                                    {"", 0, []string{"url"}},
	"better-sqlite3":                                     {"sqlite", 0, nil},
	"sqlite3.Database":                                   {"sqlite", 0, nil},
	"sqlite3.verbose().Database":                         {"sqlite", 0, nil},
	"bun:sqlite.Database":                                {"sqlite", 0, nil},
	"node:sqlite.DatabaseSync":                           {"sqlite", 0, nil},
	"@libsql/client.createClient":                        {"sqlite", 0, []string{"url"}},
	"sequelize.Sequelize":                                {"", 0, []string{"storage"}},
	"sequelize":                                          {"", 0, []string{"storage"}},
	"knex":                                               {"", 0, []string{"filename"}},
	"knex.knex":                                          {"", 0, []string{"filename"}},
	"typeorm.DataSource":                                 {"", 0, []string{"database", "url"}},
	"typeorm.createConnection":                           {"", 0, []string{"database", "url"}},
	"sqlite.open":                                        {"sqlite", 0, []string{"filename"}},
	"lowdb/node.JSONFile":                                {"json", 0, nil},
	"lowdb/node.JSONFilePreset":                          {"json", 0, nil},
	"lowdb/adapters/FileSync":                            {"json", 0, nil},
	"nedb":                                               {"json", 0, []string{"filename"}},
	"mongoose.connect":                                   {"mongo", 0, nil},
	"database/sql.Open":                                  {"", 1, nil},
	"github.com/jmoiron/sqlx.Open":                       {"", 1, nil},
	"github.com/jmoiron/sqlx.Connect":                    {"", 1, nil},
	"gorm.io/driver/sqlite.Open":                         {"sqlite", 0, nil},
	"github.com/glebarez/sqlite.Open":                    {"sqlite", 0, nil},
	"go.etcd.io/bbolt.Open":                              {"bolt", 0, nil},
	"github.com/boltdb/bolt.Open":                        {"bolt", 0, nil},
	"github.com/dgraph-io/badger/v4.Open":                {"badger", 0, nil},
	"github.com/mattn/go-sqlite3.Open":                   {"sqlite", 0, nil},
	"github.com/pocketbase/pocketbase.New":               {"pocketbase", -1, nil},
	"sqlalchemy.engine_from_config":                      {"", -1, nil},
	"flask_sqlalchemy.SQLAlchemy":                        {"", -1, nil},
	"fastapi_users_db_sqlalchemy.SQLAlchemyUserDatabase": {"", -1, nil},
}

// Databases returns what the live modules, Django settings, Flask configuration and Prisma schemas say.
func (p *Program) Databases() []Database {
	if p.facts.dbSet {
		return p.facts.db
	}
	p.facts.dbSet = true
	for _, m := range p.LiveModules() {
		for _, s := range m.Calls {
			p.openedDatabase(s)
			p.mappedDatabase(s)
		}
		for _, s := range m.Assigns {
			p.assignedDatabase(s)
		}
	}
	p.prisma()
	p.namedDatabases()
	return p.facts.db
}

func (p *Program) openedDatabase(s *Site) {
	o, ok := openers[p.Qualified(s.Node.X, s.Scope)]
	if !ok || o.pos < 0 && o.keys == nil {
		return
	}
	arg := syntax.Arg(s.Node, o.pos, o.keys...)
	kind := o.kind
	if arg.Is(syntax.Name) {
		if v := p.Value(arg, s.Scope); v.Kind == Dict {
			arg = v.Node
		}
	}
	if arg.Is(syntax.Dict) {
		arg, kind = p.optionsDatabase(arg, o.keys, kind, s)
	}
	if last := s.Node.List; o.pos == 0 && kind == "" && len(last) > 1 && last[len(last)-1].Is(syntax.Dict) && syntax.Field(last[len(last)-1], "storage") != nil {
		arg = syntax.Field(last[len(last)-1], "storage")
	}
	if arg == nil || readOnly(arg) {
		return
	}
	if o.pos == 1 && kind == "" {
		if driver := p.Value(s.Node.List[0], s.Scope); strings.HasPrefix(driver.Text, "sqlite") || driver.Text == "libsql" {
			kind = "sqlite"
		}
	}
	async := strings.Contains(strings.ToLower(syntax.Last(s.Node.X)), "async") || strings.HasPrefix(syntax.Dotted(s.Node.X), "aiosqlite")
	p.addDatabase(p.Value(arg, s.Scope), kind, s, async)
}

// namedDatabases adds the variables whose default is the URL of a database file, where the way from the variable to the
// call that opens it could not be followed.
func (p *Program) namedDatabases() {
	known := map[string]bool{}
	if !p.importsDatabase() {
		return
	}
	for _, db := range p.facts.db {
		if db.Kind != "" && !strings.Contains(" sqlite duckdb bolt json badger ", " "+db.Kind+" ") {
			return // a server is in use: which of the two it is depends on more than this variable
		}
		known[db.Var] = known[db.Var] || db.URL != ""
	}
	for _, r := range p.EnvReads() {
		if !r.Reachable || r.Tooling || r.Client || known[r.Name] || !strings.HasPrefix(r.Default, "sqlite") || !strings.Contains(r.Default, ":///") || strings.Contains(r.Default, ":memory:") {
			continue
		}
		known[r.Name] = true
		p.facts.db = append(p.facts.db, Database{Kind: "sqlite", URL: r.Default, Known: true, Var: r.Name, File: r.File, Line: r.Line, Reachable: true})
	}
}

// databaseLibraries are the packages of Python that take the URL of a database.
var databaseLibraries = map[string]bool{"sqlalchemy": true, "sqlmodel": true, "databases": true, "tortoise": true, "peewee": true, "playhouse": true, "ormar": true, "piccolo": true, "edgy": true, "dataset": true, "flask_sqlalchemy": true}

// importsDatabase reports whether live code uses one of them.
func (p *Program) importsDatabase() bool {
	for _, m := range p.LiveModules() {
		for _, im := range m.Imports {
			if top, _, _ := strings.Cut(im.Name, "."); databaseLibraries[top] {
				return true
			}
		}
	}
	return false
}

// readOnly reports whether an address opens a file that is only read.
func readOnly(n *Node) bool {
	found := false
	syntax.Walk(n, func(x *Node) bool {
		found = found || x.Kind == syntax.Str && (strings.Contains(x.Text, "mode=ro") || strings.Contains(x.Text, "immutable=1"))
		return !found
	})
	return found
}

// optionsDatabase reads {dialect: "sqlite", storage: "x"}, {client, connection: {filename}}, {type, database}.
func (p *Program) optionsDatabase(dict *Node, keys []string, kind string, s *Site) (*Node, string) {
	for _, key := range [...]string{"dialect", "client", "type"} {
		if v := p.Value(syntax.Field(dict, key), s.Scope); v.Kind == Text && strings.Contains(v.Text, "sqlite") {
			kind = "sqlite"
		}
	}
	if kind == "" && syntax.Field(dict, "dialect", "client", "type") != nil && syntax.Field(dict, "url") == nil {
		return nil, ""
	}
	if inner := syntax.Field(dict, "connection"); inner.Is(syntax.Dict) {
		dict = inner
	}
	for _, key := range keys {
		if x := syntax.Field(dict, key); x != nil {
			return x, kind
		}
	}
	return nil, ""
}

// assignedDatabase reads SQLALCHEMY_DATABASE_URI and Django's DATABASES.
func (p *Program) assignedDatabase(s *Site) {
	if len(s.Node.List) != 1 || s.Node.X == nil {
		return
	}
	target := s.Node.List[0]
	name := syntax.Last(target)
	if target.Is(syntax.Index) && target.Y.Is(syntax.Str) {
		name = target.Y.Text
	}
	switch name {
	case "SQLALCHEMY_DATABASE_URI":
		p.addDatabase(p.Value(s.Node.X, s.Scope), "", s, false)
	case "DATABASES":
		p.django(p.Value(s.Node.X, s.Scope), s)
	}
}

// mappedDatabase reads app.config.from_mapping(SQLALCHEMY_DATABASE_URI=x) and update.
func (p *Program) mappedDatabase(s *Site) {
	last := syntax.Last(s.Node.X)
	if last != "from_mapping" && last != "update" || !strings.HasSuffix(syntax.Dotted(s.Node.X), "config."+last) {
		return
	}
	if x := syntax.Arg(s.Node, -1, "SQLALCHEMY_DATABASE_URI"); x != nil {
		p.addDatabase(p.Value(x, s.Scope), "", s, false)
	}
}

func (p *Program) django(v Value, s *Site) {
	if v.Kind != Dict {
		return
	}
	f := frame{scope: v.Scope}
	p.steps, p.depth = maxSteps, 0
	def := syntax.Field(v.Node, "default")
	if def == nil {
		return
	}
	inner := p.eval(def, f)
	if inner.Kind == Env { // dj_database_url, env.db()
		p.addDatabase(inner, "", s, false)
		return
	}
	if !def.Is(syntax.Dict) {
		return
	}
	engine := p.eval(syntax.Field(def, "ENGINE"), f)
	flat := engine.Fallback().Text
	site := &Site{Node: def, Scope: v.Scope, Guards: s.Guards}
	switch {
	case strings.Contains(flat, "sqlite3"):
		name := syntax.Field(def, "NAME")
		value := p.eval(name, f)
		if engine.Kind == Env {
			path := value.Fallback()
			if path.Kind != Text {
				path = textValue("db.sqlite3")
			}
			value = Value{Kind: Env, Names: engine.Names, Default: &path}
		}
		if value.Kind == Unknown || value.Kind == External || value.Kind == Text && value.Text == "" {
			value = textValue(lastText(name))
		}
		p.addDatabase(value, "sqlite", site, false)
	case strings.Contains(flat, "postgres"), strings.Contains(flat, "mysql"):
		p.facts.db = append(p.facts.db, Database{Kind: kindOfURL(flat), File: s.Mod().File.Path, Line: int(def.Line), Reachable: true})
	}
}

// lastText returns the last text literal of an expression: the file name of BASE_DIR / "db.sqlite3".
func lastText(n *Node) string {
	out := ""
	syntax.Walk(n, func(x *Node) bool {
		if x.Kind == syntax.Str {
			out = x.Text
		}
		return true
	})
	return out
}

func (p *Program) addDatabase(v Value, kind string, s *Site, async bool) {
	f := s.Mod().File
	db := Database{Kind: kind, File: f.Path, Line: int(s.Node.Line), Async: async, Reachable: p.Live(f), Gated: v.Kind == Choice && v.Gated}
	by, gated := p.chosenBy(s)
	db.Gated = db.Gated || gated
	for _, alt := range v.Alternatives() {
		one := db
		flat := alt.Fallback()
		if alt.Kind == Env {
			one.Var = alt.Names[0]
		} else if alt.Kind == Unknown && len(alt.Names) > 0 {
			one.Var = alt.Names[0]
		}
		if one.Var == "" {
			one.Var = by
		}
		if flat.Place.Line > 0 && flat.Kind == Text {
			one.File, one.Line = flat.Place.File, flat.Place.Line
		}
		if flat.Kind == Text && flat.Text != "" {
			one.URL, one.Known = fileURL(flat.Text, kind), !flat.Partial || strings.HasPrefix(flat.Text, "sqlite")
		}
		if k := kindOfURL(one.URL); k != "" {
			one.Kind = k
		}
		if one.Kind == "" && one.Var == "" && !one.Known || strings.Contains(one.URL, ":memory:") {
			continue
		}
		one.Rewrites = p.rewrites(s)
		p.facts.db = append(p.facts.db, one)
	}
}

// chosenBy returns the variable whose absence leads to a site, as in the else
// of "if DATABASE_URL:". gated says that a condition on the environment stands
// before the site that does not hold when nothing is set, or cannot be followed.
func (p *Program) chosenBy(s *Site) (variable string, gated bool) {
	for g := s.Guards; g != nil; g = g.Outer {
		if g.Exit && g.Scope == g.Scope.Mod.Scope {
			continue // a module that was left has refused to start
		}
		v := p.Value(g.Test, g.Scope)
		names := v.Variables()
		if len(names) == 0 {
			gated = gated || p.ModeTest(g.Test, g.Scope)
			continue
		}
		truth, known := v.Fallback().Truth()
		if !known || truth == g.Not {
			gated = true
			continue
		}
		variable = names[0]
	}
	return variable, gated
}

// rewrites reports whether the module replaces the scheme of a URL.
func (p *Program) rewrites(s *Site) bool {
	for _, str := range s.Mod().Strings {
		if strings.HasPrefix(str.Node.Text, "postgres") && strings.HasSuffix(str.Node.Text, "://") {
			return true
		}
	}
	return false
}

// fileURL writes the path of a file database as a URL.
func fileURL(s, kind string) string {
	if strings.Contains(s, "://") || s == ":memory:" {
		return s
	}
	switch kind {
	case "sqlite", "duckdb", "bolt", "json", "badger":
		s = strings.TrimPrefix(s, "file:")
		if i := strings.IndexByte(s, '?'); i >= 0 {
			s = s[:i]
		}
		return kind + ":///" + strings.TrimPrefix(path.Clean(s), "./")
	}
	return s
}

func kindOfURL(url string) string {
	lower := strings.ToLower(url)
	for _, k := range [...][2]string{{"sqlite", "sqlite"}, {"file:", "sqlite"}, {"postgres", "postgres"}, {"mysql", "mysql"}, {"mariadb", "mysql"}, {"mongodb", "mongo"}, {"duckdb", "duckdb"}, {"bolt", "bolt"}, {"json:", "json"}, {"badger", "badger"}, {"django.db.backends.postgres", "postgres"}, {"libsql:", "libsql"}} {
		if strings.HasPrefix(lower, k[0]) {
			return k[1]
		}
	}
	if strings.Contains(lower, "postgres") {
		return "postgres"
	}
	return ""
}

var (
	prismaProvider = regexp.MustCompile(`(?m)^\s*provider\s*=\s*"(sqlite|postgresql|mysql|mongodb|sqlserver|cockroachdb)"`)
	prismaURL      = regexp.MustCompile(`(?m)^\s*url\s*=\s*(?:env\("([^"]+)"\)|"([^"]+)")`)
)

func (p *Program) prisma() {
	for _, f := range p.order {
		if !strings.HasSuffix(f.Path, ".prisma") || RoleOf(f.Path) != Deployed {
			continue
		}
		src := string(p.Source(f))
		at := prismaProvider.FindStringSubmatchIndex(src)
		if at == nil {
			continue
		}
		db := Database{Kind: kindOfURL(src[at[2]:at[3]]), File: f.Path, Line: 1 + strings.Count(src[:at[2]], "\n"), Reachable: true}
		if url := prismaURL.FindStringSubmatch(src); url != nil {
			db.Var, db.URL, db.Known = url[1], url[2], url[2] != ""
			if db.Kind == "sqlite" && db.Known {
				db.URL = fileURL(url[2], "sqlite")
			}
		}
		p.facts.db = append(p.facts.db, db)
	}
}
