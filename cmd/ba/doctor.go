package main

import (
	"context"
	"errors"
	"net/http"
	"os"

	"github.com/spf13/cobra"

	"github.com/ba-assistant/ba-assistant/internal/app"
	"github.com/ba-assistant/ba-assistant/internal/doctor"
)

// errFailed ends a run that found what must be corrected; the list has said it.
var errFailed = errors.New("something must be corrected before people use this")

func doctorVerb() *cobra.Command {
	var asJSON, strict bool
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Examine this deployment: what is proven, what failed and how to fix it",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			facts, err := doctor.Gather(os.Environ(), askInstance)
			if err != nil {
				return err
			}
			facts.Keys = app.AskKeyService
			report := doctor.Examine(cmd.Context(), facts, versionName())
			if asJSON {
				err = report.WriteJSON(cmd.OutOrStdout())
			} else {
				err = doctor.Write(cmd.OutOrStdout(), doctor.Lines(report))
			}
			if code := report.ExitCode(strict); err == nil && code != 0 {
				return quietError{errFailed, code}
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "write the report as JSON, in the form of preflight")
	cmd.Flags().BoolVar(&strict, "strict", false, "count a warning as a failure")
	return cmd
}

// askInstance asks the instance on this machine how it is.
func askInstance(ctx context.Context) (doctor.Health, error) {
	said, err := fetchHealth(ctx, ownAddress(os.Getenv)+"/health")
	if err != nil {
		return doctor.Health{}, err
	}
	h := doctor.Health{Ready: said.code == http.StatusOK}
	for _, c := range said.Checks {
		h.Say(c.Name, c.OK, c.Detail)
	}
	return h, nil
}
