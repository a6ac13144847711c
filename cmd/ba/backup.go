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

const aboutBackup = `Make a sealed backup of the workspace while it runs, and read it back.

Without arguments it goes to BACKUP_TO. The keyring is not in it: its copy goes
to the folder "keyring" there, or to --keyring, and is replaced each time. A
restore needs both, and the master key, which is in neither.`

func backupVerb() *cobra.Command {
	var o app.BackupOptions
	var list bool
	cmd := &cobra.Command{
		Use:   "backup [FILE]",
		Short: "Make a sealed backup while the workspace runs, and read it back",
		Long:  aboutBackup,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 || len(args) == 1 && (o.To != "" || list) {
				return usageError{errors.New("name one file, or --to a place, or --list; not two of them")}
			}
			if len(args) == 1 {
				o.File = args[0]
			}
			c, err := config.Load(os.Environ())
			if err != nil {
				return err
			}
			if list {
				return listBackups(cmd, c, o.To)
			}
			return makeBackup(cmd, c, o)
		},
	}
	cmd.Flags().StringVar(&o.To, "to", "", "a directory or s3://bucket/prefix instead of BACKUP_TO")
	cmd.Flags().StringVar(&o.Keyring, "keyring", "", "where the keyring copy goes: a directory, s3://bucket/prefix, or off")
	cmd.Flags().BoolVar(&list, "list", false, "list the backups that are there, and make none")
	return cmd
}

func makeBackup(cmd *cobra.Command, c *config.Config, o app.BackupOptions) error {
	ctx, stop := untilSignal(cmd.Context())
	defer stop()
	p := newMeter(cmd.ErrOrStderr())
	o.Version, o.Tell = versionName(), p.tell
	began := time.Now()
	made, err := app.Backup(ctx, c, app.NewLogger(c, cmd.ErrOrStderr()), o)
	p.end()
	if err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	fmt.Fprintf(out, "%s\n", made.Path)
	fmt.Fprintf(out, "%d rows of %d tables in %s, read back and compared, in %s.\n", made.Manifest.Rows(), len(made.Manifest.Tables), size(made.Size), time.Since(began).Round(time.Millisecond))
	if made.Keyring != "" {
		fmt.Fprintf(out, "The keyring copy is in %s; a restore needs it too.\n", made.Keyring)
	} else {
		fmt.Fprintln(out, "The keyring is not in it, and was not copied: a restore needs it too (--keyring).")
	}
	if made.Note != "" {
		fmt.Fprintf(cmd.ErrOrStderr(), "Note: %s\n", made.Note)
	}
	return nil
}

func listBackups(cmd *cobra.Command, c *config.Config, where string) error {
	items, err := app.Backups(cmd.Context(), c, where)
	for _, i := range items {
		fmt.Fprintf(cmd.OutOrStdout(), "%s  %s\n", i.Name, size(i.Size))
	}
	if err == nil && len(items) == 0 {
		fmt.Fprintln(cmd.OutOrStdout(), "There is no backup.")
	}
	return err
}

// size returns a size for people, in the units of disks.
func size(n int64) string {
	switch {
	case n >= 1e9:
		return fmt.Sprintf("%.1f GB", float64(n)/1e9)
	case n >= 1e6:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	}
	return fmt.Sprintf("%.1f kB", float64(n)/1e3)
}

// meter shows on a terminal how far something has come; elsewhere nothing.
type meter struct {
	w     io.Writer
	last  time.Time
	shown bool
}

func newMeter(w io.Writer) *meter {
	if f, ok := w.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			return &meter{w: w}
		}
	}
	return &meter{}
}

func (p *meter) tell(at backup.Progress) {
	if p.w == nil || time.Since(p.last) < 100*time.Millisecond {
		return
	}
	p.last, p.shown = time.Now(), true
	fmt.Fprintf(p.w, "\r\x1b[K%d rows, %s", at.Rows, at.Table)
}

func (p *meter) end() {
	if p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
