package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ba-assistant/ba-assistant/preflight/catalogue"
)

func explainCommand(s streams) *cobra.Command {
	return &cobra.Command{
		Use:  "explain [ID]",
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return listRules(s)
			}
			rules := catalogue.Find(args[0])
			if len(rules) == 0 {
				return invalid("There is no check %q. preflight explain lists them all.", args[0])
			}
			width, _ := terminal(s.out)
			for i, r := range rules {
				if i > 0 {
					fmt.Fprintln(s.out, strings.Repeat("-", 60))
				}
				if err := r.Explain(s.out, width); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

// listRules writes every check on a line.
func listRules(s streams) error {
	last := ""
	for _, r := range catalogue.Rules() {
		if r.ID == last {
			continue
		}
		last = r.ID
		if _, err := fmt.Fprintf(s.out, "%-9s %-8s %s\n", r.ID, r.Level, r.Title); err != nil {
			return err
		}
	}
	return nil
}
