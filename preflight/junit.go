package preflight

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Skipped  int          `xml:"skipped,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name    string        `xml:"name,attr"`
	Class   string        `xml:"classname,attr"`
	Failure *junitMessage `xml:"failure"`
	Skipped *junitMessage `xml:"skipped"`
	Out     string        `xml:"system-out,omitempty"`
}

type junitMessage struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// WriteJUnit writes one test case per check, in a suite per family. A check
// fails where a blocker counts, or with strict a warning; what did not run is
// skipped, never passed.
func (r *Report) WriteJUnit(w io.Writer, strict bool) error {
	out := junitSuites{Name: "preflight"}
	for _, c := range r.Checks {
		family, _, _ := strings.Cut(c.ID, "-")
		if n := len(out.Suites); n == 0 || out.Suites[n-1].Name != family {
			out.Suites = append(out.Suites, junitSuite{Name: family})
		}
		s := &out.Suites[len(out.Suites)-1]
		tc := r.junitCase(c, strict)
		s.Tests++
		out.Tests++
		if tc.Failure != nil {
			s.Failures++
			out.Failures++
		}
		if tc.Skipped != nil {
			s.Skipped++
			out.Skipped++
		}
		s.Cases = append(s.Cases, tc)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(out); err != nil {
		return fmt.Errorf("write JUnit: %w", err)
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (r *Report) junitCase(c CheckLine, strict bool) junitCase {
	family, _, _ := strings.Cut(c.ID, "-")
	tc := junitCase{Name: c.ID + " " + c.Title, Class: "preflight." + family}
	var failing, other []string
	for _, f := range r.Findings {
		if f.ID != c.ID || f.Suppressed != "" || f.Baseline {
			continue
		}
		if f.Level == Fail || strict && f.Level == Warn {
			failing = append(failing, f.plain())
		} else {
			other = append(other, f.plain())
		}
	}
	switch {
	case len(failing) > 0:
		tc.Failure = &junitMessage{Message: oneLine(c.Title), Text: strings.Join(failing, "\n")}
	case c.State == StateNotChecked || c.State == StateNotApplicable || c.State == StateQuestion:
		tc.Skipped = &junitMessage{Message: oneLine(strings.Join(nonEmpty(stateWords[c.State], c.Reason), ": "))}
	}
	tc.Out = strings.Join(other, "\n")
	return tc
}

// plain is a finding in a few lines of text without decoration.
func (f *Finding) plain() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n", f.Level, oneLine(f.Title))
	if f.Path != "" {
		fmt.Fprintf(&b, "  path: %s\n", oneLine(f.Path))
	}
	for _, e := range f.Evidence {
		fmt.Fprintf(&b, "  at: %s\n", e.place())
	}
	if f.Detail != "" {
		fmt.Fprintf(&b, "  how: %s\n", oneLine(f.Detail))
	}
	if f.Fix != "" {
		fmt.Fprintf(&b, "  fix: %s\n", oneLine(f.Fix))
	}
	return b.String()
}

// place names where evidence is, in one line.
func (e Evidence) place() string {
	var parts []string
	if e.File != "" {
		at := oneLine(e.File)
		if e.Line > 0 {
			at = fmt.Sprintf("%s:%d", at, e.Line)
		}
		parts = append(parts, at)
	}
	if e.Commit != "" {
		parts = append(parts, "commit "+oneLine(e.Commit[:min(12, len(e.Commit))]))
	}
	parts = append(parts, nonEmpty(oneLine(e.Request), oneLine(e.Note))...)
	return strings.Join(parts, ", ")
}
