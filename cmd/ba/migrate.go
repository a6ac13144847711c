package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/ba-assistant/ba-assistant/internal/app"
	"github.com/ba-assistant/ba-assistant/internal/config"
)

func migrateVerb() *cobra.Command {
	return &cobra.Command{
		Use:   "migrate",
		Short: "Bring the database up to date without serving; \"ba serve\" does so too",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := config.Load(os.Environ())
			if err != nil {
				return err
			}
			engine, schema, err := app.Migrate(cmd.Context(), c, app.NewLogger(c, cmd.ErrOrStderr()))
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "The %s database has schema %d, the newest that this version knows.\n", engine, schema)
			return nil
		},
	}
}
