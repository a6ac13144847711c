package secrets

import (
	"regexp"
	"sort"
	"strings"
	"time"
)

// Secret is one value, with everywhere it was found. The value itself is not in it.
type Secret struct {
	Kind        *Kind
	Rule        string // what recognised it
	Name        string // the variable or field; empty where the format alone speaks
	Masked      string
	Fingerprint string // equal for equal values of one run, and meaningless after it
	// Proven says that a provider's own format, or an env file's value, shows
	// it; the others are guesses from a name and randomness.
	Proven bool
	Places []Place // the tree's first, then history's, newest first
}

// Place is where a value stands or stood.
type Place struct {
	Path   string
	Line   int
	Commit string    // empty for the working tree; else the newest commit that adds it
	Time   time.Time // of Commit
	First  string    // the oldest commit that adds it at this path
	Since  time.Time // of First
	Env    bool      // an env file
	Doc    bool
	Client bool // shipped to browsers or phones

	newest, oldest int32 // of Commit and First in the order of history, newest first
}

// candidate is a match before it is judged and grouped.
type candidate struct {
	rule, name, value string
	line              int // 0-based in the text
	proven            bool
}

// documentedFakes are tokens that stand in the providers' own documentation.
var documentedFakes = []string{
	"4eC39HqLyjWDarjtT1zdp7dc", "BQokikJOvBiI2HlWgH4olfQ2", "AKIAIOSFODNN7", "wJalrXUtnFEMI", "tGzv3JOkF0XG5Qx2TlKWIA", "Xw2vbDyjTWdIXw2v",
}

// Match is what a matcher found: a rule's id, the secret, the text around it
// that the rule matched, and its line, from 0.
type Match struct {
	Rule, Secret, Text string
	Line               int
}

// Matcher finds secrets by format. Package formats has one; it is called from
// several goroutines.
type Matcher interface {
	Match(path, text string) []Match
}

// find returns what in the text of a file is a secret by format, by its place
// in an env file, or by name and randomness. Fixtures give nothing, templates
// only what has a provider's format.
func find(d Matcher, path, text string, guess bool) []candidate {
	where := placeOf(path)
	env, template := EnvFile(path)
	if where.skip || where.made(path, template) {
		return nil
	}
	var found []candidate
	for _, m := range d.Match(path, text) {
		if c, ok := judge(m.Rule, m.Secret, m.Text, path, where); ok {
			if template && (!c.proven || isPlaceholder("", m.Secret)) {
				continue // in a template only what has a provider's own format is somebody's
			}
			c.line = m.Line
			found = append(found, c)
		}
	}
	if env && template {
		return found
	}
	if env {
		found = append(found, envSecrets(text)...)
	} else if guess && !where.doc && !where.client {
		found = append(found, unexplained(assignments(text), found)...)
	}
	return found
}

// unexplained drops guesses that a format already explains: those on its line,
// and the second half of an AWS pair, which stands within five lines.
func unexplained(guesses, proven []candidate) []candidate {
	var rest []candidate
	for _, g := range guesses {
		explained := false
		for _, p := range proven {
			distance := max(g.line-p.line, p.line-g.line)
			explained = explained || distance == 0 || p.rule == "aws-access-token" && distance <= 5
		}
		if !explained {
			rest = append(rest, g)
		}
	}
	return rest
}

// envSecrets are the real-looking values of an env file.
func envSecrets(text string) []candidate {
	var found []candidate
	for _, v := range ParseEnv([]byte(text)) {
		if !SecretName(v.Name) && !connectionName(v.Name) {
			continue
		}
		if Classify(v.Name, v.Value) == Real || chosen(v.Name, v.Value) {
			found = append(found, candidate{rule: "env-value", name: v.Name, value: v.Value, line: v.Line - 1, proven: true})
		}
	}
	return found
}

var demoKey = regexp.MustCompile(`(?i)snakeoil|localhost|self[-_]?signed|dummy|insecure|example|sample|(?:^|[/._-])(?:dev|test|demo|fake)(?:[/._-]|$)`)

// judge decides whether a match of a format is somebody's secret. ok is false
// for placeholders, publishable keys and demonstration material.
func judge(rule, secret, match, path string, where place) (c candidate, ok bool) {
	c = candidate{rule: rule, value: secret, proven: true}
	for _, fake := range documentedFakes {
		if strings.Contains(secret, fake) {
			return c, false
		}
	}
	switch rule {
	case "preflight-database-url":
		c.value = match
		return c, classifyURL(match) == Real
	case "preflight-service-role":
		return c, jwtRole(secret) == "service_role"
	case "private-key":
		return c, !where.doc && !demoKey.MatchString(path) && Entropy(secret) > 4.5
	case "gcp-api-key":
		c.proven = false
		return c, !where.client && !where.doc && !isPlaceholder("", secret)
	case "stripe-access-token":
		c.proven = !strings.Contains(secret, "_test_")
		return c, !isPlaceholder("", strings.TrimPrefix(strings.TrimPrefix(secret, "sk_test_"), "rk_test_"))
	}
	return c, !isPlaceholder("", secret)
}

// assignments are literals given to secret names in code. Two signals are
// needed, the name and a value that nobody types; they are guesses still.
func assignments(text string) []candidate {
	var found []candidate
	line := 0
	for s := range strings.Lines(text) {
		if c, ok := assignment(s); ok {
			c.line = line
			found = append(found, c)
		}
		line++
	}
	return found
}

func assignment(line string) (candidate, bool) {
	if len(line) > 2000 {
		return candidate{}, false
	}
	at := strings.IndexAny(line, "=:")
	if at <= 0 || !strings.ContainsAny(line[at:], "\"'`") {
		return candidate{}, false
	}
	name := lastName(line[:at])
	if len(name) < 3 || !SecretName(name) {
		return candidate{}, false
	}
	value, ok := quotedValue(line[at:])
	if !ok || len(value) < 20 || Entropy(value) < 3.5 || strings.ContainsAny(value, " /:$%{}()<>") {
		return candidate{}, false
	}
	if kindsOfCharacter(value) < 2 || !strings.ContainsAny(value, "0123456789") || Classify(name, value) != Real {
		return candidate{}, false
	}
	return candidate{rule: "named-literal", name: name, value: value}, true
}

// lastName is the identifier before an assignment: `"client_secret"`, `self.jwt_secret`, `const apiKey`.
func lastName(s string) string {
	s = strings.TrimRight(s, " \t\"'`]:?)")
	end := len(s)
	start := end
	for start > 0 && (s[start-1] == '_' || s[start-1] == '-' || s[start-1] >= '0' && s[start-1] <= '9' || s[start-1] >= 'a' && s[start-1] <= 'z' || s[start-1] >= 'A' && s[start-1] <= 'Z') {
		start--
	}
	return s[start:end]
}

// quotedValue returns a string literal that follows the assignment directly: a
// literal inside a call is an argument, often the name of a variable.
func quotedValue(s string) (string, bool) {
	s = strings.TrimLeft(s, ":=> \t")
	if s == "" || !strings.ContainsRune("\"'`", rune(s[0])) {
		return "", false
	}
	end := strings.IndexByte(s[1:], s[0])
	if end < 0 {
		return "", false
	}
	return s[1 : 1+end], true
}

// collector groups candidates by value.
type collector struct {
	fp      *fingerprinter
	secrets map[string]*Secret
}

func newCollector(fp *fingerprinter) *collector {
	return &collector{fp: fp, secrets: make(map[string]*Secret)}
}

func (c *collector) add(found candidate, p Place) {
	id := c.fp.of(identity(found.value))
	s := c.secrets[id]
	kind := kindOfRule()[found.rule]
	if kind == nil {
		kind = kindOfName(found.name)
		if strings.Contains(found.value, "://") {
			kind = kindByID("database")
		}
	}
	if s == nil {
		s = &Secret{Kind: kind, Rule: found.rule, Masked: Mask(found.value), Fingerprint: id}
		c.secrets[id] = s
	}
	if s.Kind.ID == "other" || s.Rule == "named-literal" || s.Rule == "env-value" && found.rule != "named-literal" {
		s.Kind, s.Rule = kind, found.rule
	}
	if s.Name == "" {
		s.Name = found.name
	}
	s.Proven = s.Proven || found.proven
	for _, have := range s.Places {
		if have.Path == p.Path && have.Line == p.Line && have.Commit == p.Commit {
			return
		}
	}
	s.Places = append(s.Places, p)
}

// identity is what makes two values the same secret: of a connection string
// the password and the host, whatever database and options follow.
func identity(value string) string {
	if password, host, ok := urlPassword(value); ok {
		return password + "@" + host
	}
	return value
}

// merged joins the places of history that share a path: the newest commit
// gives the line, the oldest says since when.
func merged(places []Place) []Place {
	sort.SliceStable(places, func(i, j int) bool { return placeBefore(places[i], places[j]) })
	var out []Place
	at := make(map[string]int)
	for _, p := range places {
		i, known := at[p.Path]
		switch {
		case p.Commit == "" || !known:
			if p.Commit != "" {
				at[p.Path] = len(out)
			}
			out = append(out, p)
		case p.oldest > out[i].oldest:
			out[i].First, out[i].Since, out[i].oldest = p.First, p.Since, p.oldest
		}
	}
	return out
}

// list returns the secrets, proven ones first, then by their first place.
func (c *collector) list() []Secret {
	list := make([]Secret, 0, len(c.secrets))
	for _, s := range c.secrets {
		s.Places = merged(s.Places)
		list = append(list, *s)
	}
	sort.Slice(list, func(i, j int) bool {
		if list[i].Proven != list[j].Proven {
			return list[i].Proven
		}
		a, b := list[i].Places[0], list[j].Places[0]
		if a.Path != b.Path || a.Line != b.Line {
			return a.Path < b.Path || a.Path == b.Path && a.Line < b.Line
		}
		return list[i].Fingerprint < list[j].Fingerprint
	})
	return list
}

func placeBefore(a, b Place) bool {
	switch {
	case (a.Commit == "") != (b.Commit == ""):
		return a.Commit == ""
	case a.newest != b.newest:
		return a.newest < b.newest
	case a.Path != b.Path:
		return a.Path < b.Path
	}
	return a.Line < b.Line
}
