package main

import (
	"os"

	"github.com/spf13/cobra"

	"github.com/ba-assistant/ba-assistant/internal/app"
	"github.com/ba-assistant/ba-assistant/internal/export"
	"github.com/ba-assistant/ba-assistant/internal/extract"
)

// extractVerb reads one document from standard input and writes its text to
// standard output. The server runs it as a child process, so that a hostile
// file can do no harm beyond it; people have no use for it.
func extractVerb() *cobra.Command {
	return &cobra.Command{
		Use:    app.ExtractVerb,
		Hidden: true,
		Args:   noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			os.Exit(extract.ChildMain(os.Stdin, os.Stdout, export.Reader()))
			return nil
		},
	}
}
