package code

import (
	"maps"
	"slices"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

// key is a use of a value that signs tokens, sessions or cookies.
type key struct {
	site  *repo.Site
	what  string
	expr  *node
	value repo.Value
}

// signers are calls that take a signing key, by qualified name.
var signers = map[string]struct {
	pos  int
	keys []string
	what string
}{
	"jwt.encode":                                      {1, []string{"key"}, "tokens"},
	"jwt.decode":                                      {1, []string{"key"}, "tokens"},
	"jose.jwt.encode":                                 {1, []string{"key"}, "tokens"},
	"jose.jwt.decode":                                 {1, []string{"key"}, "tokens"},
	"authlib.jose.jwt.encode":                         {2, []string{"key"}, "tokens"},
	"authlib.jose.jwt.decode":                         {1, []string{"key"}, "tokens"},
	"jsonwebtoken.sign":                               {1, nil, "tokens"},
	"jsonwebtoken.verify":                             {1, nil, "tokens"},
	"jsonwebtoken.default.sign":                       {1, nil, "tokens"},
	"jwt-simple.encode":                               {1, nil, "tokens"},
	"jwt-simple.decode":                               {1, nil, "tokens"},
	"jose.jwtVerify":                                  {1, nil, "tokens"},
	"hono/jwt.sign":                                   {1, nil, "tokens"},
	"hono/jwt.verify":                                 {1, nil, "tokens"},
	"cookie-parser":                                   {0, nil, "cookies"},
	"fastapi_login.LoginManager":                      {0, []string{"secret"}, "tokens"},
	"fastapi_users.authentication.JWTStrategy":        {0, []string{"secret"}, "tokens"},
	"github.com/gorilla/sessions.NewCookieStore":      {0, nil, "sessions"},
	"github.com/gorilla/sessions.NewFilesystemStore":  {1, nil, "sessions"},
	"github.com/gorilla/securecookie.New":             {0, nil, "cookies"},
	"github.com/gin-contrib/sessions/cookie.NewStore": {0, nil, "sessions"},
	"github.com/go-chi/jwtauth/v5.New":                {1, nil, "tokens"},
	"github.com/go-chi/jwtauth.New":                   {1, nil, "tokens"},
}

// optionKeys are calls whose options hold a signing key.
var optionKeys = map[string][]string{
	"express-session": {"secret"}, "cookie-session": {"secret", "keys"}, "express-jwt.expressjwt": {"secret"}, "express-jwt": {"secret"},
	"passport-jwt.Strategy": {"secretOrKey"}, "next-auth": {"secret"}, "next-auth.NextAuth": {"secret"}, "hono/jwt.jwt": {"secret"},
	"iron-session.getIronSession": {"password"}, "better-auth.betterAuth": {"secret"}, "koa-session": {"key"}, "koa-jwt": {"secret"}, "@elysiajs/jwt.jwt": {"secret"}, "@elysiajs/jwt": {"secret"},
	"@nestjs/jwt.JwtModule.register": {"secret"}, "github.com/gofiber/contrib/jwt.New": {"SigningKey"}, "github.com/labstack/echo-jwt/v4.WithConfig": {"SigningKey"},
}

// configKeys are names of settings that frameworks sign with.
var configKeys = map[string]string{"SECRET_KEY": "sessions", "JWT_SECRET_KEY": "tokens", "JWT_SECRET": "tokens", "SECURITY_PASSWORD_SALT": "", "WTF_CSRF_SECRET_KEY": "", "authjwt_secret_key": "tokens"}

// signingKeys returns the uses of signing keys in the live code, outside of conditions on the environment.
func signingKeys(in *check.Input) []key {
	return once(in, "keys", func() []key { return findKeys(in) })
}

func findKeys(in *check.Input) []key {
	var out []key
	add := func(s *repo.Site, what string, x *node) {
		if x == nil || what == "" || in.Code.Mode(s.Guards) {
			return
		}
		v := in.Code.Value(x, s.Scope)
		if v.Kind == repo.Function {
			return
		}
		if v.Kind == repo.List && len(v.Items) > 0 {
			v = v.Items[0]
		}
		out = append(out, key{s, what, x, v})
	}
	for _, m := range in.Code.LiveModules() {
		for _, s := range m.Calls {
			keyOfCall(in, s, add)
		}
		for _, s := range m.Assigns {
			keyOfAssign(in, s, add)
		}
		for _, fn := range m.Funcs {
			keyOfParser(fn, add)
		}
	}
	return out
}

func keyOfCall(in *check.Input, s *repo.Site, add func(*repo.Site, string, *node)) {
	n := s.Node
	name := callName(in, s)
	last := syntax.Last(n.X)
	if sig, ok := signers[name]; ok {
		if !asymmetric(in, s) {
			add(s, sig.what, syntax.Arg(n, sig.pos, sig.keys...))
		}
		return
	}
	for _, option := range optionKeys[strings.TrimSuffix(name, ".default")] {
		for _, a := range n.List {
			if v := in.Code.Value(a, s.Scope); v.Kind == repo.Dict {
				if x := syntax.Field(v.Node, option); x != nil {
					add(&repo.Site{Node: x, Scope: v.Scope, Guards: s.Guards, Parent: n}, "sessions", x)
				}
			}
		}
	}
	switch last {
	case "add_middleware":
		if len(n.List) > 0 && syntax.Last(n.List[0]) == "SessionMiddleware" {
			add(s, "sessions", syntax.Arg(n, -1, "secret_key"))
		}
	case "SessionMiddleware", "Middleware":
		if x := syntax.Arg(n, -1, "secret_key"); x != nil && mentions(n, "sessionmiddleware") {
			add(s, "sessions", x)
		}
	case "URLSafeTimedSerializer", "URLSafeSerializer", "TimestampSigner", "Signer", "TimedSerializer", "TimedJSONWebSignatureSerializer":
		if strings.HasPrefix(name, "itsdangerous") {
			add(s, "signed links", syntax.Arg(n, 0, "secret_key"))
		}
	case "SignedString":
		add(s, "tokens", syntax.Arg(n, 0))
	case "sign", "signAsync", "verify", "verifyAsync":
		if last == "sign" && strings.Contains(name, "SignJWT") {
			add(s, "tokens", syntax.Arg(n, 0))
		} else if importsAny(s.Mod(), "@nestjs/jwt") && len(n.List) > 1 {
			add(s, "tokens", syntax.Field(n.List[1], "secret"))
		}
	case "super":
		if len(n.List) > 0 {
			add(s, "tokens", syntax.Field(n.List[0], "secretOrKey"))
		}
	case "update", "from_mapping":
		if strings.HasSuffix(syntax.Dotted(n.X), "config."+last) {
			add(s, "sessions", syntax.Arg(n, -1, "SECRET_KEY"))
			add(s, "tokens", syntax.Arg(n, -1, "JWT_SECRET_KEY"))
		}
	case "from_object":
		flaskConfig(in, s, add)
	case "register":
		if len(n.List) > 1 && strings.Contains(in.Code.Qualified(n.List[0], s.Scope), "fastify/jwt") {
			add(s, "tokens", syntax.Field(n.List[1], "secret"))
		}
	}
}

// asymmetric reports whether a call names an algorithm with a public key, or switches verification off.
func asymmetric(in *check.Input, s *repo.Site) bool {
	for _, a := range s.Node.List {
		if contains(a, func(n *node) bool {
			if n.Kind != syntax.Str || len(n.Text) != 5 {
				return false
			}
			switch n.Text[:2] {
			case "RS", "ES", "PS", "Ed":
				return true
			}
			return false
		}) {
			return true
		}
		if a.Kind == syntax.Keyword && a.Name == "options" && contains(a, func(n *node) bool { return n.Kind == syntax.Str && n.Text == "verify_signature" }) {
			return true
		}
	}
	return false
}

// flaskConfig follows app.config.from_object(Config) to the class or module.
func flaskConfig(in *check.Input, s *repo.Site, add func(*repo.Site, string, *node)) {
	if m := configModule(in, s); m != nil {
		for _, name := range slices.Sorted(maps.Keys(configKeys)) {
			if m.Scope.Names[name] != nil {
				x := &node{Kind: syntax.Name, Name: name, Line: m.Scope.Names[name][0].Line}
				add(&repo.Site{Node: x, Scope: m.Scope, Guards: s.Guards}, configKeys[name], x)
			}
		}
		return
	}
	for _, class := range configClasses(in, s) {
		if class.Parent == nil {
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(configKeys)) {
			what := configKeys[name]
			x := &node{Kind: syntax.Attr, Name: name, Line: class.Node.Line, X: &node{Kind: syntax.Name, Name: class.Node.Name, Line: class.Node.Line}}
			if v := in.Code.Value(x, class.Parent); v.Kind == repo.Text || v.Kind == repo.Env || v.Kind == repo.Choice || v.Kind == repo.Random {
				add(&repo.Site{Node: x, Scope: class.Parent, Guards: s.Guards}, what, x)
			}
		}
	}
}

// configModule returns the module that app.config.from_object is given, by its name or as an import; nil for anything
// else, and where something is loaded on top of it.
func configModule(in *check.Input, s *repo.Site) *repo.Module {
	if loadsMore(s.Mod()) {
		return nil
	}
	switch v := in.Code.Value(syntax.Arg(s.Node, 0), s.Scope); v.Kind {
	case repo.Package:
		return in.Code.Module(v.File)
	case repo.Text:
		rel := strings.ReplaceAll(v.Text, ".", "/")
		for _, m := range in.Code.LiveModules() {
			if name := "/" + m.File.Path; m.File.Lang == repo.Python && (strings.HasSuffix(name, "/"+rel+".py") || strings.HasSuffix(name, "/"+rel+"/__init__.py")) {
				return m
			}
		}
	}
	return nil
}

// loadsMore reports whether a module also loads configuration from a file or from the environment, which may replace everything.
func loadsMore(m *repo.Module) bool {
	for _, other := range m.Calls {
		switch syntax.Last(other.Node.X) {
		case "from_pyfile", "from_envvar", "from_prefixed_env", "from_file", "from_json":
			if strings.Contains(syntax.Dotted(other.Node.X), "config") {
				return true
			}
		}
	}
	return false
}

// configClasses returns the classes that app.config.from_object may be given; of several the one named after production.
func configClasses(in *check.Input, s *repo.Site) []*repo.Scope {
	if loadsMore(s.Mod()) {
		return nil
	}
	v := in.Code.Value(syntax.Arg(s.Node, 0), s.Scope)
	var all []*repo.Scope
	for _, alt := range v.Alternatives() {
		switch alt.Kind {
		case repo.Class, repo.Instance:
			all = append(all, alt.Scope)
		case repo.Text:
			all = append(all, classNamed(in, alt.Text)...)
		}
	}
	for _, c := range all {
		if words(c.Name(), "prod", "production") {
			return []*repo.Scope{c}
		}
	}
	if len(all) > 1 {
		return nil // nobody can tell which
	}
	return all
}

// classNamed finds the class of a dotted name such as config.ProductionConfig.
func classNamed(in *check.Input, dotted string) []*repo.Scope {
	name := dotted[strings.LastIndexByte(dotted, '.')+1:]
	for _, m := range in.Code.LiveModules() {
		for _, c := range m.Classes {
			if m.File.Lang == repo.Python && c.Name() == name && name != "" {
				return []*repo.Scope{c}
			}
		}
	}
	return nil
}

// replacedInProduction reports whether a Django settings module has a sibling for production that sets the name anew.
func replacedInProduction(in *check.Input, m *repo.Module, name string) bool {
	dir, own := split(m.File.Path)
	for _, f := range in.Code.Files() {
		d, base := split(f.Path)
		if d != dir || base == own || f.Lang != repo.Python || !words(strings.TrimSuffix(base, ".py"), "prod", "production", "live", "staging", "deploy", "deployment", "heroku", "render") {
			continue
		}
		if other := in.Code.Module(f); other != nil && other.Scope.Names[name] != nil {
			return true
		}
	}
	return false
}

// keyOfAssign reads app.secret_key = x, app.config["SECRET_KEY"] = x and Django's SECRET_KEY = x.
func keyOfAssign(in *check.Input, s *repo.Site, add func(*repo.Site, string, *node)) {
	if len(s.Node.List) != 1 || s.Node.X == nil {
		return
	}
	t := s.Node.List[0]
	switch {
	case t.Is(syntax.Attr) && (t.Name == "secret_key" || t.Name == "SECRET_KEY") && strings.Contains(in.Code.Qualified(t.X, s.Scope), "()"):
		add(s, "sessions", s.Node.X)
	case t.Is(syntax.Attr) && (strings.HasSuffix(syntax.Dotted(t), "config.SECRET") || strings.HasSuffix(syntax.Dotted(t), "config.JWT_SECRET")):
		add(s, "tokens", s.Node.X)
	case t.Is(syntax.Index) && t.Y.Is(syntax.Str) && configKeys[t.Y.Text] != "" && strings.HasSuffix(syntax.Dotted(t.X), "config"):
		add(s, configKeys[t.Y.Text], s.Node.X)
	case t.Is(syntax.Name) && t.Name == "SECRET_KEY" && s.Scope.Kind == repo.ModuleScope && s.Scope.Names["INSTALLED_APPS"] != nil && !replacedInProduction(in, s.Mod(), "SECRET_KEY"):
		add(s, "sessions and tokens", s.Node.X)
	case t.Is(syntax.Name) && (t.Name == "reset_password_token_secret" || t.Name == "verification_token_secret") && s.Scope.Kind == repo.ClassScope:
		add(s, "tokens", s.Node.X)
	case t.Is(syntax.Attr) && t.Name == "keys" && strings.Contains(in.Code.Qualified(t.X, s.Scope), "koa()"):
		add(s, "sessions", s.Node.X)
	case t.Is(syntax.Name) && strings.EqualFold(t.Name, "authOptions") && s.Node.X.Is(syntax.Dict):
		add(s, "sessions", syntax.Field(s.Node.X, "secret"))
	}
}

// keyOfParser reads the key function that jwt.Parse is given in Go.
func keyOfParser(fn *repo.Func, add func(*repo.Site, string, *node)) {
	if fn.Call == nil {
		return
	}
	switch syntax.Last(fn.Call.Node.X) {
	case "Parse", "ParseWithClaims":
		if syntax.Dotted(fn.Call.Node.X.X) != "jwt" {
			return
		}
	default:
		return
	}
	for _, exit := range fn.Exits {
		if exit.Node.X != nil && !exit.Node.X.Is(syntax.Const) {
			add(exit, "tokens", exit.Node.X)
		}
	}
}

// keyFallback returns the literal that signs when no variable is set; false when there is none.
func keyFallback(v repo.Value) (string, bool) {
	if v.Kind != repo.Env || v.Default == nil {
		return "", false
	}
	d := v.Fallback()
	if d.Kind == repo.Choice {
		return literalText(d)
	}
	return d.Text, d.Kind == repo.Text
}

// publicKey reports whether a text is no secret: a public key in PEM form.
func publicKey(s string) bool {
	return strings.Contains(s, "-----BEGIN PUBLIC") || strings.Contains(s, "-----BEGIN CERT")
}
