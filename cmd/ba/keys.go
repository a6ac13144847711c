package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ba-assistant/ba-assistant/internal/app"
	"github.com/ba-assistant/ba-assistant/internal/config"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

func keysVerb() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "keys",
		Short: "Keys and sessions: status, rotate, retire, new, revoke-sessions",
		Args:  knownVerb,
		Run:   func(cmd *cobra.Command, _ []string) { _ = cmd.Help() },
	}
	cmd.AddCommand(keysStatusVerb(), keysRotateVerb(), keysRetireVerb(), keysNewVerb(), revokeVerb())
	return cmd
}

// operating makes what a verb does with the data of the installation.
func operating(do func(cmd *cobra.Command, o *app.Operator) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, _ []string) (err error) {
		c, err := config.Load(os.Environ())
		if err != nil {
			return err
		}
		ctx, stop := untilSignal(cmd.Context())
		defer stop()
		cmd.SetContext(ctx)
		o, err := app.OpenOperator(ctx, c, app.NewLogger(c, cmd.ErrOrStderr()))
		if err != nil {
			return err
		}
		defer func() {
			if closing := o.Close(); err == nil {
				err = closing
			}
		}()
		return do(cmd, o)
	}
}

func keysStatusVerb() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Show which master key wraps which data keys, their age, and what to do",
		Args:  noArgs,
		RunE: operating(func(cmd *cobra.Command, o *app.Operator) error {
			s, err := o.KeyStatus(cmd.Context())
			if err != nil {
				return err
			}
			if asJSON {
				out := json.NewEncoder(cmd.OutOrStdout())
				out.SetIndent("", "  ")
				return out.Encode(s)
			}
			writeStatus(cmd.OutOrStdout(), s)
			return nil
		}),
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "write JSON")
	return cmd
}

func writeStatus(w io.Writer, s app.KeyStatus) {
	line := func(name, format string, args ...any) {
		fmt.Fprintf(w, "%-14s "+format+"\n", append([]any{name}, args...)...)
	}
	line("Master key", "%s, from %s", s.Master, s.Place)
	line("", "%s", since("in use", s.MasterDone, "since the first start, or since it was replaced by hand"))
	line("Data keys", "%d", s.Keys)
	for _, g := range s.Groups {
		line("", "%-9s %5d wrapped by %s", g.Kind, g.Keys, g.Master)
	}
	line("", "%s", since("the oldest that seals was made", s.Oldest, "none yet"))
	line("", "%s", since("everything was sealed again", s.DataDone, "never under new data keys"))
	if len(s.Unfinished) > 0 {
		line("Cut short", "a rotation of: %s", strings.Join(s.Unfinished, ", "))
	}
	for _, n := range s.Next {
		line("To do", "%s", n)
	}
}

func since(what string, t *time.Time, otherwise string) string {
	if t == nil {
		return otherwise
	}
	return fmt.Sprintf("%s %s, %d days ago", what, t.Format("on 2 January 2006 at 15:04 UTC"), int(time.Since(*t).Hours()/24))
}

// everySecond returns a Progress that writes a line a second at most, and
// every line that says something else than a count.
func everySecond(w io.Writer) app.Progress {
	var last time.Time
	return func(line string) {
		counting := line != "" && line[0] >= '0' && line[0] <= '9'
		if counting && time.Since(last) < time.Second {
			return
		}
		last = time.Now()
		fmt.Fprintln(w, line)
	}
}

const rotateHelp = `Replace the key that wraps the data keys, while the server runs. A key file gets
a new first line and a key of Vault a new version; other keys are replaced by
hand first, and this command says how. What was sealed stays as it is and needs
the old master key no longer: "ba keys retire" forgets it.

With --data the data keys are replaced too and everything is sealed again, which
takes a while. It is for the case that somebody had the master key together with
the keyring. Backups from before then need the keyring and the master key from
before: make a new one right after.

Both may be stopped at any moment and run again.`

func keysRotateVerb() *cobra.Command {
	var data bool
	cmd := &cobra.Command{
		Use:   "rotate",
		Short: "Replace the master key; with --data the data keys too, and seal everything again",
		Long:  rotateHelp,
		Args:  noArgs,
		RunE: operating(func(cmd *cobra.Command, o *app.Operator) error {
			resumed, err := o.DataCutShort(cmd.Context())
			if err != nil {
				return err
			}
			if !data || !resumed {
				if err := rotateMaster(cmd, o); err != nil && !data {
					return err
				} else if err != nil {
					fmt.Fprintf(cmd.OutOrStdout(), "The master key was not replaced: %s\n", sentence(err))
				}
			}
			if data {
				if err := rotateData(cmd, o); err != nil {
					return err
				}
			}
			return todo(cmd, o)
		}),
	}
	cmd.Flags().BoolVar(&data, "data", false, "replace the data keys too, and seal everything again")
	return cmd
}

func rotateMaster(cmd *cobra.Command, o *app.Operator) error {
	n, idle, err := o.RotateMaster(cmd.Context(), everySecond(cmd.ErrOrStderr()))
	switch {
	case err != nil:
		return err
	case idle:
		fmt.Fprintln(cmd.OutOrStdout(), "Every data key is wrapped by the present master key.")
	default:
		fmt.Fprintf(cmd.OutOrStdout(), "%d data keys are wrapped by the new master key. Keep a copy of it where the old one's is.\n", n)
	}
	return nil
}

func rotateData(cmd *cobra.Command, o *app.Operator) error {
	done, err := o.RotateData(cmd.Context(), everySecond(cmd.ErrOrStderr()))
	if err == nil {
		fmt.Fprintf(cmd.OutOrStdout(), "%d values are sealed again under new data keys; the old data keys are destroyed. Make a backup now: those from before need the keyring from before.\n", done.Sealed)
	}
	return err
}

// todo prints what is left to do.
func todo(cmd *cobra.Command, o *app.Operator) error {
	s, err := o.KeyStatus(cmd.Context())
	for _, n := range s.Next {
		fmt.Fprintln(cmd.OutOrStdout(), n)
	}
	return err
}

func keysRetireVerb() *cobra.Command {
	return &cobra.Command{
		Use:   "retire",
		Short: "Forget the master keys before the present one, after a last look for what they wrap",
		Args:  noArgs,
		RunE: operating(func(cmd *cobra.Command, o *app.Operator) error {
			left, err := o.RetireMaster(cmd.Context(), everySecond(cmd.ErrOrStderr()))
			if err != nil {
				return err
			}
			if left == "" {
				left = "Only the present master key is needed. Destroy copies of older ones, unless you keep copies of the keyring from before."
			}
			fmt.Fprintln(cmd.OutOrStdout(), left)
			return nil
		}),
	}
}

func keysNewVerb() *cobra.Command {
	return &cobra.Command{
		Use:   "new",
		Short: "Print a new master key; nothing is changed",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			key, err := vault.NewKey()
			if err == nil {
				fmt.Fprintln(cmd.OutOrStdout(), key)
			}
			return err
		},
	}
}

func revokeVerb() *cobra.Command {
	var who string
	var tokens bool
	cmd := &cobra.Command{
		Use:   "revoke-sessions",
		Short: "Sign everybody out, or one person (--user); with --tokens their API tokens too",
		Args:  noArgs,
		RunE: operating(func(cmd *cobra.Command, o *app.Operator) error {
			r, err := o.Revoke(cmd.Context(), who, tokens)
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%d sessions have ended", r.Sessions)
			if tokens {
				fmt.Fprintf(cmd.OutOrStdout(), ", and %d API tokens", r.Tokens)
			}
			fmt.Fprintln(cmd.OutOrStdout(), ". Open pages notice within five seconds.")
			return nil
		}),
	}
	cmd.Flags().StringVar(&who, "user", "", "address or id of the person; everybody without it")
	cmd.Flags().BoolVar(&tokens, "tokens", false, "revoke API tokens too")
	return cmd
}

// sentence is what an error says to people.
func sentence(err error) string {
	var b strings.Builder
	explain(&b, err)
	return strings.TrimSpace(strings.TrimPrefix(b.String(), "ba: "))
}
