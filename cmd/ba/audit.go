package main

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/app"
	"github.com/ba-assistant/ba-assistant/internal/audit"
)

func auditVerb() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Export or verify the audit log; the server may run meanwhile",
		Args:  knownVerb,
		Run:   func(cmd *cobra.Command, _ []string) { _ = cmd.Help() },
	}
	cmd.AddCommand(auditExportVerb(), auditVerifyVerb())
	return cmd
}

func auditExportVerb() *cobra.Command {
	var asCSV, asJSON bool
	var since string
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Write the audit log to standard output, the newest entry first",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var f ba.AuditFilter
			if since != "" {
				from, err := time.Parse(time.DateOnly, since)
				if err != nil {
					return usageError{fmt.Errorf("--since is a day such as 2026-11-29")}
				}
				f.From = from
			}
			format := audit.JSON
			if asCSV {
				format = audit.CSV
			}
			return operating(func(cmd *cobra.Command, o *app.Operator) error {
				return o.Audit().Export(cmd.Context(), audit.Operator(), f, format, cmd.OutOrStdout())
			})(cmd, nil)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON, one entry a line (the default)")
	cmd.Flags().BoolVar(&asCSV, "csv", false, "as a table for a spreadsheet")
	cmd.Flags().StringVar(&since, "since", "", "only from this day (UTC) on, such as 2026-11-29")
	cmd.MarkFlagsMutuallyExclusive("json", "csv")
	return cmd
}

func auditVerifyVerb() *cobra.Command {
	var noted string
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Check that no entry of the audit log was changed, removed or added by other hands",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var anchor *ba.AuditAnchor
			if noted != "" {
				var err error
				if anchor, err = audit.ParseAnchor(noted); err != nil {
					return usageError{fmt.Errorf("--noted: %w", err)}
				}
			}
			return operating(func(cmd *cobra.Command, o *app.Operator) error {
				r, err := o.Audit().Verify(cmd.Context(), audit.Operator(), anchor)
				if err != nil {
					return err
				}
				return sayVerified(cmd.OutOrStdout(), r)
			})(cmd, nil)
		},
	}
	cmd.Flags().StringVar(&noted, "noted", "", "an entry that an earlier check printed: proves that the log was not cut or replaced since")
	return cmd
}

// sayVerified prints what a check found; faults end the program with a code.
func sayVerified(out io.Writer, r ba.AuditReport) error {
	for _, f := range r.Faults {
		fmt.Fprintf(out, "%s\n", f.What)
	}
	if len(r.Faults) > 0 {
		fmt.Fprintf(out, "The audit log of %d entries is not as it was written.\n", r.Entries)
		return quietError{errFailed, exitFailure}
	}
	fmt.Fprintf(out, "The audit log of %d entries is as it was written.\n", r.Entries)
	if anchor := audit.Anchor(r); anchor != "" {
		fmt.Fprintf(out, "Its last entry, to be noted elsewhere and given to --noted later:\n%s\n", anchor)
	}
	return nil
}
