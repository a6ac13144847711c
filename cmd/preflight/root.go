package main

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/ba-assistant/ba-assistant/ba"
)

const help = `preflight finds what breaks a first deployment before the users do.

  preflight                       check the repository in this folder
  preflight PATH URL              check a repository and its running site
  preflight URL --api URL         check a site and the address of its back end

Output   --format human|json|sarif|junit|markdown   --output FILE   --all
Gate     --strict (warnings fail)   --baseline REPORT.json   --diff COMMIT
Names    --names FILE   variables set on the platform, one name a line
Site     --login PATH   --health PATH   --stream PATH   where they are not usual
         --allow-private     the site may be on this machine or network
         --active            the site is mine: try limits, published keys, state
         --contact-provider  ask the sign-in provider about the redirect URI
         --token-stdin       try a test account's token against published keys
Redeploy --canary write|check --canary-record PATH [--canary-field NAME]
         does a record survive? PREFLIGHT_TOKEN holds a test account's token

  preflight explain ID | hook install | version

Exit codes: 0 no blocker, 1 blocker, 2 wrong usage or nothing to check,
3 something could not be read. Nothing of the repository is executed; no
secret is shown; nothing is sent but to the URLs given.
`

var formats = []string{"human", "json", "sarif", "junit", "markdown"}

// flags are what the main command takes.
type flags struct {
	format, output            string
	all, strict               bool
	baseline, diff, names     string
	api                       string
	login, health, stream     string
	allowPrivate, active      bool
	contactProvider, tokenIn  bool
	canary, canaryFile        string
	canaryRecord, canaryField string
}

func (f *flags) register(set *pflag.FlagSet) {
	set.StringVar(&f.format, "format", "human", "")
	set.StringVar(&f.output, "output", "", "")
	set.BoolVar(&f.all, "all", false, "")
	set.BoolVar(&f.strict, "strict", false, "")
	set.StringVar(&f.baseline, "baseline", "", "")
	set.StringVar(&f.diff, "diff", "", "")
	set.StringVar(&f.names, "names", "", "")
	set.StringVar(&f.api, "api", "", "")
	set.StringVar(&f.login, "login", "", "")
	set.StringVar(&f.health, "health", "", "")
	set.StringVar(&f.stream, "stream", "", "")
	set.BoolVar(&f.allowPrivate, "allow-private", false, "")
	set.BoolVar(&f.active, "active", false, "")
	set.BoolVar(&f.contactProvider, "contact-provider", false, "")
	set.BoolVar(&f.tokenIn, "token-stdin", false, "")
	set.StringVar(&f.canary, "canary", "", "")
	set.StringVar(&f.canaryFile, "canary-file", ".preflight-canary.json", "")
	set.StringVar(&f.canaryRecord, "canary-record", "", "")
	set.StringVar(&f.canaryField, "canary-field", "", "")
}

func (f *flags) validate() error {
	switch {
	case !slices.Contains(formats, f.format):
		return usageError{fmt.Errorf("--format %q is not one of human, json, sarif, junit, markdown", f.format)}
	case f.canary != "" && f.canary != "write" && f.canary != "check":
		return usageError{fmt.Errorf("--canary is write before a redeploy, or check after it")}
	}
	return nil
}

func rootCommand(s streams) *cobra.Command {
	f := &flags{}
	cmd := &cobra.Command{
		Use:           "preflight [PATH] [URL]",
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.validate(); err != nil {
				return err
			}
			return scanCommand(cmd.Context(), s, f, args)
		},
	}
	f.register(cmd.Flags())
	cmd.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	cmd.SetHelpFunc(func(*cobra.Command, []string) { fmt.Fprint(s.out, help) })
	cmd.CompletionOptions.DisableDefaultCmd = true
	cmd.SetHelpCommand(&cobra.Command{Use: "help", Hidden: true, Run: func(*cobra.Command, []string) { fmt.Fprint(s.out, help) }})
	cmd.AddCommand(explainCommand(s), hookCommand(s), versionCommand(s))
	return cmd
}

// invalid is a request that makes no sense, in words for a person.
func invalid(format string, args ...any) error { return ba.E(ba.Invalid, fmt.Sprintf(format, args...)) }
