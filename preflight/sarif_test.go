package preflight_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/internal/testenv"
)

func TestSARIFIsValidByTheSchema(t *testing.T) {
	src, err := os.ReadFile(testenv.Shared(t, "schemas", "sarif-2.1.0.json"))
	if err != nil {
		t.Fatal(err)
	}
	s := &schema{}
	if err := json.Unmarshal(src, &s.root); err != nil {
		t.Fatal(err)
	}
	r := report(t)
	r.Errors = append(r.Errors, "the history could not be read")
	r.Findings[0].Baseline = true
	r.Findings[1].Suppressed = "accepted by the owner"
	var b bytes.Buffer
	if err := r.WriteSARIF(&b, true); err != nil {
		t.Fatal(err)
	}
	var doc any
	if err := json.Unmarshal(b.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	for _, problem := range s.check(s.root, doc, "") {
		t.Error(problem)
	}
	if !strings.Contains(b.String(), `"uri": "app/auth.py"`) || !strings.Contains(b.String(), `"startLine": 7`) || !strings.Contains(b.String(), "https://app.example.com/") {
		t.Errorf("locations are missing:\n%s", b.String())
	}
	// the validator itself must be able to object
	if len(s.check(s.root, map[string]any{"version": "1.0", "runs": []any{map[string]any{}}}, "")) < 2 {
		t.Error("the validator accepts what is invalid")
	}
}

// schema checks a document against the parts of JSON Schema that the schema of
// SARIF uses.
type schema struct{ root map[string]any }

func (s *schema) check(rule map[string]any, value any, at string) (problems []string) {
	add := func(format string, args ...any) { problems = append(problems, at+": "+fmt.Sprintf(format, args...)) }
	if ref, ok := rule["$ref"].(string); ok {
		return s.check(s.resolve(ref), value, at)
	}
	if list, ok := rule["enum"].([]any); ok && !slices.ContainsFunc(list, func(e any) bool { return reflect.DeepEqual(e, value) }) {
		add("%v is none of %v", value, list)
	}
	if list, ok := rule["anyOf"].([]any); ok && !slices.ContainsFunc(list, func(e any) bool { return len(s.check(e.(map[string]any), value, at)) == 0 }) {
		add("fits none of the alternatives")
	}
	switch v := value.(type) {
	case map[string]any:
		s.object(rule, v, at, &problems)
	case []any:
		s.array(rule, v, at, &problems)
	case string:
		if p, ok := rule["pattern"].(string); ok && !regexp.MustCompile(p).MatchString(v) {
			add("%q does not match %s", v, p)
		}
		if kind, ok := rule["type"].(string); ok && kind != "string" {
			add("is text, want %s", kind)
		}
	case float64:
		if low, ok := rule["minimum"].(float64); ok && v < low {
			add("%v is below %v", v, low)
		}
		if kind, ok := rule["type"].(string); ok && kind != "integer" && kind != "number" {
			add("is a number, want %s", kind)
		}
	case bool:
		if kind, ok := rule["type"].(string); ok && kind != "boolean" {
			add("is true or false, want %s", kind)
		}
	}
	return problems
}

func (s *schema) object(rule, v map[string]any, at string, problems *[]string) {
	if kind, ok := rule["type"].(string); ok && kind != "object" {
		*problems = append(*problems, at+": is an object, want "+kind)
		return
	}
	for _, name := range asList(rule["required"]) {
		if _, ok := v[name.(string)]; !ok {
			*problems = append(*problems, at+": lacks "+name.(string))
		}
	}
	props, _ := rule["properties"].(map[string]any)
	for name, value := range v {
		sub, known := props[name].(map[string]any)
		switch more := rule["additionalProperties"].(type) {
		case bool:
			if !known && !more {
				*problems = append(*problems, at+": has the unknown property "+name)
			}
		case map[string]any:
			if !known {
				sub, known = more, true
			}
		}
		if known {
			*problems = append(*problems, s.check(sub, value, at+"/"+name)...)
		}
	}
}

func (s *schema) array(rule map[string]any, v []any, at string, problems *[]string) {
	if kind, ok := rule["type"].(string); ok && kind != "array" {
		*problems = append(*problems, at+": is a list, want "+kind)
		return
	}
	if low, ok := rule["minItems"].(float64); ok && float64(len(v)) < low {
		*problems = append(*problems, at+": has too few items")
	}
	if unique, _ := rule["uniqueItems"].(bool); unique {
		for i := range v {
			for j := range i {
				if reflect.DeepEqual(v[i], v[j]) {
					*problems = append(*problems, fmt.Sprintf("%s: items %d and %d are the same", at, j, i))
				}
			}
		}
	}
	if items, ok := rule["items"].(map[string]any); ok {
		for i, e := range v {
			*problems = append(*problems, s.check(items, e, fmt.Sprintf("%s/%d", at, i))...)
		}
	}
}

func asList(v any) []any {
	list, _ := v.([]any)
	return list
}

func (s *schema) resolve(ref string) map[string]any {
	at := any(s.root)
	for _, part := range strings.Split(strings.TrimPrefix(ref, "#/"), "/") {
		at = at.(map[string]any)[part]
	}
	return at.(map[string]any)
}
