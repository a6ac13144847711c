package lint

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/ba-assistant/ba-assistant/internal/testenv"
)

func FuzzText(f *testing.F) {
	for _, r := range Rules() {
		f.Add(r.Example)
		f.Add(r.Fix)
	}
	for _, s := range []string{"", " ", "\x00", "\xff\xfe", "as a", "As a x, I", "it", "???", "___", "[a", "a)", "100 %", "100", "1.", "e.g.", "é́’s ‑", "shall", "The system shall not", "\n\n\n-", "é shall be 5 °", "shall 5 m/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) { checkFindings(t, text) })
}

// checkFindings holds the findings of a text to what every caller relies on.
func checkFindings(t *testing.T, text string) {
	t.Helper()
	list := Text(text)
	length := utf8.RuneCountInString(text)
	for _, f := range append(slices.Clone(list), Requirements(text)...) {
		if f.Start < 0 || f.End <= f.Start || f.End > length {
			t.Fatalf("%s: span %d to %d in a text of %d code points", f.Rule, f.Start, f.End, length)
		}
		if _, known := Lookup(f.Rule); !known || f.Reason == "" || f.Suggestion == "" {
			t.Fatalf("%+v", f)
		}
		if utf8.ValidString(text) {
			span := string([]rune(text)[f.Start:f.End])
			if strings.TrimSpace(span) != span {
				t.Fatalf("%s: the span %q begins or ends with white space", f.Rule, span)
			}
		}
	}
	if !slices.Equal(list, Text(text)) {
		t.Fatalf("the same text has other findings the second time: %q", text)
	}
	if !slices.IsSortedFunc(list, func(a, b Finding) int { return a.Start - b.Start }) {
		t.Fatalf("the findings are not in order: %+v", list)
	}
}

func TestEverySentenceOfTheTablesKeepsTheContract(t *testing.T) {
	for _, list := range readExamples(t) {
		for _, e := range list {
			checkFindings(t, strings.Join(e.statements, "\n"))
			checkFindings(t, "Größe 🙂\n\n"+strings.Join(e.statements, " "))
		}
	}
}

func TestTimeGrowsWithTheLengthOfTheTextAlone(t *testing.T) {
	for name, unit := range map[string]string{
		"one long sentence": "the system shall be able to handle it if it fails and ", "brackets": "As a x, I want ((((", "marks": "??? ", "no spaces": "a.b-c'",
		"the same statement": "The system shall store the name of 5 users.\n", "modals": "shall must should may ", "lists": "shall create and send ",
	} {
		text := strings.Repeat(unit, 100_000/len(unit))
		begun := time.Now()
		Text(text)
		if took := time.Since(begun); took.Seconds() > 1.5*testenv.Slowdown() {
			t.Errorf("%s: %v for 100 kB", name, took)
		}
	}
}
