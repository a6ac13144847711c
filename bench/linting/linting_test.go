// Package linting measures how many sentences the quality rules read in a
// second of one processor, alone and in a project of 10,000 requirements.
package linting

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/bench/yardstick"
	"github.com/ba-assistant/ba-assistant/internal/lint"
	"github.com/ba-assistant/ba-assistant/internal/testenv"
)

// mostPerSentence is the target of 10,000 sentences a second on one core.
const mostPerSentence = 100.0 // µs

// plain is what somebody without the rules would do: look for the best-known
// weak words with one regular expression.
var plain = regexp.MustCompile(`(?i)\b(some|several|many|appropriate|adequate|sufficient|relevant|usually|normally|approximately|user-friendly|easy|fast|robust|flexible|efficient|if possible|where applicable|as required|etc|and so on|TBD|should|may|might|could|always|never|and/or|best|optimal)\b`)

func TestTenThousandSentencesASecond(t *testing.T) {
	sentences := readSentences(t)
	var ours, theirs []float64
	for range yardstick.Pick(5, 1) {
		theirs = append(theirs, perSentence(sentences, func(s string) int { return len(plain.FindAllStringIndex(s, -1)) }))
		ours = append(ours, perSentence(sentences, func(s string) int { return len(lint.Text(s)) }))
	}
	yardstick.Result{What: "checking a sentence against all rules", Ours: yardstick.Median(ours), Baseline: yardstick.Median(theirs), Unit: "µs",
		Against: "one regular expression of 32 weak words"}.Report(t)
	yardstick.Limit(t, "checking a sentence, in itself", yardstick.Median(ours), mostPerSentence, "µs")
}

// perSentence returns the processor's time for each sentence, in microseconds.
func perSentence(sentences []string, check func(string) int) float64 {
	lasts := time.Duration(yardstick.Pick(2000, 100)) * time.Millisecond
	n, begun := 0, yardstick.CPU()
	for yardstick.CPU()-begun < lasts {
		for _, s := range sentences {
			check(s)
		}
		n += len(sentences)
	}
	return float64((yardstick.CPU() - begun).Nanoseconds()) / 1000 / float64(n)
}

func TestTheRulesOverAProjectGrowWithItsLengthAlone(t *testing.T) {
	sentences := readSentences(t)
	var project []lint.Statement
	for i := range yardstick.Pick(10_000, 1_000) {
		project = append(project, lint.Statement{Name: fmt.Sprintf("REQ-%04d", i), Text: fmt.Sprintf("For branch %d: %s", i/len(sentences), sentences[i%len(sentences)])})
	}
	begun := yardstick.CPU()
	found := lint.Set(project)
	took := yardstick.CPU() - begun
	if len(found) == 0 {
		t.Fatal("nothing was compared")
	}
	yardstick.Limit(t, fmt.Sprintf("comparing %d requirements with one another", len(project)), yardstick.Milliseconds(took), float64(len(project))*mostPerSentence/1000, "ms")
}

// readSentences returns the examples with which the rules are tested.
func readSentences(t *testing.T) []string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(testenv.Root(t), "internal", "lint", "testdata", "sentences.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for line := range strings.Lines(string(data)) {
		if text, ok := strings.CutPrefix(line, "+ "); ok {
			list = append(list, strings.Split(strings.TrimSpace(text), " ¦ ")...)
		} else if text, ok := strings.CutPrefix(line, "- "); ok {
			list = append(list, strings.Split(strings.TrimSpace(text), " ¦ ")...)
		}
	}
	return list
}
