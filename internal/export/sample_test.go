package export

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

var update = flag.Bool("update", false, "write the golden files")

const (
	cyrillic = "Система должна сохранять черновик каждые тридцать секунд."
	arabic   = "يجب على النظام حفظ المسودة كل ثلاثين ثانية."
	chinese  = "系统应每三十秒保存一次草稿。"
	emoji    = "Release party 🎉 with the team 👩‍💻."
)

// sample is a document with all that an artifact can hold.
func sample() Input {
	in := latinSample()
	in.Sections = append(in.Sections, Section{Title: "Languages", Markdown: cyrillic + "\n\n" + arabic + "\n\n" + chinese + "\n\n" + emoji})
	return in
}

// latinSample is sample in Latin letters alone.
func latinSample() Input {
	return Input{
		Title: "Hotel booking: refunds & vouchers", Project: "Aurora Hotels", Kind: ba.ArtifactBRD, Version: 3, Author: "Nadia Őri",
		Date:     time.Date(2026, 11, 28, 9, 30, 0, 0, time.UTC),
		Names:    map[ba.UserID]string{"u1": "Nadia Őri", "u2": "Tomás Ruiz"},
		Approval: &ba.Approval{By: "u2", At: time.Date(2026, 11, 28, 15, 0, 0, 0, time.UTC), Hash: "ab12"},
		Sources: []Source{
			{Number: 1, Filename: "refund-policy.pdf", Locator: ba.Locator{Page: 3}, Quote: "Refunds are paid within five working days."},
			{Number: 2, Filename: "Kick-off meeting"},
		},
		Sections: []Section{
			{Title: "Executive summary", Markdown: sampleSummary},
			{Title: "Objectives", Markdown: sampleObjectives},
			{Title: "Requirements", Markdown: "The requirements that were agreed so far.", Requirements: sampleRequirements()},
		},
	}
}

const sampleSummary = `# Executive summary

Guests wait **nine days** for a refund today; the *target* is five working days [1]. The ~~old~~ process is described in [the handbook](https://intranet.example/handbook?a=1&b=2), and in ` + "`refund.Service`" + `.

## What changes

> Nobody should have to call us twice.
>
> - said at the kick-off [2]

1. Guests ask for a refund on the web page.
2. The clerk decides:
   - within one day,
   - with a reason.

   A refused request can be appealed.
3. The bank pays.

Then the numbering begins again:

1. First of another list.

---

` + "```\nif amount < 50 {\n    approve()\n}\n```"

const sampleObjectives = `| Measure | Today | Target |
| :------ | ----: | :----: |
| Days until the money arrives | 9 | **5** |
| Calls for each refund | 2.4 | 0.5 |

### Not in scope

Gift cards \* and <b>loyalty</b> points.`

func sampleRequirements() []ba.Requirement {
	return []ba.Requirement{
		{Number: 1, Statement: "The system shall pay an approved refund within 5 working days.", Type: ba.RequirementFunctional, Priority: ba.PriorityMust,
			Status: ba.RequirementApproved, Owner: "u1", Rationale: "The policy promises it.",
			Criteria: []ba.Criterion{{Given: "an approved refund of 80 EUR", When: "5 working days have passed", Then: "the money is on the guest's account"},
				{Given: "a bank holiday", When: "the days are counted", Then: "it does not count"}},
			Links: []ba.Link{{Document: "d1", Filename: "refund-policy.pdf", Locator: ba.Locator{Page: 3}, Quote: "Refunds are paid within five working days.", State: ba.LinkVerified},
				{Thread: "t1", Filename: "Kick-off meeting", Quote: "five days, not nine", State: ba.LinkVerified}}},
		{Number: 2, Statement: "The refund page shall answer within 2 s for 95 % of the requests | at 200 users.", Type: ba.RequirementQuality,
			Quality: ba.QualityPerformance, Priority: ba.PriorityShould, Status: ba.RequirementDraft},
		{Number: 7, Statement: "=SUM(A1) is what a clerk may type as a comment.\nIt stays text.", Type: ba.RequirementBusinessRule, Status: ba.RequirementReviewed,
			Rationale: "-1 has happened.",
			Links:     []ba.Link{{Document: "d2", Filename: "clerks.xlsx", Locator: ba.Locator{Sheet: "Notes", Row: 12}, Quote: "formulas", State: ba.LinkSuspect}}},
	}
}

// manyRequirements returns n requirements whose fields all differ.
func manyRequirements(n int) []ba.Requirement {
	texts := []string{"0042 is a code with leading zeros", "+49 30 1234", "a, b; \"c\"", "two\nlines", cyrillic, arabic, chinese, emoji, "'=quoted", "x < y & z > 0", "tab\there", "5 %"}
	list := make([]ba.Requirement, n)
	for i := range list {
		r := &list[i]
		*r = ba.Requirement{Number: i + 1, ID: ba.RequirementID(fmt.Sprintf("r%d", i)), Statement: fmt.Sprintf("The system shall do thing %d: %s.", i+1, texts[i%len(texts)]),
			Type: ba.RequirementTypes[i%len(ba.RequirementTypes)], Status: ba.RequirementStatuses[i%4], Rationale: texts[(i+3)%len(texts)]}
		if i%5 > 0 {
			r.Priority = ba.Priorities[i%4]
		}
		if r.Type == ba.RequirementQuality {
			r.Quality = ba.Qualities[i%len(ba.Qualities)]
		}
		for j := range i % 4 {
			r.Criteria = append(r.Criteria, ba.Criterion{Given: fmt.Sprintf("case %d", j), When: texts[(i+j)%len(texts)], Then: fmt.Sprintf("result %d of %d", j, i)})
		}
	}
	return list
}

func listOf(list []ba.Requirement) Input {
	return Input{Title: "Requirements", Project: "Aurora", Kind: ba.ArtifactRequirements, Version: 1, Date: time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC),
		Sections: []Section{{Title: "Requirements", Requirements: list}}}
}

// written returns the file of a format, and fails where writing it twice gives
// other bytes.
func written(t testing.TB, f Format, in Input, opts Options) []byte {
	t.Helper()
	var first, second bytes.Buffer
	for _, w := range []*bytes.Buffer{&first, &second} {
		if err := Write(w, f, in, opts); err != nil {
			t.Fatalf("%s: %v", f, err)
		}
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Errorf("%s: the same input gave other bytes", f)
	}
	return first.Bytes()
}

// golden compares with a file of testdata, or writes it with -update.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; look at it and run with -update:\n%s", name, got)
	}
}

// longTable is a list of requirements over several pages, in Latin letters.
func longTable() []ba.Requirement {
	list := manyRequirements(60)
	for i := range list {
		list[i].Statement = fmt.Sprintf("The system shall do thing %d for the guest, within %d s after the clerk has confirmed it, and keep what was done in the log.", i+1, i%7+1)
		list[i].Rationale, list[i].Criteria = "Agreed at the kick-off.", nil
	}
	list[40].Statement = strings.Repeat("The system shall log each step of the refund. ", 120)
	return list
}
