package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ba-assistant/ba-assistant/internal/lint"
)

const aboutLint = `Check the requirements in documents against the quality rules of
ISO/IEC/IEEE 29148, the INCOSE Guide to Writing Requirements, EARS and INVEST.

Reads text, Markdown, PDF, Word, Excel, PowerPoint, CSV and HTML; "-" is the
standard input. Nothing is sent anywhere. The exit code is 1 where there are
findings, 0 where there are none.`

// lintOptions are the flags of the verb.
type lintOptions struct {
	json    bool
	rules   bool
	all     bool
	disable []string
}

func lintVerb() *cobra.Command {
	var o lintOptions
	cmd := &cobra.Command{
		Use:   "lint FILE...",
		Short: "Check the requirements in documents against the quality rules",
		Long:  aboutLint,
		RunE: func(cmd *cobra.Command, files []string) error {
			if err := o.valid(files); err != nil {
				return err
			}
			if o.rules {
				return writeRules(cmd.OutOrStdout(), o.json)
			}
			return lintFiles(cmd.Context(), cmd, files, o)
		},
	}
	cmd.Flags().BoolVar(&o.json, "json", false, "write JSON")
	cmd.Flags().BoolVar(&o.rules, "rules", false, "list the rules with their sources, and check nothing")
	cmd.Flags().BoolVar(&o.all, "all", false, "check every sentence, not only those that state a requirement")
	cmd.Flags().StringSliceVar(&o.disable, "disable", nil, "leave out a rule, by its id; can be repeated")
	return cmd
}

func (o lintOptions) valid(files []string) error {
	for _, id := range o.disable {
		if _, known := lint.Lookup(id); !known {
			return usageError{fmt.Errorf("there is no rule %q; \"ba lint --rules\" lists them", id)}
		}
	}
	if !o.rules && len(files) == 0 {
		return usageError{fmt.Errorf("name a file to check, or \"-\" for the standard input")}
	}
	return nil
}

func lintFiles(ctx context.Context, cmd *cobra.Command, files []string, o lintOptions) error {
	all := []finding{}
	for _, file := range files {
		p, err := readPaper(ctx, file, cmd.InOrStdin())
		if err != nil {
			return err
		}
		for _, note := range p.notes {
			fmt.Fprintf(cmd.ErrOrStderr(), "%s: %s\n", p.name, note)
		}
		check := lint.Requirements
		if o.all {
			check = lint.Text
		}
		all = append(all, p.findings(lint.Without(check(p.text), o.disable...))...)
	}
	if err := writeFindings(cmd.OutOrStdout(), all, o.json); err != nil {
		return err
	}
	if len(all) > 0 {
		return fmt.Errorf("%s; \"ba lint --rules\" explains the rules", counted(len(all), "finding"))
	}
	return nil
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// finding is a finding with its place in a file.
type finding struct {
	File       string `json:"file"`
	Line       int    `json:"line,omitempty"`   // of a text, from 1
	Column     int    `json:"column,omitempty"` // in code points, from 1
	Place      string `json:"place,omitempty"`  // in another document, such as "page 3"
	Text       string `json:"text"`
	Rule       string `json:"rule"`
	Reason     string `json:"reason"`
	Suggestion string `json:"suggestion"`
}

func (f finding) String() string {
	place := f.Place
	if f.Line > 0 {
		place = fmt.Sprintf("%d:%d", f.Line, f.Column)
	}
	if place != "" {
		place += ":"
	}
	return fmt.Sprintf("%s:%s %s: %s %s", f.File, place, f.Rule, f.Reason, f.Suggestion)
}

func writeFindings(w io.Writer, all []finding, asJSON bool) error {
	if asJSON {
		return writeJSON(w, map[string]any{"items": all})
	}
	var b strings.Builder
	for _, f := range all {
		b.WriteString(f.String())
		b.WriteByte('\n')
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func writeRules(w io.Writer, asJSON bool) error {
	if asJSON {
		return writeJSON(w, map[string]any{"items": ruleLines()})
	}
	var b strings.Builder
	for _, r := range lint.Rules() {
		fmt.Fprintf(&b, "%-28s %s\n%29s%s\n", r.ID, r.Source, "", r.Explanation)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// ruleLine is a rule as JSON.
type ruleLine struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Source      string `json:"source"`
	Explanation string `json:"explanation"`
}

func ruleLines() []ruleLine {
	var list []ruleLine
	for _, r := range lint.Rules() {
		list = append(list, ruleLine{r.ID, r.Name, r.Source, r.Explanation})
	}
	return slices.Clip(list)
}

// openInput opens a file, or the standard input for "-".
func openInput(name string, stdin io.Reader) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(stdin), nil
	}
	return os.Open(name)
}
