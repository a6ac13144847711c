package manifest

import (
	"path"
	"strings"
)

const maxEnvLines = 5000

// envUse derives what an env file is for from its name. ok is false for other files.
func envUse(file string) (use EnvUse, ok bool) {
	base := strings.ToLower(path.Base(file))
	isEnv := base == ".env" || strings.HasPrefix(base, ".env.") || strings.HasPrefix(base, ".env-") || strings.HasPrefix(base, ".env_") || strings.HasSuffix(base, ".env") ||
		strings.HasPrefix(base, "env.") && !strings.Contains(base[4:], ".") || base == "env"
	if !isEnv {
		return 0, false
	}
	switch path.Ext(base) {
	case ".py", ".ts", ".js", ".go", ".d", ".dart", ".sh", ".md", ".json", ".yml", ".yaml", ".mjs", ".cjs", ".tsx", ".html", ".txt", ".enc", ".gpg", ".age", ".vault", ".h", ".rs":
		return 0, false
	}
	use = EnvPlain
	for _, w := range strings.FieldsFunc(base, func(r rune) bool { return strings.ContainsRune("._-", r) }) {
		switch w {
		case "example", "examples", "sample", "template", "tpl", "dist", "defaults", "default", "schema", "tmpl", "copy", "placeholder":
			return EnvExample, true
		case "local", "dev", "development":
			use = EnvDevelopment
		case "test", "testing", "ci", "e2e":
			use = EnvTest
		case "production", "prod", "staging", "stage", "live", "deploy":
			use = EnvProduction
		}
	}
	return use, true
}

// envFiles reads every env file.
func (l *loader) envFiles() {
	for _, f := range l.t.Files() {
		use, ok := envUse(f.Path)
		if !ok || elsewhere(f.Path) || len(l.set.EnvFiles) >= maxManifests {
			continue
		}
		src, ok := l.read(f.Path, "env file")
		if !ok {
			continue
		}
		e := &EnvFile{Path: f.Path, Use: use, Vars: ParseEnv(string(src))}
		l.envs[f.Path] = e
		l.set.EnvFiles = append(l.set.EnvFiles, e)
	}
}

// ParseEnv reads the lines NAME=value of an env file, as dotenv loaders do:
// quotes are removed, an unquoted " #" begins a comment, and a quoted value may
// span lines. Lines that are nothing of the kind are left out.
func ParseEnv(text string) []EnvVar {
	lines := strings.Split(text, "\n")
	var out []EnvVar
	for i := 0; i < len(lines) && i < maxEnvLines; i++ {
		raw := strings.TrimSuffix(lines[i], "\r")
		v := EnvVar{Line: i + 1, Raw: raw}
		s := strings.TrimSpace(raw)
		if c, ok := strings.CutPrefix(s, "#"); ok {
			v.Comment, s = true, strings.TrimSpace(c)
		}
		if e, ok := strings.CutPrefix(s, "export "); ok {
			v.Exported, s = true, strings.TrimSpace(e)
		}
		name, value, ok := strings.Cut(s, "=")
		if v.Name = strings.TrimSpace(name); !ok || !isName(v.Name) || v.Comment && v.Name != strings.ToUpper(v.Name) {
			continue
		}
		value = strings.TrimSpace(value)
		if q := openQuote(value); q != 0 && !v.Comment && !closed(value, q) {
			for i+1 < len(lines) && i+1 < v.Line+100 && !strings.Contains(lines[i+1], string(q)) {
				i++
				value += "\n" + lines[i]
			}
			if i+1 < len(lines) {
				i++
				value += "\n" + strings.TrimSuffix(lines[i], "\r")
			}
		}
		v.Value = envValue(value)
		out = append(out, v)
	}
	return out
}

func openQuote(v string) byte {
	if v != "" && (v[0] == '"' || v[0] == '\'' || v[0] == '`') {
		return v[0]
	}
	return 0
}

func closed(v string, q byte) bool { return strings.IndexByte(v[1:], q) >= 0 }

func envValue(v string) string {
	if q := openQuote(v); q != 0 {
		if end := strings.IndexByte(v[1:], q); end >= 0 {
			return v[1 : 1+end]
		}
		return v[1:]
	}
	if i := strings.Index(v, " #"); i >= 0 {
		v = v[:i]
	}
	if strings.HasPrefix(v, "#") {
		return ""
	}
	return strings.TrimSpace(v)
}

// envInto gives a path the variables of an env file that it loads. A file that
// is not in the repository leaves the path open.
func (l *loader) envInto(p *Path, file string, at Place) {
	file = path.Clean(file)
	e := l.envs[file]
	if e == nil && l.t.Has(file) {
		if src, ok := l.read(file, "env file"); ok {
			e = &EnvFile{Path: file, Vars: ParseEnv(string(src))}
		}
	}
	if e == nil {
		p.VarsOpen = true
		p.Missing = append(p.Missing, Missing{"env file", file, at})
		return
	}
	if tracked, known := l.t.Tracked(file); known && !tracked {
		p.VarsOpen = true // it is on this machine only; the names still count
	}
	p.EnvFiles = append(p.EnvFiles, file)
	for _, v := range e.Vars {
		if v.Comment {
			continue
		}
		out := Variable{Name: v.Name, Kind: Literal, Value: v.Value, Place: Place{file, v.Line}}
		if strings.Contains(v.Value, "${") {
			out.Kind, out.Ref = Referenced, v.Value
			out.Value = ""
		}
		p.Vars[v.Name] = out
	}
}
