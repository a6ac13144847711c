package lint

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/internal/testenv"
)

var misses = flag.Bool("misses", false, "list the findings that the labels do not confirm")

// labelled is a text with what people marked in it.
type labelled struct {
	id     string
	text   string
	smells map[string][]string
}

func readSmells(t *testing.T) []labelled {
	t.Helper()
	f, err := os.Open(testenv.Shared(t, "requirements", "smells", "arta_smells.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var rows []labelled
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var row struct {
			ID     string              `json:"id"`
			Text   string              `json:"text"`
			Smells map[string][]string `json:"smells"`
		}
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, labelled{row.ID, row.Text, row.Smells})
	}
	return rows
}

func readTable(t *testing.T, elem ...string) []map[string]string {
	t.Helper()
	f, err := os.Open(testenv.Shared(t, elem...))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, line := range lines[1:] {
		row := make(map[string]string)
		for i, name := range lines[0] {
			row[name] = line[i]
		}
		rows = append(rows, row)
	}
	return rows
}

var wordsSmells = []string{"subjective_language", "ambiguous_adverb_adjective", "non_verifiable_term", "loophole"}

// smellsOf says which smells of the ARTA labels each rule is about.
var smellsOf = map[string][]string{
	VagueWord: wordsSmells, SubjectiveWord: wordsSmells, Loophole: wordsSmells, NotVerifiable: wordsSmells, UnboundedList: wordsSmells, IncompleteReference: wordsSmells, AndOr: wordsSmells,
	UnclearObligation: {"uncertain_verb"}, NegativeStatement: {"negative_statement"}, PronounReference: {"vague_pronoun"},
	ComparativeWithoutMeasure: {"comparative"}, Superlative: {"superlative"},
}

func TestLabelledSmells(t *testing.T) {
	rows := readSmells(t)
	for _, r := range Rules() {
		smells, judged := smellsOf[r.ID]
		if !judged {
			continue
		}
		reported, right, marked := 0, 0, 0
		for _, row := range rows {
			is := slices.ContainsFunc(smells, func(s string) bool { return row.smells[s] != nil })
			if is {
				marked++
			}
			for _, f := range Text(row.text) {
				if f.Rule != r.ID {
					continue
				}
				reported++
				if is {
					right++
				} else if *misses {
					t.Logf("%s %s %q in %s", r.ID, row.id, string([]rune(row.text)[f.Start:f.End]), around(row.text, f))
				}
				break
			}
		}
		t.Logf("%-28s reported %3d right %3d precision %.2f of %d marked", r.ID, reported, right, float64(right)/float64(max(reported, 1)), marked)
	}
}

func TestLabelledPronouns(t *testing.T) {
	reported, right, all := 0, 0, 0
	for _, row := range readTable(t, "requirements", "ambiguity", "reqeval_pronouns.csv") {
		before, _, _ := strings.Cut(row["marked"], "<referential>")
		at := len([]rune(before))
		ambiguous := row["label"] == "ambiguous"
		if ambiguous {
			all++
		}
		for _, f := range Text(row["text"]) {
			if f.Rule != PronounReference || f.Start != at {
				continue
			}
			reported++
			if ambiguous {
				right++
			} else if *misses {
				t.Logf("%s %s", row["id"], row["marked"])
			}
		}
	}
	t.Logf("%-28s reported %3d right %3d precision %.2f of %d marked", PronounReference, reported, right, float64(right)/float64(max(reported, 1)), all)
}

func TestLabelledStories(t *testing.T) {
	rows := readTable(t, "requirements", "user-stories", "ustai_story_quality.csv")
	for _, c := range []struct{ rule, column, sound string }{
		{StoryNotAtomic, "atomic", "atomic"}, {StoryNotMinimal, "minimal", "minimal"},
	} {
		reported, right, all := 0, 0, 0
		for _, row := range rows {
			is := row[c.column] != c.sound
			if is {
				all++
			}
			for _, f := range Text(row["text"]) {
				if f.Rule != c.rule {
					continue
				}
				reported++
				if is {
					right++
				} else if *misses {
					t.Logf("%s %s %q %s", c.rule, row["id"], string([]rune(row["text"])[f.Start:f.End]), row["text"])
				}
				break
			}
		}
		t.Logf("%-28s reported %3d right %3d precision %.2f of %d marked", c.rule, reported, right, float64(right)/float64(max(reported, 1)), all)
	}
}

func around(text string, f Finding) string {
	runes := []rune(text)
	return strings.TrimSpace(fmt.Sprintf("…%s…", string(runes[max(0, f.Start-60):min(len(runes), f.End+60)])))
}
