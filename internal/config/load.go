package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/caarlos0/env/v11"
)

// Problem is one thing that is wrong with the configuration.
type Problem struct {
	Variable string
	What     string // what is wrong, without repeating a secret
	Remedy   string // what to do
}

// String returns the problem as one line.
func (p Problem) String() string { return p.Variable + ": " + p.What + " " + p.Remedy }

// Problems is an error that lists everything that is wrong.
type Problems []Problem

// Error returns all problems, one a line.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, one := range p {
		lines[i] = "  " + one.String()
	}
	noun := "problems"
	if len(p) == 1 {
		noun = "problem"
	}
	return fmt.Sprintf("the configuration has %d %s:\n%s", len(p), noun, strings.Join(lines, "\n"))
}

// Load reads the configuration from environ (as os.Environ gives it) and checks
// it. The error is Problems and names all of them at once; the Config is then
// nil. It creates nothing.
func Load(environ []string) (*Config, error) {
	vars, problems := variables(environ)
	volume := vars["RAILWAY_VOLUME_MOUNT_PATH"]
	if vars["DATA_DIR"] == "" && volume != "" {
		vars["DATA_DIR"] = volume
	}
	if vars["PORT"] == "" && OwnTLS(func(name string) string { return vars[name] }) {
		vars["PORT"] = "443"
	}
	c := Config{Volume: volume, given: given(environ)}
	err := env.ParseWithOptions(&c, env.Options{Environment: vars})
	problems = append(problems, parseProblems(err)...)
	c.keyFile, c.tokenFile = vars["MASTER_KEY_FILE"], vars["VAULT_TOKEN_FILE"]
	c.Platform = platform(vars)
	if c.Environment == "" && c.Platform == "" {
		c.Environment = Development
	}
	if c.PublicURL == "" {
		c.PublicURL = defaultPublicURL(&c, vars)
	}
	c.PublicURL = strings.TrimSuffix(c.PublicURL, "/")
	c.FrontendURL = strings.TrimSuffix(c.FrontendURL, "/")
	c.CORSOrigins = clean(c.CORSOrigins)
	c.AllowedDomains, c.AllowedTenants = lower(clean(c.AllowedDomains)), lower(clean(c.AllowedTenants))
	c.TrustedProxies = clean(c.TrustedProxies)
	c.cleanProviders()
	c.AIFree, c.AIFallback, c.InstanceBudgetUSD = clean(c.AIFree), clean(c.AIFallback), strings.TrimSpace(c.InstanceBudgetUSD)
	if err == nil {
		problems = append(problems, c.validate()...)
	}
	c.Notices = append(append(c.Notices, c.plainKeys()...), c.idleRedis()...)
	doubts := append(nearMisses(vars), c.halfProviders()...)
	if c.Production() {
		problems = append(problems, doubts...)
	} else {
		for _, p := range doubts {
			c.Notices = append(c.Notices, p.String())
		}
	}
	if len(problems) > 0 {
		return nil, Problems(problems)
	}
	if c.DatabaseURL == "" {
		c.DatabaseURL = "sqlite://" + filepath.ToSlash(filepath.Join(absolute(c.DataDir), "ba.db"))
	}
	return &c, nil
}

// given returns the names of the variables that are set and not empty.
func given(environ []string) map[string]bool {
	names := make(map[string]bool)
	for _, kv := range environ {
		if name, value, ok := strings.Cut(kv, "="); ok && value != "" {
			names[name] = true
		}
	}
	return names
}

// Source returns the variable that the option name came from: its own name,
// another one that is understood, or either with _FILE. It is empty where none
// is set.
func (c *Config) Source(name string) string {
	for _, o := range Options() {
		if o.Name != name {
			continue
		}
		for _, n := range append([]string{o.Name}, o.Aliases...) {
			for _, variable := range []string{n, n + "_FILE"} {
				if c.given[variable] {
					return variable
				}
			}
		}
	}
	return ""
}

// variables turns the environment into a map: aliases take their main name, and
// a NAME_FILE is read into NAME.
func variables(environ []string) (map[string]string, []Problem) {
	vars := make(map[string]string, len(environ))
	for _, kv := range environ {
		if name, value, ok := strings.Cut(kv, "="); ok {
			vars[name] = value
		}
	}
	var problems []Problem
	for _, o := range Options() {
		if o.Path {
			if vars[o.Name+"_FILE"] != "" { // the value is a file's name either way
				problems = append(problems, useAlias(vars, o.Name+"_FILE", o)...)
			}
			continue
		}
		for _, name := range append([]string{o.Name}, o.Aliases...) {
			problems = append(problems, readFile(vars, name)...)
			if name != o.Name && vars[name] != "" {
				problems = append(problems, useAlias(vars, name, o)...)
			}
		}
	}
	return vars, problems
}

func useAlias(vars map[string]string, alias string, o Option) []Problem {
	if strings.HasPrefix(alias, "AWS_") && vars[o.Name] != "" {
		return nil // it may be for AWS KMS, and the storage another one
	}
	if main := vars[o.Name]; main != "" && main != vars[alias] {
		return []Problem{{alias, "is another name of " + o.Name + " and both are set, to different values.", "Remove one of them."}}
	}
	if alias == "FERNET_KEY" {
		return []Problem{{alias, "is the key of the earlier Python version and cannot open or seal anything here.",
			"Remove it and set MASTER_KEY, for example from: openssl rand -base64 32"}}
	}
	vars[o.Name] = vars[alias]
	return nil
}

// maxFileValue bounds a NAME_FILE: a value is a key or an address, not a document.
const maxFileValue = 64 << 10

func readFile(vars map[string]string, name string) []Problem {
	path := vars[name+"_FILE"]
	if path == "" {
		return nil
	}
	if vars[name] != "" {
		return []Problem{{name + "_FILE", "is set, and so is " + name + ".", "Remove one of them."}}
	}
	info, err := os.Stat(path)
	if err == nil && info.Size() > maxFileValue {
		return []Problem{{name + "_FILE", "names a file that is too large for a value.", "Point it to the file that holds only the value."}}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return []Problem{{name + "_FILE", "names a file that cannot be read: " + reason(err) + ".", "Check the path and that this user may read it."}}
	}
	vars[name] = strings.TrimSpace(string(data))
	return nil
}

func reason(err error) string {
	var pe *os.PathError
	if errors.As(err, &pe) {
		return pe.Err.Error()
	}
	return err.Error()
}

// parseProblems turns the parser's errors into problems that repeat no value.
func parseProblems(err error) []Problem {
	if err == nil {
		return nil
	}
	var agg env.AggregateError
	if !errors.As(err, &agg) {
		return []Problem{{"environment", "could not be read.", "Report this: " + err.Error()}}
	}
	var problems []Problem
	for _, e := range agg.Errors {
		var pe env.ParseError
		if errors.As(e, &pe) {
			name := variableOf(pe.Name)
			problems = append(problems, Problem{name, "has a value that is not " + describe(pe.Type) + ".", "Correct it or remove it."})
			continue
		}
		problems = append(problems, Problem{"environment", e.Error() + ".", "Correct it."})
	}
	return problems
}

func describe(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.Int:
		return "a whole number"
	case reflect.Int64:
		if t.String() == "time.Duration" {
			return "a duration such as 20s"
		}
		return "a whole number"
	case reflect.Float64:
		return "a number"
	}
	return "a valid " + t.String()
}

func clean(list []string) []string {
	var out []string
	for _, s := range list {
		if s = strings.TrimSuffix(strings.TrimSpace(s), "/"); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

func lower(list []string) []string {
	for i := range list {
		list[i] = strings.ToLower(list[i])
	}
	return list
}

func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}
