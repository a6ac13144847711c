package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/preflight/secrets"
)

const hookMark = "# installed by preflight"

// hookScript checks what is about to be committed. Only findings in changed
// files stop the commit; git commit --no-verify goes around it.
const hookScript = `#!/bin/sh
` + hookMark + `
# Only what this commit changes can stop it; git commit --no-verify goes around it.
command -v preflight >/dev/null 2>&1 || { echo "preflight is not in PATH: the commit was not checked" >&2; exit 0; }
base=HEAD
git rev-parse --verify --quiet HEAD >/dev/null || exec preflight "$(git rev-parse --show-toplevel)"
exec preflight "$(git rev-parse --show-toplevel)" --diff "$base"
`

func hookCommand(s streams) *cobra.Command {
	hook := &cobra.Command{Use: "hook", RunE: func(*cobra.Command, []string) error {
		return usageError{errors.New("what about the hook? preflight hook install puts it into this repository")}
	}}
	hook.AddCommand(&cobra.Command{
		Use:  "install",
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return installHook(s, ".") },
	})
	return hook
}

// installHook writes the pre-commit hook. A hook that is not ours is left alone.
func installHook(s streams, dir string) error {
	repo, err := secrets.Open(dir)
	if err != nil {
		return ba.Wrap(ba.Invalid, "This folder is not in a git repository: there is nothing to hook into.", err)
	}
	file := filepath.Join(repo.CommonDir, "hooks", "pre-commit")
	old, err := os.ReadFile(file)
	switch {
	case err == nil && !strings.Contains(string(old), hookMark):
		return invalid("There is a pre-commit hook already. Add this line to %s: preflight \"$(git rev-parse --show-toplevel)\" --diff HEAD", file)
	case err != nil && !errors.Is(err, os.ErrNotExist):
		return ba.Wrap(ba.Unavailable, fmt.Sprintf("The hook %s could not be read.", file), err)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return ba.Wrap(ba.Unavailable, "The folder of hooks could not be made.", err)
	}
	if err := os.WriteFile(file, []byte(hookScript), 0o755); err != nil {
		return ba.Wrap(ba.Unavailable, fmt.Sprintf("The hook %s could not be written.", file), err)
	}
	fmt.Fprintf(s.out, "Installed %s. It checks what each commit changes.\n", file)
	return nil
}
