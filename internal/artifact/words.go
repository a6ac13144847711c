package artifact

import (
	"strings"
	"unicode"
)

// Run is a piece of text that both versions have, or one of them.
type Run struct {
	State Difference // Same, Added or Removed
	Text  string
}

// maxEdits bounds the work of a comparison: texts that differ in more words
// are shown as wholly replaced between their common ends.
const maxEdits = 1500

// Words returns how after came from before, word by word. Read without what was
// added it is before, without what was removed after.
func Words(before, after string) []Run {
	x, y := tokens(before), tokens(after)
	var head, tail []string
	for len(x) > 0 && len(y) > 0 && x[0] == y[0] {
		head = append(head, x[0])
		x, y = x[1:], y[1:]
	}
	for len(x) > 0 && len(y) > 0 && x[len(x)-1] == y[len(y)-1] {
		tail = append(tail, x[len(x)-1])
		x, y = x[:len(x)-1], y[:len(y)-1]
	}
	var w weaver
	for _, t := range head {
		w.add(Same, t)
	}
	w.compare(x, y)
	for i := len(tail) - 1; i >= 0; i-- {
		w.add(Same, tail[i])
	}
	return w.runs
}

// tokens splits a text into words and what is between them.
func tokens(s string) []string {
	var list []string
	start, kind := 0, -1
	for i, r := range s {
		k := 0
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r):
			k = 1
		case unicode.IsSpace(r):
			k = 2
		}
		if i > 0 && (k != kind || k == 0) {
			list = append(list, s[start:i])
			start = i
		}
		kind = k
	}
	if start < len(s) {
		list = append(list, s[start:])
	}
	return list
}

// weaver collects runs.
type weaver struct{ runs []Run }

func (w *weaver) add(state Difference, text string) {
	if last := len(w.runs) - 1; last >= 0 && w.runs[last].State == state {
		w.runs[last].Text += text
		return
	}
	w.runs = append(w.runs, Run{state, text})
}

// compare adds the shortest script from x to y (Myers, An O(ND) Difference
// Algorithm and Its Variations, 1986), within maxEdits.
func (w *weaver) compare(x, y []string) {
	trace, found := script(x, y)
	if !found {
		w.replace(x, y)
		return
	}
	type move struct {
		state Difference
		text  string
	}
	var back []move
	i, j := len(x), len(y)
	for d := len(trace) - 1; d > 0; d-- {
		v, k := trace[d], i-j
		from := k - 1
		if k == -d || k != d && v.at(k-1) < v.at(k+1) {
			from = k + 1
		}
		pi := v.at(from)
		pj := pi - from
		for i > pi && j > pj {
			i, j = i-1, j-1
			back = append(back, move{Same, x[i]})
		}
		if from == k+1 {
			j--
			back = append(back, move{Added, y[j]})
			continue
		}
		i--
		back = append(back, move{Removed, x[i]})
	}
	for i > 0 {
		i--
		back = append(back, move{Same, x[i]})
	}
	for n := len(back) - 1; n >= 0; n-- {
		w.add(back[n].state, back[n].text)
	}
}

func (w *weaver) replace(x, y []string) {
	if len(x) > 0 {
		w.add(Removed, strings.Join(x, ""))
	}
	if len(y) > 0 {
		w.add(Added, strings.Join(y, ""))
	}
}

// frontier is the furthest place in x on each diagonal from -d to d.
type frontier struct {
	d      int
	places []int
}

func (f frontier) at(k int) int {
	if k < -f.d || k > f.d {
		return -1
	}
	return f.places[k+f.d]
}

// script returns the frontiers before each number of edits, up to the one with
// which y is reached.
func script(x, y []string) (trace []frontier, found bool) {
	v := frontier{0, []int{0}}
	for d := 0; d <= min(maxEdits, len(x)+len(y)); d++ {
		trace = append(trace, v)
		next := frontier{d, make([]int, 2*d+1)}
		for k := -d; k <= d; k += 2 {
			i := 0
			switch {
			case d == 0:
			case k == -d || k != d && v.at(k-1) < v.at(k+1):
				i = v.at(k + 1)
			default:
				i = v.at(k-1) + 1
			}
			for i < len(x) && i-k >= 0 && i-k < len(y) && x[i] == y[i-k] {
				i++
			}
			next.places[k+d] = i
			if i >= len(x) && i-k >= len(y) {
				return trace, true
			}
		}
		v = next
	}
	return nil, false
}
