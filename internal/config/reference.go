package config

import (
	"fmt"
	"reflect"
	"strings"
)

// Option is the declaration of one variable.
type Option struct {
	Name    string
	Aliases []string
	Default string
	Help    string
	Group   string
	Secret  bool
	Path    bool // the value is the name of a file, which NAME_FILE may hold as well
	field   int
}

// Options returns all declarations, in the order of the reference.
func Options() []Option {
	t := reflect.TypeFor[Config]()
	var options []Option
	for i := range t.NumField() {
		f := t.Field(i)
		name := f.Tag.Get("env")
		if name == "" {
			continue
		}
		o := Option{Name: name, Default: f.Tag.Get("envDefault"), Help: f.Tag.Get("help"),
			Group: f.Tag.Get("group"), Secret: f.Tag.Get("secret") == "true", Path: f.Tag.Get("path") == "true", field: i}
		if alias := f.Tag.Get("alias"); alias != "" {
			o.Aliases = strings.Split(alias, ",")
		}
		options = append(options, o)
	}
	return options
}

func variableOf(field string) string {
	if f, ok := reflect.TypeFor[Config]().FieldByName(field); ok {
		return f.Tag.Get("env")
	}
	return field
}

// Redacted returns the effective values, one "NAME=value" a line, with secrets
// replaced by whether they are set.
func (c *Config) Redacted() string {
	var b strings.Builder
	v := reflect.ValueOf(*c)
	for _, o := range Options() {
		value := v.Field(o.field)
		text := fmt.Sprint(value.Interface())
		if value.Kind() == reflect.Slice {
			text = strings.Join(value.Interface().([]string), ",")
		}
		switch {
		case o.Secret && value.IsZero():
			text = "(not set)"
		case o.Secret:
			text = "(set, not shown)"
		}
		fmt.Fprintf(&b, "%s=%s\n", o.Name, text)
	}
	return b.String()
}

// Example returns the text of .env.example: every variable, commented out, with
// its meaning and default.
func Example() string {
	var b strings.Builder
	b.WriteString("# Every option of BA Assistant, made by: ba config --example\n")
	b.WriteString("# Each can also be given as a file: NAME_FILE=/path/to/file\n")
	group := ""
	for _, o := range Options() {
		if o.Group != group {
			group = o.Group
			fmt.Fprintf(&b, "\n# --- %s ---\n", group)
		}
		fmt.Fprintf(&b, "\n# %s\n#%s=%s\n", wrap(o.Help, "# "), o.Name, o.Default)
	}
	return b.String()
}

// Markdown returns docs/configuration.md.
func Markdown() string {
	var b strings.Builder
	b.WriteString("# Configuration\n\nEvery option is an environment variable. Each can also be given as a file: with `NAME_FILE=/path`, the value is read from that file, which keeps secrets out of the environment.\n" +
		"In production an unknown name that is close to a known one stops the start, and all problems are listed together. `ba config` prints what is in force, without secrets. This page is made by `ba config --markdown`.\n")
	group := ""
	for _, o := range Options() {
		if o.Group != group {
			group = o.Group
			fmt.Fprintf(&b, "\n## %s\n\n| variable | default | meaning |\n| --- | --- | --- |\n", group)
		}
		name := "`" + o.Name + "`"
		for _, a := range o.Aliases {
			if a != "FERNET_KEY" {
				name += " (also `" + a + "`)"
			}
		}
		help := o.Help
		if o.Secret {
			help += " Secret."
		}
		def := ""
		if o.Default != "" {
			def = "`" + o.Default + "`"
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", name, def, help)
	}
	return b.String()
}

// wrap breaks a text at about 100 characters and begins each further line with prefix.
func wrap(text, prefix string) string {
	var b strings.Builder
	width := 0
	for i, word := range strings.Fields(text) {
		switch {
		case i == 0:
		case width+len(word) > 100:
			b.WriteString("\n" + prefix)
			width = 0
		default:
			b.WriteByte(' ')
		}
		b.WriteString(word)
		width += len(word) + 1
	}
	return b.String()
}
