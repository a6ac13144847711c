package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/ba-assistant/ba-assistant/internal/testenv"
)

func TestTheActionCallsTheCommandWithFlagsThatExist(t *testing.T) {
	src, err := os.ReadFile(filepath.Join(testenv.Root(t), "action.yml"))
	if err != nil {
		t.Fatal(err)
	}
	var action struct {
		Runs struct {
			Using string
			Steps []struct{ Run, Shell string }
		}
	}
	if err := yaml.Unmarshal(src, &action); err != nil {
		t.Fatal(err)
	}
	if action.Runs.Using != "composite" || len(action.Runs.Steps) == 0 {
		t.Fatalf("the action is %+v", action.Runs)
	}
	root := rootCommand(streams{})
	for _, step := range action.Runs.Steps {
		if step.Run != "" && step.Shell == "" {
			t.Errorf("a step without a shell: %q", step.Run)
		}
		for _, word := range strings.Fields(step.Run) {
			if name, ok := strings.CutPrefix(word, "--"); ok && root.Flags().Lookup(strings.Trim(name, `"`)) == nil {
				t.Errorf("there is no flag %s", word)
			}
		}
		if strings.Contains(step.Run, "${{") {
			t.Errorf("an input is put into a script, where it could be a command: %q", step.Run)
		}
	}
}
