package config

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"
)

// placeholder is what guides and templates write where a value belongs.
var placeholder = regexp.MustCompile(`^(?i)(<.*>|\[.*\]|\$\{.*|\{\{.*|\.\.\.|x{3,}|todo|tbd|replace.?me|change.?me|your[-_ ].*|insert[-_ ].*|none|null|undefined)$`)

// checkForms finds values that were never filled in, and such as carry the
// quotes of the file that they come from.
func (c *Config) checkForms() []Problem {
	if !c.Production() {
		return nil
	}
	var all []Problem
	v := reflect.ValueOf(*c)
	for _, o := range Options() {
		if v.Field(o.field).Kind() != reflect.String {
			continue
		}
		value := fmt.Sprint(v.Field(o.field).Interface())
		switch {
		case placeholder.MatchString(value):
			all = append(all, Problem{o.Name, "holds a placeholder and not a value.", "Write the real value, or remove it."})
		case quoted(value):
			all = append(all, Problem{o.Name, "begins and ends with a quotation mark, which belongs to the file and not to the value.", "Remove the quotation marks."})
		}
	}
	if strings.Contains(c.DatabaseURL, "@host/") || strings.Contains(c.DatabaseURL, "user:password@") {
		all = append(all, Problem{"DATABASE_URL", "is the example of the documentation.", "Write the address of your database, or remove it for SQLite in DATA_DIR."})
	}
	return all
}

func quoted(s string) bool {
	return len(s) >= 2 && (s[0] == '"' || s[0] == '\'') && s[len(s)-1] == s[0]
}
