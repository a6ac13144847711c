package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ba-assistant/ba-assistant/internal/kit"
)

func initVerb() *cobra.Command {
	var o kit.Options
	cmd := &cobra.Command{
		Use:   "init " + strings.Join(kit.Platforms(), "|"),
		Short: "Write the files of a deployment, with secrets, and say what comes next",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageError{fmt.Errorf("name one platform: %s", strings.Join(kit.Platforms(), ", "))}
			}
			o.Platform = args[0]
			done, err := kit.Write(".", o)
			if err != nil {
				return err
			}
			report(cmd.OutOrStdout(), done)
			return nil
		},
	}
	cmd.Flags().StringVar(&o.Host, "host", "", "name under which people will reach it, such as ba.example.com")
	cmd.Flags().StringVar(&o.Name, "name", "", "fly: name of the application; one is made if empty")
	cmd.Flags().StringVar(&o.Repo, "repo", "", "railway: owner/name at GitHub; that of this clone if empty")
	cmd.Flags().BoolVar(&o.Postgres, "postgres", false, "compose: with PostgreSQL instead of SQLite")
	cmd.Flags().BoolVar(&o.Two, "instances", false, "compose: two instances, with PostgreSQL and Redis")
	cmd.Flags().BoolVar(&o.TLS, "tls", false, "systemd: with a certificate of its own, and no proxy")
	cmd.Flags().BoolVar(&o.Force, "force", false, "replace files that were changed; secrets are never replaced")
	return cmd
}

func report(w io.Writer, done kit.Result) {
	for _, name := range done.Written {
		fmt.Fprintf(w, "written  %s\n", name)
	}
	for _, name := range done.Kept {
		fmt.Fprintf(w, "kept     %s\n", name)
	}
	if done.Copy != "" {
		fmt.Fprintf(w, "\nKeep a copy of the master key (%s) somewhere else: without it nobody can read the data.\n", done.Copy)
	}
	fmt.Fprintln(w, "\nNext:")
	for i, step := range done.Steps {
		fmt.Fprintf(w, "  %d. %s\n", i+1, step)
	}
}
