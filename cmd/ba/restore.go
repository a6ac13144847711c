package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ba-assistant/ba-assistant/internal/app"
	"github.com/ba-assistant/ba-assistant/internal/backup"
	"github.com/ba-assistant/ba-assistant/internal/config"
)

const aboutRestore = `Verify a backup, or make it the database again.

FILE is a path or s3://bucket/prefix/name. The restored database is made beside
the present one and takes its place at the very end: a restore that fails or is
killed changes nothing and is run again. Stop every instance first. A backup of
SQLite may be restored into PostgreSQL, and the other way round.

The keyring is that of the target, or where it has none the copy that lies
beside the backups, or the one named by --keyring.`

func restoreVerb() *cobra.Command {
	var o app.RestoreOptions
	var verify bool
	cmd := &cobra.Command{
		Use:   "restore FILE",
		Short: "Verify a backup, or make it the database again",
		Long:  aboutRestore,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageError{errors.New("name one backup; \"ba backup --list\" lists them")}
			}
			if verify && (o.Into != "" || o.Replace || o.Keyring != "") {
				return usageError{errors.New("--verify changes nothing, so that the other options have no meaning with it")}
			}
			o.File = args[0]
			c, err := config.Load(os.Environ())
			if err != nil {
				return err
			}
			if verify {
				return verifyBackup(cmd, c, o.File)
			}
			return restore(cmd, c, o)
		},
	}
	cmd.Flags().BoolVar(&verify, "verify", false, "read all of it, compare every hash, and change nothing")
	cmd.Flags().StringVar(&o.Into, "into", "", "a database URL or a data directory instead of the configured one")
	cmd.Flags().StringVar(&o.Keyring, "keyring", "", "the keyring copy: a path or s3://bucket/prefix/name")
	cmd.Flags().BoolVar(&o.Replace, "replace", false, "move a database with data aside; it is kept")
	return cmd
}

func verifyBackup(cmd *cobra.Command, c *config.Config, where string) error {
	ctx, stop := untilSignal(cmd.Context())
	defer stop()
	p := newMeter(cmd.ErrOrStderr())
	h, m, err := app.VerifyBackup(ctx, c, where, p.tell)
	p.end()
	if err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	describe(out, h)
	for _, t := range m.Tables {
		fmt.Fprintf(out, "%12d  %-22s %s\n", t.Rows, t.Table, t.Hash)
	}
	fmt.Fprintln(out, "The file is whole: every piece, count and hash is as it was written.")
	return nil
}

func describe(w io.Writer, h backup.Head) {
	what := "Backup"
	if h.Kind == backup.Keyring {
		what = "Keyring copy"
	}
	fmt.Fprintf(w, "%s of installation %s, taken %s UTC\n", what, h.Installation, h.TakenAt.UTC().Format("2006-01-02 15:04:05"))
	fmt.Fprintf(w, "%s, schema %d, by version %s\n", strings.Replace(strings.Replace(h.Engine, "sqlite", "SQLite", 1), "postgres", "PostgreSQL", 1), h.Schema, h.Program)
}

func restore(cmd *cobra.Command, c *config.Config, o app.RestoreOptions) error {
	ctx, stop := untilSignal(cmd.Context())
	defer stop()
	p := newMeter(cmd.ErrOrStderr())
	o.Tell = p.tell
	done, err := app.Restore(ctx, c, app.NewLogger(c, cmd.ErrOrStderr()), o)
	p.end()
	if err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	describe(out, done.Head)
	fmt.Fprintf(out, "%d rows of %d tables are restored; the hash of every table is that of the backup.\n", done.Manifest.Rows(), len(done.Manifest.Tables))
	if done.Shredded > 0 {
		fmt.Fprintf(out, "%d projects were deleted since: their keys are destroyed, and the next start removes what is left of them.\n", done.Shredded)
	}
	if done.Aside != "" {
		fmt.Fprintf(out, "What was there before is in %s. Remove it when all is well: it holds what is deleted from now on.\n", done.Aside)
	}
	fmt.Fprintln(out, "Everybody signs in again. Look through members and tokens: what was revoked after the backup is there again.")
	return nil
}
