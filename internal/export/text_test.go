package export

import (
	"bytes"
	"encoding/csv"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/ba-assistant/ba-assistant/ba"
)

func TestMarkdownIsWhatWasAgreed(t *testing.T) {
	golden(t, "sample.md", written(t, Markdown, sample(), Options{}))
}

func TestTheWebPageIsWhatWasAgreed(t *testing.T) {
	page := written(t, HTML, sample(), Options{})
	golden(t, "sample.html", bytes.Replace(page, []byte(styleSheet), []byte("..."), 1))
}

func TestTheWebPageLoadsNothingAndRunsNothing(t *testing.T) {
	in := sample()
	in.Title = `<script>alert(1)</script>`
	in.Sections[0].Markdown += "\n\n<script>alert(2)</script> ![x](https://evil.example/p.png) [y](javascript:alert(3))"
	in.Sections[2].Requirements[0].Statement = `<img src=x onerror=alert(4)>`
	page := string(written(t, HTML, in, Options{}))
	for _, tag := range tagsOf(t, page) {
		if slices.Contains([]string{"script", "img", "link", "iframe", "object", "embed", "base", "form"}, tag.Data) {
			t.Errorf("the page holds <%s>", tag.Data)
		}
		for _, a := range tag.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "src" || a.Key == "style" {
				t.Errorf("<%s> has the attribute %s", tag.Data, a.Key)
			}
			if a.Key == "href" && !regexp.MustCompile(`^(#|https?:|mailto:)`).MatchString(a.Val) {
				t.Errorf("a link leads to %q", a.Val)
			}
		}
	}
	if strings.Contains(styleSheet, "url(") || strings.Contains(styleSheet, "@import") {
		t.Error("the styles load something")
	}
}

func tagsOf(t *testing.T, page string) []html.Token {
	t.Helper()
	var tags []html.Token
	z := html.NewTokenizer(strings.NewReader(page))
	for z.Next() != html.ErrorToken {
		if token := z.Token(); token.Type == html.StartTagToken || token.Type == html.SelfClosingTagToken {
			tags = append(tags, token)
		}
	}
	return tags
}

func TestEveryLinkInsideTheWebPageHasItsPlace(t *testing.T) {
	ids, refs := map[string]int{}, []string{}
	for _, tag := range tagsOf(t, string(written(t, HTML, sample(), Options{}))) {
		for _, a := range tag.Attr {
			if a.Key == "id" {
				ids[a.Val]++
			}
			if a.Key == "href" && strings.HasPrefix(a.Val, "#") {
				refs = append(refs, a.Val[1:])
			}
		}
	}
	if len(refs) < 10 {
		t.Fatalf("only %d links inside", len(refs))
	}
	for _, ref := range refs {
		if ids[ref] != 1 {
			t.Errorf("%d places for #%s", ids[ref], ref)
		}
	}
}

func TestListsOfTheWebPageAreNestedRight(t *testing.T) {
	if wrong := unnested(written(t, HTML, sample(), Options{})); wrong != "" {
		t.Error(wrong)
	}
}

func TestCSVIsReadBackByAnyReader(t *testing.T) {
	for _, table := range Tables {
		data := written(t, CSV, latinSample(), Options{Table: table, BOM: true})
		text, found := bytes.CutPrefix(data, []byte("\xEF\xBB\xBF"))
		if !found {
			t.Errorf("%s begins without a byte order mark", table)
		}
		rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
		if err != nil {
			t.Fatalf("%s: %v", table, err)
		}
		var flat bytes.Buffer
		for _, row := range rows {
			flat.WriteString(strings.Join(row, "\t") + "\n")
		}
		golden(t, string(table)+".tsv", flat.Bytes())
		if bytes.Count(text, []byte("\r\n")) != len(rows) || !bytes.HasSuffix(text, []byte("\r\n")) {
			t.Errorf("%s: lines do not end with CR LF", table)
		}
	}
}

func TestNoCellOfACSVFileIsAFormula(t *testing.T) {
	list := sampleRequirements()
	attacks := []string{"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "'=1", "＝1+1", "|calc", "%0A=1", "=cmd|' /C calc'!A0", "\u00a0=1"}
	for i, attack := range attacks {
		list = append(list, ba.Requirement{Number: 100 + i, Statement: attack, Rationale: attack, Criteria: []ba.Criterion{{Given: attack}},
			Links: []ba.Link{{Filename: attack, State: ba.LinkVerified}}})
	}
	for _, table := range Tables {
		for _, format := range []Format{CSV, Jira} {
			rows, err := csv.NewReader(bytes.NewReader(written(t, format, listOf(list), Options{Table: table}))).ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range rows {
				for _, cell := range row {
					if start := strings.TrimLeft(cell, " \u00a0"); start != "" && strings.Contains(formulaStarts, string([]rune(start)[:1])) {
						t.Errorf("%s %s: the cell %q would be calculated", format, table, cell)
					}
				}
			}
		}
	}
	for _, attack := range append(attacks, "plain", "'tis", "", "'") {
		if got := arm(disarm(attack)); got != attack {
			t.Errorf("%q comes back as %q", attack, got)
		}
	}
}

func TestJiraGetsIssuesWithoutNotationOfItsOwn(t *testing.T) {
	list := sampleRequirements()
	list[0].Statement = "Show !http://evil.example/x.png! to [~admin] {code}x{code}. " + strings.Repeat("long ", 80)
	rows, err := csv.NewReader(bytes.NewReader(written(t, Jira, listOf(list), Options{}))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 4 || rows[1][1] != "Story" || rows[1][2] != "Highest" || rows[2][1] != "Task" || rows[1][4] != "REQ-0001" {
		t.Errorf("rows: %q", rows)
	}
	if n := len([]rune(rows[1][0])); n > jiraSummary {
		t.Errorf("the summary has %d characters", n)
	}
	if !strings.Contains(rows[1][3], `\!http://evil.example/x.png\! to \[\~admin\] \{code\}x`) || !strings.Contains(rows[1][3], "* *Given* an approved refund of 80 EUR *When* 5") {
		t.Errorf("description: %s", rows[1][3])
	}
}

func TestATableWithoutRequirementsIsRefusedWithAnOffer(t *testing.T) {
	in := latinSample()
	in.Sections = in.Sections[:2]
	problems := Check(in, CSV, Options{})
	if !Blocked(problems) || problems[0].Offer == "" {
		t.Errorf("problems: %+v", problems)
	}
	if err := Write(&bytes.Buffer{}, CSV, in, Options{}); ba.KindOf(err) != ba.Invalid {
		t.Errorf("Write: %v", err)
	}
	if err := Write(&bytes.Buffer{}, "odt", in, Options{}); ba.KindOf(err) != ba.Unsupported {
		t.Errorf("an unknown format: %v", err)
	}
	if problems := Check(latinSample(), CSV, Options{}); Blocked(problems) || len(problems) != 1 {
		t.Errorf("text that a table leaves out: %+v", problems)
	}
}

func TestAFileIsNamedAfterWhatItHolds(t *testing.T) {
	for title, want := range map[string]string{"Hotel booking: refunds & vouchers": "Hotel-booking-refunds-vouchers-v3.csv", "Требования / 系统": "Требования-系统-v3.csv", "../..": "export-v3.csv"} {
		if got := Filename(Input{Title: title, Version: 3}, CSV); got != want {
			t.Errorf("%q: %q", title, got)
		}
	}
}
