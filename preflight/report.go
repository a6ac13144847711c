package preflight

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// SchemaVersion is the version of the JSON report. It grows when a field
// changes its meaning or goes; new fields do not change it.
const SchemaVersion = 1

// Report is everything that one run came to. Make one with NewReport.
type Report struct {
	Schema   int         `json:"schema"`
	Tool     Tool        `json:"tool"`
	Time     time.Time   `json:"time"`
	Target   Target      `json:"target"`
	Verdict  Verdict     `json:"verdict"`
	Sources  []Given     `json:"sources"`
	Paths    []string    `json:"paths"` // the deployment paths that were found
	Findings []Finding   `json:"findings"`
	Checks   []CheckLine `json:"checks"`
	Rows     []RowLine   `json:"rows"`
	Errors   []string    `json:"errors"` // internal errors, and sources that were asked for and could not be read

	rules map[string]*Rule
}

// Tool is the program that made a report.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Target is what was looked at.
type Target struct {
	Path string `json:"path,omitempty"`
	URL  string `json:"url,omitempty"`
	API  string `json:"api,omitempty"`
}

// Given says whether a source was there.
type Given struct {
	Source Source `json:"source"`
	Given  bool   `json:"given"`
	Seen   string `json:"seen,omitempty"`   // how much was looked at: "1,204 commits"
	Reason string `json:"reason,omitempty"` // why not, or what it lacked
}

// Verdict is the result in numbers. Suppressed and baseline findings are not in them.
type Verdict struct {
	Ready      bool `json:"ready"` // no fail; says nothing about what was not checked
	Fails      int  `json:"fail"`
	Warns      int  `json:"warn"`
	Infos      int  `json:"info"`
	Questions  int  `json:"question"`
	NotChecked int  `json:"not_checked"` // checks
	Suppressed int  `json:"suppressed"`
	Baseline   int  `json:"baseline"`
}

// CheckLine is one check with its state.
type CheckLine struct {
	ID     string   `json:"id"`
	Title  string   `json:"title"`
	Rows   []string `json:"rows"`
	Level  Level    `json:"level"`
	State  State    `json:"state"`
	Reason string   `json:"reason,omitempty"`
}

// RowLine is one row of the study with its state and what made it.
type RowLine struct {
	Row
	State      State    `json:"state"`
	Level      Level    `json:"level"`
	Reason     string   `json:"reason,omitempty"`
	Failed     []string `json:"failed,omitempty"`
	Passed     []string `json:"passed,omitempty"`
	NotChecked []string `json:"not_checked,omitempty"`
	Questions  []string `json:"questions,omitempty"`
}

// NewReport orders the results as a first-time deployer should act: blockers
// before warnings before questions, each by phase, then by what recovery would
// cost.
func NewReport(results []Result, given []Given) *Report {
	r := &Report{Schema: SchemaVersion, Sources: given, Paths: []string{}, Findings: []Finding{}, Errors: []string{}, rules: map[string]*Rule{}}
	for i := range results {
		res := &results[i]
		r.rules[res.ID] = res.Rule
		r.Findings = append(r.Findings, res.Findings...)
		r.Checks = append(r.Checks, CheckLine{ID: res.ID, Title: res.Rule.Title, Rows: res.Rule.Rows, Level: res.Level, State: res.State, Reason: res.Reason})
		if res.Panicked != "" {
			r.Errors = append(r.Errors, "internal error in "+res.Panicked)
		}
	}
	slices.SortStableFunc(r.Findings, r.compare)
	r.Rows = rowLines(results)
	r.count(results)
	return r
}

// compare orders findings.
func (r *Report) compare(a, b Finding) int {
	ra, rb := r.rules[a.ID], r.rules[b.ID]
	return cmp.Or(
		cmp.Compare(class(a.Level), class(b.Level)),
		cmp.Compare(ra.Phase(), rb.Phase()),
		cmp.Compare(urgency(a.Cost), urgency(b.Cost)),
		cmp.Compare(a.ID, b.ID),
		cmp.Compare(firstFile(a), firstFile(b)),
	)
}

// class puts questions between warnings and infos.
func class(l Level) int { return map[Level]int{Fail: 0, Warn: 1, Question: 2, Info: 3}[l] }

func urgency(c Cost) Cost {
	if c == 0 {
		return Low + 1
	}
	return c
}

func firstFile(f Finding) string {
	if len(f.Evidence) == 0 {
		return ""
	}
	return fmt.Sprintf("%s:%08d", f.Evidence[0].File, f.Evidence[0].Line)
}

func (r *Report) count(results []Result) {
	v := &r.Verdict
	for _, f := range r.Findings {
		switch {
		case f.Suppressed != "":
			v.Suppressed++
		case f.Baseline:
			v.Baseline++
		case f.Level == Fail:
			v.Fails++
		case f.Level == Warn:
			v.Warns++
		case f.Level == Info:
			v.Infos++
		default:
			v.Questions++
		}
	}
	for _, res := range results {
		if res.State == StateNotChecked {
			v.NotChecked++
		}
	}
	v.Ready = v.Fails == 0
}

// rowLines works out the state of every row: fail if a check failed, not
// checked if one that was not asked for could not look, question if only a
// person can say the rest, pass if all that apply passed.
func rowLines(results []Result) []RowLine {
	rows := Rows()
	out := make([]RowLine, len(rows))
	at := make(map[string]*RowLine, len(rows))
	for i, row := range rows {
		out[i] = RowLine{Row: row, State: StateNotApplicable}
		at[row.ID] = &out[i]
	}
	for i := range results {
		for _, id := range results[i].Rule.Rows {
			if line := at[id]; line != nil {
				line.take(&results[i])
			}
		}
	}
	for i := range out {
		out[i].settle()
	}
	return out
}

func (l *RowLine) take(res *Result) {
	switch res.State {
	case StateFail:
		level, touched := res.levelOn(l.ID)
		if !touched {
			l.Passed = append(l.Passed, res.ID) // its findings are about other rows
			return
		}
		l.Failed = append(l.Failed, res.ID)
		l.Level = max(l.Level, level)
	case StatePass:
		l.Passed = append(l.Passed, res.ID)
	case StateQuestion:
		l.Questions = append(l.Questions, res.ID)
	case StateNotChecked:
		if res.Rule.OptIn {
			return
		}
		l.NotChecked = append(l.NotChecked, res.ID)
		if l.Reason == "" {
			l.Reason = res.Reason
		} else if !strings.Contains(l.Reason, res.Reason) {
			l.Reason += "; " + res.Reason
		}
	}
}

// levelOn returns the highest level of the counting findings that name a row;
// touched is false when none does.
func (res *Result) levelOn(row string) (level Level, touched bool) {
	for i := range res.Findings {
		f := &res.Findings[i]
		if f.Suppressed == "" && f.Level >= Warn && slices.Contains(f.Rows, row) {
			level, touched = max(level, f.Level), true
		}
	}
	return level, touched
}

func (l *RowLine) settle() {
	switch {
	case len(l.Failed) > 0:
		l.State, l.Reason = StateFail, ""
	case len(l.NotChecked) > 0:
		l.State = StateNotChecked
	case len(l.Questions) > 0:
		l.State = StateQuestion
	case len(l.Passed) > 0:
		l.State = StatePass
	default:
		l.Reason = "nothing it is about was found"
	}
	if l.State != StateFail {
		l.Level = Info
	}
}

// ExitCode returns 0 without a fail, 1 with one (strict: or a warning), 3 if
// something went wrong inside or a source that was asked for could not be read.
func (r *Report) ExitCode(strict bool) int {
	switch {
	case len(r.Errors) > 0:
		return 3
	case r.Verdict.Fails > 0, strict && r.Verdict.Warns > 0:
		return 1
	}
	return 0
}

// Headline is the verdict in one line.
func (r *Report) Headline() string {
	v := r.Verdict
	word := "No blockers found"
	if !v.Ready {
		word = "Not ready"
	} else if len(r.Errors) > 0 {
		word = "Incomplete"
	}
	missing := 0
	for _, g := range r.Sources {
		if !g.Given {
			missing++
		}
	}
	out := fmt.Sprintf("%s: %s, %s, %s", word, plural(v.Fails, "blocker"), plural(v.Warns, "warning"), plural(v.Questions, "question"))
	if v.NotChecked > 0 {
		out += fmt.Sprintf("; %s not run (%s not given)", plural(v.NotChecked, "check"), plural(missing, "source"))
	}
	if v.Suppressed+v.Baseline > 0 {
		out += fmt.Sprintf("; %d suppressed, %d known from before", v.Suppressed, v.Baseline)
	}
	return out
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// WriteJSON writes the report in the stable schema of docs/preflight/report.md.
func (r *Report) WriteJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(r)
}
