package scan

import (
	"testing"
	"testing/fstest"

	"github.com/ba-assistant/ba-assistant/preflight/tree"
)

func FuzzConfig(f *testing.F) {
	f.Add([]byte("suppress:\n  - id: AUTH-01\n    reason: x\n    until: 2027-01-01\nanswers:\n  OPS-01: {answer: yes, date: 2026-01-01}\n"), []byte("# preflight"+":ignore AUTH-01 because until=2027-01-01\n"))
	f.Add([]byte("suppress: &a [*a]\n"), []byte("/* preflight"+":ignore */"))
	f.Fuzz(func(t *testing.T, file, code []byte) {
		tr, err := tree.From(fstest.MapFS{ConfigFile: {Data: file, Mode: 0o644}, "a.py": {Data: code, Mode: 0o644}})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range readConfig(tr).suppressions {
			if s.Reason == "" || s.ID == "" {
				t.Fatalf("a suppression without reason or id counts: %+v", s)
			}
		}
	})
}
