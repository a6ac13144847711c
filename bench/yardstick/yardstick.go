// Package yardstick holds what the benchmarks share: when they run in full,
// how they take the middle of several rounds, and how they say a ratio.
//
// A benchmark is a test that measures what is ours beside a named baseline, in
// one run on one machine, in turns. In full (make bench) it fails where a
// target is missed; otherwise it runs small, so that it keeps working, and
// only reports: a busy machine of continuous integration measures nothing.
package yardstick

import (
	"fmt"
	"os"
	"slices"
	"testing"
	"time"
)

// Full reports whether the benchmarks run in full.
func Full() bool { return os.Getenv("BA_BENCH") == "1" }

// Pick returns the first number in full runs and the second in small ones.
func Pick(full, small int) int {
	if Full() {
		return full
	}
	return small
}

// Result is a measure of ours beside that of the baseline. A ratio is ours
// over the baseline's, except where more is better: then it is the same, with
// Least instead of Most.
type Result struct {
	What     string
	Ours     float64
	Baseline float64
	Unit     string
	Against  string  // what the baseline is
	Most     float64 // target of the ratio; 0 is none
	Least    float64 // target of the ratio where more is better; 0 is none
}

// Ratio returns ours over the baseline.
func (r Result) Ratio() float64 { return r.Ours / r.Baseline }

// Met reports whether the ratio is within its target.
func (r Result) Met() bool {
	return (r.Most == 0 || r.Ratio() <= r.Most) && (r.Least == 0 || r.Ratio() >= r.Least)
}

// Report prints the result, as a row of the table of bench/run.sh, and fails a
// full run that missed its target.
func (r Result) Report(t testing.TB) {
	t.Helper()
	target := "-"
	switch {
	case r.Most > 0:
		target = fmt.Sprintf("<= %.2f", r.Most)
	case r.Least > 0:
		target = fmt.Sprintf(">= %.2f", r.Least)
	}
	verdict := "met"
	if !r.Met() {
		verdict = "MISSED"
	}
	if target == "-" {
		verdict = "-"
	}
	fmt.Printf("| %s | %s %s | %s %s (%s) | %.2f | %s | %s |\n", r.What, number(r.Ours), r.Unit, number(r.Baseline), r.Unit, r.Against, r.Ratio(), target, verdict)
	if !r.Met() && Full() {
		t.Errorf("%s: the ratio is %.2f, want %s", r.What, r.Ratio(), target)
	}
}

// Limit prints a measure that has a bound of its own, and fails a full run
// that is over it.
func Limit(t testing.TB, what string, value, most float64, unit string) {
	t.Helper()
	verdict := "met"
	if value > most {
		verdict = "MISSED"
	}
	fmt.Printf("| %s | %s %s | - | - | <= %s %s | %s |\n", what, number(value), unit, number(most), unit, verdict)
	if value > most && Full() {
		t.Errorf("%s: %s %s, want %s at most", what, number(value), unit, number(most))
	}
}

// Note prints a measure that has no target.
func Note(what string, value float64, unit string) {
	fmt.Printf("| %s | %s %s | - | - | - | - |\n", what, number(value), unit)
}

func number(v float64) string {
	switch {
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 1:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.3f", v)
}

// Timed returns how long fn takes.
func Timed(fn func()) time.Duration {
	begun := time.Now()
	fn()
	return time.Since(begun)
}

// Percentile returns the value at p, of 0 to 1, which is 0 for no values. It
// sorts the values.
func Percentile[T ~int64 | ~float64](values []T, p float64) T {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	return values[min(int(p*float64(len(values))), len(values)-1)]
}

// Median returns the middle value.
func Median[T ~int64 | ~float64](values []T) T { return Percentile(values, 0.5) }

// Milliseconds returns a duration as a number.
func Milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
