// Command ba is the workspace BA Assistant: "ba serve" runs it, the other
// verbs are for its operator.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/config"
)

// The exit codes.
const (
	exitFailure = 1 // something failed; the message says what to do
	exitUsage   = 2 // the command line or the configuration is wrong
)

// version is set by the linker (make build).
var version string

func main() {
	root := newRoot()
	err := root.Execute()
	var quiet quietError
	if err != nil && !errors.As(err, &quiet) {
		explain(os.Stderr, err)
	}
	os.Exit(exitCode(err))
}

const about = `BA Assistant: a workspace in which business analysts turn documents and
conversations into requirements. To begin, run "ba serve" and open the address
that it prints. It needs no configuration on a laptop.`

// screen returns what "ba" alone prints: it fits one screen of 24 lines. The
// verbs have cobra's own help.
func screen(root *cobra.Command) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\nCommands:\n", root.Long)
	for _, verb := range root.Commands() {
		if verb.IsAvailableCommand() {
			fmt.Fprintf(&b, "  %-9s %s\n", verb.Name(), verb.Short)
		}
	}
	b.WriteString("\n\"ba COMMAND --help\" says more about each.\n")
	return b.String()
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:                        "ba",
		Short:                      "BA Assistant, a workspace for business analysts",
		Long:                       about,
		SilenceUsage:               true,
		SilenceErrors:              true,
		Args:                       knownVerb,
		SuggestionsMinimumDistance: 2,
		CompletionOptions:          cobra.CompletionOptions{DisableDefaultCmd: true},
		Run:                        func(cmd *cobra.Command, _ []string) { _ = cmd.Help() },
	}
	root.SetHelpCommand(&cobra.Command{Hidden: true})
	standard := root.HelpFunc()
	root.SetHelpFunc(func(cmd *cobra.Command, args []string) {
		if cmd.HasParent() {
			standard(cmd, args)
			return
		}
		fmt.Fprint(cmd.OutOrStdout(), screen(cmd))
	})
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usageError{fmt.Errorf("%w\nRun \"%s --help\" for its options", err, cmd.CommandPath())}
	})
	root.AddCommand(serveVerb(), auditVerb(), backupVerb(), upgradeVerb(), restoreVerb(), configVerb(), doctorVerb(), healthVerb(), initVerb(), keysVerb(), migrateVerb(), openapiVerb(), usersVerb(), versionVerb(), extractVerb(), lintVerb())
	return root
}

// usageError is a wrong command line.
type usageError struct{ error }

// quietError ends the program with a code, when everything was said already.
type quietError struct {
	error
	code int
}

// knownVerb refuses what is no verb, with those that are near.
func knownVerb(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	text := fmt.Sprintf("there is no verb %q; run \"ba\" for the list", args[0])
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		text = fmt.Sprintf("there is no verb %q; did you mean %q?", args[0], near[0])
	}
	return usageError{errors.New(text)}
}

// noArgs refuses arguments that a verb would ignore.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usageError{fmt.Errorf("%q takes no arguments; run \"%s --help\"", cmd.CommandPath(), cmd.CommandPath())}
	}
	return nil
}

// explain prints an error for the operator: the sentence first, then the cause.
func explain(w io.Writer, err error) {
	var known *ba.Error
	if !errors.As(err, &known) || known.Msg == "" {
		fmt.Fprintf(w, "ba: %v\n", err)
		return
	}
	fmt.Fprintf(w, "ba: %s\n", known.Msg)
	if known.Err != nil {
		fmt.Fprintf(w, "    (%v)\n", known.Err)
	}
}

func exitCode(err error) int {
	var problems config.Problems
	var usage usageError
	var quiet quietError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &quiet):
		return quiet.code
	case errors.As(err, &problems), errors.As(err, &usage):
		return exitUsage
	}
	return exitFailure
}

// versionName returns the version of this build: the linker's, or the commit
// that go run and go build know of.
func versionName() string {
	if version != "" {
		return version
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "devel"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return "devel-" + s.Value[:12]
		}
	}
	return "devel"
}
