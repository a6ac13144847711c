package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ba-assistant/ba-assistant/internal/app"
	"github.com/ba-assistant/ba-assistant/internal/config"
	"github.com/ba-assistant/ba-assistant/internal/move"
	"github.com/ba-assistant/ba-assistant/internal/store"
)

const aboutMigrate = `Without options, brings the database of DATABASE_URL up to date, as "ba serve"
does when it starts.

With --to, copies it into another database: from SQLite to PostgreSQL when one
machine is not enough, or back. Stop every instance first. The old database is
only read. A copy that was cut short goes on when the command is run again. At
the end every row is compared by its hash. Keys go with it; the master key
(MASTER_KEY) stays the same.

The password of PostgreSQL can be given in PGPASSWORD instead of in the URL.`

func migrateVerb() *cobra.Command {
	var to string
	cmd := &cobra.Command{
		Use:   "migrate",
		Short: "Bring the database up to date without serving, or move it (--to)",
		Long:  aboutMigrate,
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := config.Load(os.Environ())
			if err != nil {
				return err
			}
			if cmd.Flags().Changed("to") {
				return moveTo(cmd, c, to)
			}
			engine, schema, err := app.Migrate(cmd.Context(), c, app.NewLogger(c, cmd.ErrOrStderr()))
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "The %s database has schema %d, the newest that this version knows.\n", engine, schema)
			return nil
		},
	}
	cmd.Flags().StringVar(&to, "to", "", "copy everything to this database: postgres://..., sqlite:///... or a file")
	return cmd
}

func moveTo(cmd *cobra.Command, c *config.Config, to string) error {
	ctx, stop := untilSignal(cmd.Context())
	defer stop()
	out := cmd.OutOrStdout()
	began := time.Now()
	result, err := app.Move(ctx, c, to, app.NewLogger(c, cmd.ErrOrStderr()), progress(out))
	if errors.Is(err, context.Canceled) {
		fmt.Fprintln(out, "Stopped. The old database is as it was; run the command again to go on.")
		return quietError{err, exitFailure}
	}
	if err != nil {
		return err
	}
	printResult(out, result, time.Since(began))
	return nil
}

// progress prints a line for each table, and one every two seconds where it takes longer.
func progress(out io.Writer) func(move.Step) {
	var last time.Time
	return func(s move.Step) {
		if s.Of > 0 && s.Done == s.Of || time.Since(last) > 2*time.Second {
			last = time.Now()
			line := fmt.Sprintf("  %-22s %9d", s.Name, s.Done)
			if s.Of > s.Done {
				line += fmt.Sprintf(" of %d", s.Of)
			}
			fmt.Fprintln(out, line)
		}
	}
}

func printResult(out io.Writer, r move.Result, took time.Duration) {
	fmt.Fprintf(out, "\nCompared by hash, table by table; the same in both databases:\n\n")
	for _, c := range r.Tables {
		if c.Rows > 0 {
			fmt.Fprintf(out, "  %-22s %9d\n", c.Table, c.Rows)
		}
	}
	fmt.Fprintf(out, "  %-22s %9d\n  %-22s %9d rows\n\n", "keys", r.Keys, "together", r.Rows())
	verb := "Moved"
	if r.Before == store.Complete {
		verb = "It was there already; compared"
	}
	fmt.Fprintf(out, "%s in %s. Now:\n%s", verb, took.Round(100*time.Millisecond), strings.TrimPrefix(nextSteps, "\n"))
}

const nextSteps = `
  1. Set DATABASE_URL to the new database. MASTER_KEY, SECRET_KEY and
     INSTALLATION_ID stay as they are.
  2. Start, sign in, open a project and search for a word.
  3. Keep the old database and its keyring until you have a backup of the new
     one. It was only read.
`
