package preflight

import (
	"context"
	"slices"
	"strings"
)

// Level says how bad a finding is. A Rule's level is the highest that its
// findings may have; what is not certain is reported one lower.
type Level uint8

// The levels, in rising order.
const (
	Question Level = iota // only a person can answer
	Info
	Warn
	Fail
)

var levelNames = [...]string{"question", "info", "warn", "fail"}

func (l Level) String() string { return levelNames[min(int(l), len(levelNames)-1)] }

// MarshalText writes the level as in reports: question, info, warn or fail.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads what MarshalText wrote; an unknown word is Info.
func (l *Level) UnmarshalText(b []byte) error {
	*l = Info
	if i := slices.Index(levelNames[:], string(b)); i >= 0 {
		*l = Level(i)
	}
	return nil
}

// Lower returns the next lower level, Info at the lowest: for findings whose
// reachability or platform is not certain.
func (l Level) Lower() Level {
	if l > Info {
		return l - 1
	}
	return l
}

// Source is where the knowledge of a check comes from. Without its sources a
// check is not run, and its rows say which one was missing.
type Source string

// The sources.
const (
	Repo     Source = "repo"     // the files of the work tree
	History  Source = "history"  // all commits
	Manifest Source = "manifest" // deployment descriptions
	Env      Source = "env"      // env files
	Names    Source = "names"    // names of variables set on the platform
	Live     Source = "live"     // a running deployment
	Self     Source = "self"     // the run itself
	Manual   Source = "manual"   // a person
)

// Cost is what recovering takes once the fault has happened in production.
// Source: the recovery table of the study.
type Cost uint8

// The costs, in falling order of urgency.
const (
	Critical Cost = iota + 1 // data or accounts are lost
	High                     // hours, and others are affected
	Medium                   // an hour or a day
	Low                      // minutes
)

var costNames = [...]string{"", "critical", "high", "medium", "low"}

func (c Cost) String() string { return costNames[min(int(c), len(costNames)-1)] }

// MarshalText writes the cost as in reports.
func (c Cost) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads what MarshalText wrote; an unknown word is no cost.
func (c *Cost) UnmarshalText(b []byte) error {
	*c = Cost(max(0, slices.Index(costNames[:], string(b))))
	return nil
}

// Rule is everything about a check that is not code: what `preflight explain`
// prints, and what fills a finding that does not say it more precisely.
type Rule struct {
	ID      string // FAMILY-NN, stable for ever
	Title   string // the fault, as a statement without a full stop
	Level   Level  // the highest level of its findings
	Rows    []string
	Sources []Source // all of them are needed

	Why     string // one sentence: what users of the deployment would notice
	Fix     string // what to do, in general; a finding has it for this project
	Verify  string // how to see that the fix worked
	FixCost string // time to fix it now: "5 minutes"
	Cost    Cost   // to recover once it has happened

	Detect  string // what is looked for, one short paragraph
	Silent  string // where it stays silent on purpose
	Bad     string // an example with the fault; for repository checks a txtar archive that a test runs
	Good    string // the same without the fault
	Sourced string // where the facts are from, with a date, if any

	OptIn    bool     // runs only when asked for; that it did not run keeps no row from passing
	YieldsTo []string // ids of live checks whose measurement replaces this guess
	Measures bool     // a live check whose pass or fail replaces what the check of the same id guessed from the code
}

// Family returns the letters before the dash of the id.
func (r *Rule) Family() string {
	family, _, _ := strings.Cut(r.ID, "-")
	return family
}

// Phase returns the step of a first deployment that the rule belongs to.
func (r *Rule) Phase() Phase {
	if p, ok := familyPhase[r.Family()]; ok {
		return p
	}
	return PhaseBackEnd
}

// Phase is a step of a first deployment, in the order of the study.
type Phase uint8

// The phases.
const (
	PhaseAudit Phase = iota + 1
	PhaseInfrastructure
	PhaseBackEnd
	PhaseFrontEnd
	PhaseStreaming
	PhaseQuestions
)

var phaseNames = [...]string{"", "Audit", "Infrastructure", "Back end", "Front end", "Streaming", "Questions"}

func (p Phase) String() string { return phaseNames[min(int(p), len(phaseNames)-1)] }

var familyPhase = map[string]Phase{
	"SEC": PhaseAudit, "SELF": PhaseAudit,
	"MAN": PhaseInfrastructure, "RUN": PhaseInfrastructure, "DATA": PhaseInfrastructure, "STATE": PhaseInfrastructure, "TLS": PhaseInfrastructure,
	"WEB": PhaseFrontEnd, "SSE": PhaseStreaming, "OPS": PhaseQuestions,
}

// Check is a rule and the code that finds its violations in an input of type
// I. Run must not keep or change its input, must return when ctx ends, and
// must not panic on hostile input; if it does, the others still run.
type Check[I any] struct {
	Rule
	Run func(ctx context.Context, in I) Outcome
}

// Rules returns the rules of checks, in their order.
func Rules[I any](checks []Check[I]) []*Rule {
	out := make([]*Rule, len(checks))
	for i := range checks {
		out[i] = &checks[i].Rule
	}
	return out
}
