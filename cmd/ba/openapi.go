package main

import (
	"github.com/spf13/cobra"

	"github.com/ba-assistant/ba-assistant/internal/api"
)

func openapiVerb() *cobra.Command {
	return &cobra.Command{
		Use:   "openapi",
		Short: "Print the description of the API (OpenAPI 3.1)",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			spec, err := api.Spec()
			if err != nil {
				return err
			}
			_, err = cmd.OutOrStdout().Write(spec)
			return err
		},
	}
}
