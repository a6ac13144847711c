package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/ba-assistant/ba-assistant/internal/app"
	"github.com/ba-assistant/ba-assistant/internal/backup"
	"github.com/ba-assistant/ba-assistant/internal/config"
)

func upgradeVerb() *cobra.Command {
	var rehearse bool
	cmd := &cobra.Command{
		Use:   "upgrade --rehearse",
		Short: "Rehearse an upgrade on a copy of the database; \"ba serve\" does the upgrade itself",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !rehearse {
				return usageError{errors.New("\"ba serve\" and \"ba migrate\" upgrade the database, after a backup; here it is only rehearsed: ba upgrade --rehearse")}
			}
			c, err := config.Load(os.Environ())
			if err != nil {
				return err
			}
			ctx, stop := untilSignal(cmd.Context())
			defer stop()
			m := newMeter(cmd.ErrOrStderr())
			report, err := app.Rehearse(ctx, c, app.NewLogger(c, cmd.ErrOrStderr()), m.tell)
			m.end()
			if err != nil {
				return err
			}
			return writeRehearsal(cmd.OutOrStdout(), report)
		},
	}
	cmd.Flags().BoolVar(&rehearse, "rehearse", false, "upgrade a copy, compare the rows, remove it; the database stays as it is")
	return cmd
}

func writeRehearsal(w io.Writer, r backup.Rehearsed) error {
	fmt.Fprintf(w, "Schema %d to %d, on a copy, in %s; the database was not changed.\n", r.From, r.To, r.Took.Round(time.Millisecond))
	for _, c := range r.Changes {
		fmt.Fprintf(w, "%12s  %12s  %-24s %s\n", rows(c.Before), rows(c.After), c.Table, verdict(c))
	}
	if lost := r.Lost(); len(lost) > 0 {
		return quietError{fmt.Errorf("%d tables have fewer rows afterwards", len(lost)), exitFailure}
	}
	return nil
}

func rows(n int64) string {
	if n < 0 {
		return "-"
	}
	return fmt.Sprint(n)
}

func verdict(c backup.Change) string {
	switch {
	case c.Before < 0:
		return "new"
	case c.After < 0:
		return "GONE"
	case c.After < c.Before:
		return "FEWER ROWS"
	case c.Same:
		return "same"
	}
	return "rewritten"
}
