package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/ba-assistant/ba-assistant/internal/config"
)

func configVerb() *cobra.Command {
	var example, markdown bool
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Check the configuration and print what is in force, without secrets",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			out := cmd.OutOrStdout()
			switch {
			case example:
				fmt.Fprint(out, config.Example())
				return nil
			case markdown:
				fmt.Fprint(out, config.Markdown())
				return nil
			}
			c, err := config.Load(os.Environ())
			if err != nil {
				return err
			}
			fmt.Fprint(out, c.Redacted())
			if c.Platform != "" {
				fmt.Fprintf(out, "\nRecognised hosting platform: %s\n", c.Platform)
			}
			for _, notice := range c.Notices {
				fmt.Fprintf(out, "\nNote: %s\n", notice)
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&example, "example", false, "print .env.example: every option with its meaning and default")
	cmd.Flags().BoolVar(&markdown, "markdown", false, "print the same as docs/configuration.md")
	cmd.MarkFlagsMutuallyExclusive("example", "markdown")
	return cmd
}
