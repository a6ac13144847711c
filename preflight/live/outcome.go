package live

import "strings"

// State is how a check ended.
type State int

// The states of a check. NotDetermined is never a pass and never a fault.
const (
	NotDetermined State = iota
	Pass
	Info
	Warn
	Fail
	NotApplicable
	Question
)

var stateNames = [...]string{"not determined", "pass", "info", "warn", "fail", "not applicable", "question"}

// String returns the state in words.
func (s State) String() string { return stateNames[s] }

// Outcome is what one check found on one host.
type Outcome struct {
	ID    string
	State State
	// Title is one sentence: what is the matter, or why nothing can be said.
	Title string
	// URL is what was asked.
	URL string
	// Evidence are at most five lines: the request and the part of the answer
	// that shows it. Nothing in it is a secret; control characters are gone.
	Evidence []string
	// Fix is for this deployment; empty where the catalogue's own text says it all.
	Fix string
	// Verify is a command that shows the same thing.
	Verify string
}

func outcome(id string, state State, title string) Outcome {
	return Outcome{ID: id, State: state, Title: clean(title, 300)}
}

func (o Outcome) at(url string) Outcome {
	o.URL = clean(url, 300)
	return o
}

func (o Outcome) proof(lines ...string) Outcome {
	for _, l := range lines {
		if len(o.Evidence) < 5 && l != "" {
			o.Evidence = append(o.Evidence, clean(l, 240))
		}
	}
	return o
}

func (o Outcome) fix(text string) Outcome {
	o.Fix = text
	return o
}

func (o Outcome) verify(command string) Outcome {
	o.Verify = clean(command, 300)
	return o
}

// clean makes text from a remote host safe to print: one line, no control or
// direction characters, bounded.
func clean(s string, limit int) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r < 0x20, r == 0x7f, r >= 0x80 && r < 0xa0, r == 0xfffd, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0x200e, r == 0x200f, r == 0x2028, r == 0x2029:
			return ' '
		}
		return r
	}, s)
	if len(s) > limit {
		cut := limit
		for cut > 0 && s[cut]&0xc0 == 0x80 {
			cut--
		}
		s = s[:cut] + "…"
	}
	return strings.TrimSpace(s)
}
