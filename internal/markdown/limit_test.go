package markdown

import (
	"strings"
	"testing"
)

func TestWhatLiesTooDeepIsPlainText(t *testing.T) {
	for marker, tag := range map[string]string{"> ": "<blockquote>", "- ": "<ul>", "1. ": "<ol>"} {
		html := joined(Render(strings.Repeat(marker, 20_000) + "word"))
		if n := strings.Count(html, tag); n < 10 || n > maxNesting {
			t.Errorf("%q is nested %d deep, at most %d are wanted", marker, n, maxNesting)
		}
		if !strings.Contains(html, "word") {
			t.Errorf("%q: the word is lost", marker)
		}
	}
}

func TestLinesThatGoOnDeepInsideAreRead(t *testing.T) {
	for _, marker := range []string{"> ", "- ", "1. ", "> - "} {
		for depth := range 2 * maxNesting {
			first := strings.Repeat(marker, depth)
			for _, next := range []string{"", strings.Repeat(" ", len(first)), first, strings.Repeat(" ", len(first)) + marker} {
				source := first + "one\n" + next + "two\n\n" + next + "three"
				checkSafe(t, source, joined(Render(source)))
			}
		}
	}
}

func TestMarksBeyondTheLimitOfABlockAreCharacters(t *testing.T) {
	const few = 100
	link, bold := "[a](https://example.com/) ", "**b** "
	blocks := Render(strings.Repeat(link, 2*maxMarks) + "\n\n" + strings.Repeat(bold, few))
	if len(blocks) != 2 {
		t.Fatalf("%d blocks, want 2", len(blocks))
	}
	if n := strings.Count(blocks[0].HTML, "[a]("); n != maxMarks {
		t.Errorf("%d brackets are characters, want %d", n, maxMarks)
	}
	if n := strings.Count(blocks[0].HTML, "example.com"); n < 2*maxMarks {
		t.Errorf("%d addresses of %d are there", n, 2*maxMarks)
	}
	if n := strings.Count(blocks[1].HTML, "<strong>"); n != few {
		t.Errorf("the next block has %d bold words, want %d", n, few)
	}
}
