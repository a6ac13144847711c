package preflight

import (
	"context"
	"fmt"
	"runtime/debug"
	"strings"
	"sync"
	"time"
)

// Result is what one rule came to.
type Result struct {
	Rule     *Rule         `json:"-"`
	ID       string        `json:"id"`
	Level    Level         `json:"level"` // the highest of its findings, else the rule's
	State    State         `json:"state"`
	Reason   string        `json:"reason,omitempty"`
	Findings []Finding     `json:"findings"`
	Took     time.Duration `json:"-"`
	// Panicked holds what a check died of; the report turns it into an internal error.
	Panicked string `json:"-"`

	claimed State // what the check said, before its findings were weighed
}

// Options of Run. The zero value runs one check after the other, without a limit on each.
type Options struct {
	Parallel int                         // how many checks at once; checks that share a *repo.Program need 1, which is the default
	Each     time.Duration               // time limit of one check; 0 means none
	Skip     func(*Rule) (reason string) // a reason keeps the check from running: it is then not checked
	Progress func(done, total int, id string)
}

// Run runs every check on in and returns one Result per check, in the order of
// checks. A check that panics or is cut off by ctx is not checked; the others
// go on.
func Run[I any](ctx context.Context, checks []Check[I], in I, opt Options) []Result {
	results := make([]Result, len(checks))
	work := make(chan int)
	var wg sync.WaitGroup
	var mu sync.Mutex
	done := 0
	for range max(1, min(opt.Parallel, len(checks))) {
		wg.Go(func() {
			for i := range work {
				results[i] = runOne(ctx, &checks[i], in, opt)
				if opt.Progress != nil {
					mu.Lock()
					done++
					opt.Progress(done, len(checks), checks[i].ID)
					mu.Unlock()
				}
			}
		})
	}
	for i := range checks {
		work <- i
	}
	close(work)
	wg.Wait()
	return results
}

func runOne[I any](ctx context.Context, c *Check[I], in I, opt Options) Result {
	if opt.Skip != nil {
		if reason := opt.Skip(&c.Rule); reason != "" {
			return newResult(&c.Rule, NotChecked(reason))
		}
	}
	if err := ctx.Err(); err != nil {
		return newResult(&c.Rule, NotChecked("the run was stopped before this check"))
	}
	if opt.Each > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, opt.Each)
		defer cancel()
	}
	start := time.Now()
	out, panicked := guarded(ctx, c, in)
	res := newResult(&c.Rule, out)
	res.Took, res.Panicked = time.Since(start), panicked
	return res
}

func guarded[I any](ctx context.Context, c *Check[I], in I) (out Outcome, panicked string) {
	defer func() {
		if p := recover(); p != nil {
			out = NotChecked("an error inside this check; please report it")
			panicked = fmt.Sprintf("%s: %v at %s", c.ID, p, panicPlace(debug.Stack()))
		}
	}()
	return c.Run(ctx, in), ""
}

// panicPlace returns the first line of a stack that names a source file of this
// module below the runtime's own frames.
func panicPlace(stack []byte) string {
	lines := strings.Split(string(stack), "\n")
	seen := false
	for _, l := range lines {
		l = strings.TrimSpace(l)
		seen = seen || strings.HasPrefix(l, "panic(")
		if i := strings.Index(l, "preflight/"); seen && i >= 0 && strings.Contains(l, ".go:") {
			place, _, _ := strings.Cut(l[i:], " ")
			return place
		}
	}
	return "an unknown place"
}

func newResult(r *Rule, out Outcome) Result {
	res := Result{Rule: r, ID: r.ID, Findings: out.Findings, claimed: out.State, Reason: out.Reason}
	if res.Findings == nil {
		res.Findings = []Finding{}
	}
	seen := map[string]int{}
	for i := range res.Findings {
		f := &res.Findings[i]
		f.complete(r)
		if n := seen[f.Fingerprint]; n > 0 { // the same text twice in one file
			f.Key = fmt.Sprintf("%s#%d", f.Key, n+1)
			f.Fingerprint = f.fingerprint()
		}
		seen[f.Fingerprint]++
	}
	res.settle()
	return res
}

// settle derives state and level from the findings that count.
func (res *Result) settle() {
	res.Level = res.Rule.Level
	top, any := Question, false
	for i := range res.Findings {
		if f := &res.Findings[i]; f.Suppressed == "" {
			top, any = max(top, f.Level), true
		}
	}
	if any {
		res.Level = top
	}
	switch {
	case any && top >= Warn:
		res.State = StateFail
	case res.claimed == StateNotApplicable || res.claimed == StateNotChecked:
		res.State = res.claimed
	case any && top == Question:
		res.State = StateQuestion
	default:
		res.State = StatePass
	}
}

// Merge joins results of one id that came from different inputs (the same rule
// asked of the code and of the running site) and lets measurements replace
// guesses: a rule that yields to a live check which passed or failed does not
// apply any more. The order of first appearance is kept.
func Merge(groups ...[]Result) []Result {
	var out []Result
	at := map[string]int{}
	for _, g := range groups {
		for _, r := range g {
			i, ok := at[r.ID]
			if !ok {
				at[r.ID] = len(out)
				out = append(out, r)
				continue
			}
			out[i].join(r)
		}
	}
	for i := range out {
		for _, id := range out[i].Rule.YieldsTo {
			if j, ok := at[id]; ok && (out[j].State == StatePass || out[j].State == StateFail) {
				out[i].Findings, out[i].claimed, out[i].State = []Finding{}, StateNotApplicable, StateNotApplicable
				out[i].Reason = "measured on the running site by " + id
			}
		}
	}
	return out
}

// richer returns the rule that explains more, and may fail harder.
func richer(a, b *Rule) *Rule {
	if b.Level > a.Level || a.Why == "" {
		return b
	}
	return a
}

// join adds another result of the same id: findings of both, and the state that
// claims the least. A measurement takes the place of a guess, and one that came
// to nothing leaves the guess alone.
func (res *Result) join(o Result) {
	switch determined := o.State == StatePass || o.State == StateFail; {
	case o.Rule.Measures && determined:
		o.Rule = richer(res.Rule, o.Rule)
		*res = o
		return
	case !determined && len(o.Findings) == 0 && res.State != StateNotChecked:
		return
	}
	res.Rule = richer(res.Rule, o.Rule)
	res.Findings = append(res.Findings, o.Findings...)
	res.Panicked = first(res.Panicked, o.Panicked)
	if weight[o.State] > weight[res.State] {
		res.claimed, res.Reason = o.claimed, o.Reason
	}
	res.settle()
}

// weight orders states by how strongly they keep a row from passing.
var weight = map[State]int{StateNotApplicable: 0, StatePass: 1, StateQuestion: 2, StateNotChecked: 3, StateFail: 4}
