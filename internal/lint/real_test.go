package lint

import (
	"bufio"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"flag"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

var readings = flag.Bool("readings", false, "print the real sentences about which a rule and its reader disagree")

// realFiles are where the sentences of testdata/real.tsv stand, below
// shared/requirements. A record is found by its id, or by its line where it has
// none. A name that is not among them is a document of shared/corpus; see cut.
var realFiles = map[string]string{
	"promise_nfr": "functional-and-quality/promise_nfr.csv",
	"promise_exp": "functional-and-quality/promise_exp_extra.csv",
	"smells":      "smells/arta_smells.jsonl",
	"pronouns":    "ambiguity/reqeval_pronouns.csv",
	"pure":        "requirement-or-not/pure_sentences.csv",
	"documents":   "documents-to-requirements/requirements.jsonl",
	"backlogs":    "user-stories/backlogs.csv",
}

// realTexts returns the texts of a file of real sentences by their ids.
func realTexts(t *testing.T, name string) map[string]string {
	t.Helper()
	f, err := os.Open(filepath.Join(labelledFolder(t), filepath.FromSlash(realFiles[name])))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if strings.HasSuffix(realFiles[name], ".csv") {
		return tableTexts(t, f)
	}
	return lineTexts(t, f)
}

func tableTexts(t *testing.T, r io.Reader) map[string]string {
	t.Helper()
	lines, err := csv.NewReader(r).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := make(map[string]int)
	for i, name := range lines[0] {
		column[name] = i
	}
	texts := make(map[string]string)
	for _, line := range lines[1:] {
		texts[line[column["id"]]] = line[column["text"]]
	}
	return texts
}

func lineTexts(t *testing.T, r io.Reader) map[string]string {
	t.Helper()
	texts := make(map[string]string)
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		var row struct{ ID, Text string }
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		if row.ID == "" {
			row.ID = strconv.Itoa(n)
		}
		texts[row.ID] = row.Text
	}
	return texts
}

// real is what somebody who read a real sentence, or several together, says
// about a rule.
type real struct {
	rule string
	example
	amiss bool // the rule is silent about a weak one, or finds fault with a sound one, as it cannot tell them apart
	where string
}

// readReal returns the real sentences with what was read in them. It skips
// where the files are not, and fails where a text is another one by now.
func readReal(t *testing.T) []real {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "real.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	files := make(map[string]func() map[string]string)
	for name := range realFiles {
		files[name] = sync.OnceValue(func() map[string]string { return realTexts(t, name) })
	}
	documents := make(documentLines)
	var list []real
	for line := range strings.Lines(string(data)) {
		cells := strings.Split(strings.TrimSpace(line), "\t")
		if line[0] == '#' {
			continue
		}
		if len(cells) != 4 || !slices.Contains([]string{"weak", "missed", "sound", "wrong"}, cells[1]) {
			t.Fatalf("no reading of a sentence: %q", line)
		}
		weak := cells[1] == "weak" || cells[1] == "missed"
		r := real{rule: cells[0], where: cells[2], amiss: cells[1] == "missed" || cells[1] == "wrong", example: example{weak: weak}}
		for ref := range strings.FieldsSeq(cells[2]) {
			name, id, _ := strings.Cut(ref, "#")
			if realFiles[name] == "" {
				r.statements = append(r.statements, documents.cut(t, name, id))
				continue
			}
			r.statements = append(r.statements, files[name]()[id])
		}
		if sum := sha256.Sum256([]byte(strings.Join(r.statements, "\n"))); hex.EncodeToString(sum[:8]) != cells[3] {
			t.Errorf("%s holds another text than the one that was read", cells[2])
			continue
		}
		list = append(list, r)
	}
	return list
}

func TestEveryRuleTellsWeakRealSentencesFromSoundOnes(t *testing.T) {
	type count struct{ weak, missed, sound, wrong int }
	counts := make(map[string]*count)
	for _, r := range Rules() {
		counts[r.ID] = &count{}
	}
	for _, r := range readReal(t) {
		c := counts[r.rule]
		if c == nil {
			t.Fatalf("no rule is called %s", r.rule)
		}
		is := found(r.rule, r.findings())
		if r.weak {
			c.weak++
			c.missed += b2i(!is)
		} else {
			c.sound++
			c.wrong += b2i(is)
		}
		if is == (r.weak != r.amiss) {
			continue
		}
		t.Errorf("%s: found %v, read as weak %v, known to be amiss %v: %s", r.rule, is, r.weak, r.amiss, r.where)
		if *readings {
			t.Logf("%q", r.statements)
		}
	}
	t.Logf("%-28s %6s %6s %6s %9s %6s", "rule", "weak", "found", "sound", "precision", "recall")
	for _, r := range Rules() {
		c := counts[r.ID]
		right := c.weak - c.missed
		t.Logf("%-28s %6d %6d %6d %9s %6s", r.ID, c.weak, right, c.sound, share(right, right+c.wrong), share(right, c.weak))
	}
}

func b2i(is bool) int {
	if is {
		return 1
	}
	return 0
}

// share is a part of a whole with two digits, and nothing of nothing.
func share(part, whole int) string {
	if whole == 0 {
		return "-"
	}
	return strconv.FormatFloat(float64(part)/float64(whole), 'f', 2, 64)
}
