package preflight

import (
	"encoding/json"
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Suppression accepts a known finding: in a comment beside the line that holds
// the word preflight:ignore, the id, a reason, and until=YYYY-MM-DD if it shall
// end; or in the configuration file. A reason is mandatory.
type Suppression struct {
	ID     string
	Files  string // pattern of path.Match, or a folder with a final slash; empty for all files
	File   string // of a comment
	Line   int    // of a comment: it covers this line and the next
	Reason string
	Until  time.Time // zero: for ever

	used bool
}

var ignoreComment = regexp.MustCompile(`preflight:ignore\s+([A-Z]{2,5}-\d\d)\b[ \t]*(.*)`)

var untilWord = regexp.MustCompile(`\s*\buntil=(\S+)`)

// Comments returns the suppressions in a file's text, and what is wrong with them.
func Comments(file, text string) (list []Suppression, problems []SuppressionProblem) {
	for i, l := range strings.Split(text, "\n") {
		at := strings.Index(l, "preflight:ignore")
		if at < 0 || !isComment(l[:at]) {
			continue
		}
		bad := func(msg string) {
			problems = append(problems, SuppressionProblem{file, i + 1, msg})
		}
		m := ignoreComment.FindStringSubmatch(l[at:])
		if m == nil {
			bad("names no check: write preflight:ignore AUTH-01 and the reason")
			continue
		}
		s := Suppression{ID: m[1], File: file, Line: i + 1}
		rest := m[2]
		if u := untilWord.FindStringSubmatch(rest); u != nil {
			date, err := time.Parse(time.DateOnly, strings.TrimRight(u[1], "*/->"))
			if err != nil {
				bad("its date is not YYYY-MM-DD")
				continue
			}
			s.Until = date
			rest = strings.Replace(rest, u[0], "", 1)
		}
		if s.Reason = strings.Trim(rest, " \t\r*/->#"); s.Reason == "" {
			bad("gives no reason, so it does not count")
			continue
		}
		list = append(list, s)
	}
	return list, problems
}

// isComment reports whether the marker is the first word of a comment: what
// stands before it ends in a comment mark, outside of a string.
func isComment(before string) bool {
	rest := strings.TrimRight(before, " \t")
	for _, mark := range []string{"#", "//", "/*", "<!--", "--", ";", "*", "%"} {
		if head, ok := strings.CutSuffix(rest, mark); ok {
			return strings.Count(head, `"`)%2 == 0 && strings.Count(head, "`")%2 == 0
		}
	}
	return false
}

// SuppressionProblem is a suppression that does not work as it was meant.
type SuppressionProblem struct {
	File string
	Line int
	Msg  string
}

func (s *Suppression) covers(f *Finding, now time.Time) bool {
	if s.ID != f.ID || s.expired(now) {
		return false
	}
	if s.File == "" && s.Files == "" {
		return true
	}
	return slices.ContainsFunc(f.Evidence, func(e Evidence) bool {
		if s.File != "" {
			return e.File == s.File && (e.Line == s.Line || e.Line == s.Line+1)
		}
		ok, _ := path.Match(s.Files, e.File)
		return ok || strings.HasSuffix(s.Files, "/") && strings.HasPrefix(e.File, s.Files)
	})
}

func (s *Suppression) expired(now time.Time) bool {
	return !s.Until.IsZero() && now.After(s.Until.AddDate(0, 0, 1))
}

// Suppress marks the findings that suppressions cover and returns what is wrong
// with the suppressions: unknown ids, expired dates, and those that match
// nothing although their check ran.
func Suppress(results []Result, list []Suppression, now time.Time) []SuppressionProblem {
	known := map[string]*Result{}
	for i := range results {
		res := &results[i]
		known[res.ID] = res
		for j := range res.Findings {
			f := &res.Findings[j]
			for k := range list {
				if f.Suppressed == "" && list[k].covers(f, now) {
					f.Suppressed, list[k].used = list[k].Reason, true
				}
			}
		}
		res.settle()
	}
	var out []SuppressionProblem
	for i := range list {
		s := &list[i]
		file := s.File
		switch res := known[s.ID]; {
		case res == nil:
			out = append(out, SuppressionProblem{file, s.Line, "there is no check " + s.ID})
		case s.expired(now):
			out = append(out, SuppressionProblem{file, s.Line, fmt.Sprintf("the suppression of %s ended on %s", s.ID, s.Until.Format(time.DateOnly))})
		case !s.used && res.State != StateNotChecked:
			out = append(out, SuppressionProblem{file, s.Line, fmt.Sprintf("the suppression of %s matches nothing any more: remove it", s.ID)})
		}
	}
	return out
}

// ReadBaseline returns the fingerprints of an earlier JSON report.
func ReadBaseline(r io.Reader) (map[string]bool, error) {
	var old struct {
		Schema   int       `json:"schema"`
		Findings []Finding `json:"findings"`
	}
	if err := json.NewDecoder(io.LimitReader(r, 64<<20)).Decode(&old); err != nil {
		return nil, fmt.Errorf("read the baseline: it is no JSON report of preflight: %w", err)
	}
	if old.Schema != SchemaVersion {
		return nil, fmt.Errorf("read the baseline: its schema is %d, this program writes %d: make a new one", old.Schema, SchemaVersion)
	}
	known := make(map[string]bool, len(old.Findings))
	for _, f := range old.Findings {
		known[f.Fingerprint] = true
	}
	return known, nil
}

// Known marks the findings whose fingerprint an earlier report has. They stay
// in the report and count for nothing.
func Known(results []Result, fingerprints map[string]bool) {
	mark(results, func(f *Finding) bool { return fingerprints[f.Fingerprint] })
}

// OnlyIn marks as known every finding that has no evidence in the changed
// files and commits: what a change did not touch is not its fault. What was
// measured on a running site stays.
func OnlyIn(results []Result, changed map[string]bool) {
	mark(results, func(f *Finding) bool {
		return !slices.ContainsFunc(f.Evidence, func(e Evidence) bool {
			if e.Commit != "" {
				return changed[e.Commit]
			}
			return e.Request != "" || changed[e.File]
		})
	})
}

func mark(results []Result, known func(*Finding) bool) {
	for i := range results {
		for j := range results[i].Findings {
			if f := &results[i].Findings[j]; known(f) {
				f.Baseline = true
			}
		}
	}
}
