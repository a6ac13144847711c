package markdown

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

const sample = "## Cancellation\n\nThe contract says **24 hours** [1], but the *draft* says `48` hours [2]:\n\n" +
	"| Source | Rule |\n|---|---|\n| Meeting | **24 h** |\n| Draft | 48 h |\n\n" +
	"1. Ask the owner\n2. Write a [decision](https://example.com/d) down\n   - with a **date**\n\n" +
	"```gherkin\nGiven a booking\n```\n\n> Quote _here_\n\nWhich **one** holds?\n"

func apply(shown []string, changes []Change) []string {
	for _, c := range changes {
		for len(shown) <= c.Index {
			shown = append(shown, "")
		}
		shown[c.Index] = c.HTML
	}
	return shown
}

func TestAStreamEndsWithWhatRenderGives(t *testing.T) {
	for step := 1; step < 40; step++ {
		s := NewStream(nil)
		var shown []string
		for rest := sample; rest != ""; rest = rest[min(step, len(rest)):] {
			shown = apply(shown, s.Write(rest[:min(step, len(rest))]))
		}
		shown = apply(shown, s.Close())
		if got, want := strings.Join(shown, "\n"), joined(Render(sample)); got != want {
			t.Fatalf("step %d\n got %s\nwant %s", step, got, want)
		}
	}
}

func TestUnfinishedMarksAreNeverShown(t *testing.T) {
	s := NewStream(nil)
	var shown []string
	for _, r := range sample {
		shown = apply(shown, s.Write(string(r)))
		for _, raw := range []string{"**", "](", "```", "|-", "[1", "[d", "`4", "<p>|", "*dr", "##"} {
			if strings.Contains(strings.Join(shown, "\n"), raw) {
				t.Fatalf("%q is shown in %q", raw, shown[len(shown)-1])
			}
		}
	}
}

func TestEarlierBlocksAreNotSentAgain(t *testing.T) {
	s := NewStream(nil)
	s.Write("First.\n\nSecond.\n\nThird")
	changes := s.Write(" goes on")
	if want := []Change{{2, "<p>Third goes on</p>"}}; !slices.Equal(changes, want) {
		t.Errorf("got %v, want %v", changes, want)
	}
	if again := s.Write(""); again != nil {
		t.Errorf("nothing new gave %v", again)
	}
}

func TestReplaceSendsAllBlocksAndTakesSurplusAway(t *testing.T) {
	s := NewStream(nil)
	s.Write("One.\n\nTwo.\n\nThree.")
	want := []Change{{0, "<p>One.</p>"}, {1, ""}, {2, ""}}
	if got := s.Replace("One."); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestAHalfCharacterDoesNotReachThePage(t *testing.T) {
	s := NewStream(nil)
	euro := "€"
	for _, c := range append(s.Write("5 "+euro[:1]), s.Write(euro[1:])...) {
		if !utf8.ValidString(c.HTML) {
			t.Errorf("invalid UTF-8: %q", c.HTML)
		}
	}
}

func BenchmarkStreamOfALongAnswer(b *testing.B) {
	text := strings.Repeat(sample, 20)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		s := NewStream(nil)
		for rest := text; rest != ""; rest = rest[min(40, len(rest)):] {
			s.Write(rest[:min(40, len(rest))])
		}
		s.Close()
	}
}
