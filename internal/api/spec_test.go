package api

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files")

func TestTheDescriptionIsTheGolden(t *testing.T) {
	got, err := Spec()
	if err != nil {
		t.Fatal(err)
	}
	golden := filepath.Join("testdata", "openapi.json")
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || string(got) != string(want) {
		t.Errorf("%s is out of date (%v): run go test ./internal/api -update, and look at the difference: clients rely on it", golden, err)
	}
}

func TestTheDescriptionNamesEveryRouteWithItsAuthority(t *testing.T) {
	raw, err := Spec()
	if err != nil {
		t.Fatal(err)
	}
	var spec struct {
		OpenAPI string `json:"openapi"`
		Paths   map[string]map[string]struct {
			ID         string `json:"operationId"`
			Summary    string `json:"summary"`
			Parameters []struct {
				Name, In string
			} `json:"parameters"`
			Authority string                   `json:"x-authority"`
			Security  []map[string][]string    `json:"security"`
			Responses map[string]specResponses `json:"responses"`
		} `json:"paths"`
	}
	if err := json.Unmarshal(raw, &spec); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(spec.OpenAPI, "3.1") {
		t.Errorf("version %s", spec.OpenAPI)
	}
	count := 0
	for _, rt := range Routes() {
		op, known := spec.Paths[rt.Path][strings.ToLower(rt.Method)]
		if !known {
			t.Errorf("%s %s is not described", rt.Method, rt.Path)
			continue
		}
		count++
		if op.ID != rt.ID || op.Summary == "" || op.Authority != string(rt.Authority) || (rt.Authority != Open) != (len(op.Security) > 0) {
			t.Errorf("%s %s is described as %+v", rt.Method, rt.Path, op)
		}
		for _, m := range placeholders.FindAllStringSubmatch(rt.Path, -1) {
			if !slices.ContainsFunc(op.Parameters, func(p struct{ Name, In string }) bool { return p.In == "path" && p.Name == m[1] }) {
				t.Errorf("%s %s: the parameter %s is not read", rt.Method, rt.Path, m[1])
			}
		}
		if _, has := op.Responses["default"].Content["application/problem+json"]; !has {
			t.Errorf("%s %s: its errors are not described", rt.Method, rt.Path)
		}
	}
	described := 0
	for _, methods := range spec.Paths {
		described += len(methods)
	}
	if described != count || count < 40 {
		t.Errorf("%d operations are described, %d in the table", described, count)
	}
}

var placeholders = regexp.MustCompile(`\{([a-z_]+)\}`)

type specResponses struct {
	Content map[string]json.RawMessage `json:"content"`
}

func TestTheDescriptionHoldsNoLinkToOthers(t *testing.T) {
	raw, err := Spec()
	if err != nil {
		t.Fatal(err)
	}
	page, err := renderDocs(raw)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"description": string(raw), "page": string(page)} {
		for _, bad := range []string{"https://", "http://", "<script", "javascript:", "unpkg", "$schema", "style="} {
			if strings.Contains(text, bad) {
				t.Errorf("the %s holds %q", name, bad)
			}
		}
	}
	for _, rt := range Routes() {
		if !strings.Contains(string(page), `id="`+rt.ID+`"`) {
			t.Errorf("the page lacks %s", rt.ID)
		}
	}
}
