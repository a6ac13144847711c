package export

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/testenv"
)

// readable are the exports that can be read back with every field.
var readable = []Format{XLSX, CSV, ReqIF, DOCX}

func read(t testing.TB, f Format, data []byte) []Row {
	t.Helper()
	rows, err := Read(t.Context(), "in"+f.Extension(), data)
	if err != nil {
		t.Fatalf("%s: %v", f, err)
	}
	return rows
}

func TestARoundTripOf200RequirementsChangesNothing(t *testing.T) {
	list := manyRequirements(200)
	for _, f := range readable {
		if got := Propose(read(t, f, written(t, f, listOf(list), Options{BOM: true})), list); len(got) > 0 {
			t.Errorf("%s: %d proposals, the first %+v", f, len(got), got[0])
		}
	}
}

// edited returns the list after 20 edits: 12 changes of a single field, 2 of
// two fields, 4 additions, 2 removals.
func edited(list []ba.Requirement) []ba.Requirement {
	out := slices.Clone(list)
	for i := range out {
		out[i].Criteria = slices.Clone(out[i].Criteria)
	}
	out[3].Statement += " And more."
	out[10].Statement = strings.Replace(out[10].Statement, "thing", "Thing", 1)
	out[17].Priority = ba.PriorityWont
	out[26].Priority = ""
	out[30].Status = ba.RequirementRejected
	out[45].Type = ba.RequirementConstraint
	out[52].Rationale = "=NOW()"
	out[63].Rationale = ""
	out[71].Criteria[0].Then = "another result"
	out[79].Criteria = out[79].Criteria[:1]
	out[80].Criteria = append(out[80].Criteria, ba.Criterion{Given: "g", When: "w", Then: "t"})
	out[91].Type, out[91].Quality = ba.RequirementFunctional, "" // was a quality
	out[101].Statement, out[101].Rationale = "All new.", "All new too."
	out[113].Priority, out[113].Status = ba.PriorityMust, ba.RequirementApproved
	for i := range 4 {
		out = append(out, ba.Requirement{Number: 900 + i, Statement: fmt.Sprintf("New thing %d.", i), Type: ba.RequirementData, Status: ba.RequirementDraft})
	}
	return slices.DeleteFunc(out, func(r ba.Requirement) bool { return r.Number == 150 || r.Number == 160 })
}

func TestTwentyEditsAreTwentyProposals(t *testing.T) {
	list := manyRequirements(200)
	list[91].Type, list[91].Quality = ba.RequirementQuality, ba.QualitySecurity
	want := edited(list)
	for _, f := range readable {
		got := Propose(read(t, f, written(t, f, listOf(want), Options{})), list)
		kinds := map[ProposalKind]int{}
		fields := 0
		for _, p := range got {
			kinds[p.Kind]++
			if p.Kind == ProposeChange {
				fields += len(p.Changes)
			}
		}
		if len(got) != 20 || kinds[ProposeChange] != 14 || kinds[ProposeAdd] != 4 || kinds[ProposeMissing] != 2 || fields != 16 {
			t.Errorf("%s: %d proposals %v with %d fields", f, len(got), kinds, fields)
		}
		wantApplied(t, f, got, list, want)
	}
}

// wantApplied accepts every proposal and compares what comes out.
func wantApplied(t *testing.T, f Format, proposals []Proposal, list, want []ba.Requirement) {
	t.Helper()
	got := map[int]ba.Requirement{}
	for _, r := range list {
		got[r.Number] = r
	}
	next := 900
	for _, p := range proposals {
		switch p.Kind {
		case ProposeMissing:
			delete(got, p.Number)
		case ProposeAdd:
			p.Next.Number = next
			next++
			got[p.Next.Number] = p.Next
		default:
			got[p.Number] = p.Next
		}
		for _, c := range p.Changes {
			if c.Problem != "" {
				t.Errorf("%s: %s", f, c.Problem)
			}
		}
	}
	if len(got) != len(want) {
		t.Errorf("%s: %d requirements, want %d", f, len(got), len(want))
	}
	for _, w := range want {
		if g := got[w.Number]; values(g) != values(w) {
			t.Errorf("%s: %s\n got %s\nwant %s", f, w.Key(), values(g), values(w))
		}
	}
}

// values is all that a file can change of a requirement, white space apart.
func values(r ba.Requirement) string {
	var parts []string
	for _, f := range Fields {
		parts = append(parts, string(f)+": "+strings.Join(strings.Fields(shown(&r, f)), " "))
	}
	return strings.Join(parts, "\n")
}

func TestARequirementInTwoSectionsIsOneProposal(t *testing.T) {
	list := manyRequirements(6)
	after := slices.Clone(list)
	after[2].Statement = "Changed in the second place."
	in := listOf(list[:4])
	in.Sections = append(in.Sections, Section{Title: "Again", Requirements: after[2:]})
	got := Propose(read(t, DOCX, written(t, DOCX, in, Options{})), list)
	if len(got) != 1 || got[0].Number != 3 || len(got[0].Changes) != 1 || got[0].Next.Statement != after[2].Statement {
		t.Errorf("proposals: %+v", got)
	}
	first := slices.Clone(list[:4])
	first[2].Statement = "Changed in the first place otherwise."
	in.Sections[0].Requirements = first
	got = Propose(read(t, DOCX, written(t, DOCX, in, Options{})), list)
	if len(got) != 1 || got[0].Changes[0].Problem == "" || got[0].Next.Statement != list[2].Statement {
		t.Errorf("a contradiction: %+v", got)
	}
}

func TestAWordThatIsNoneIsSaidAndNotApplied(t *testing.T) {
	list := sampleRequirements()
	file := "Key;Statement;Priority;Status;Type\nreq-1;;must have;;Funktional\nREQ-0002;\"" + list[1].Statement + "\";Urgent;DRAFT;quality\n;A new one.;Could have;;\nABC-7;From elsewhere.;;Approved;\n"
	got := Propose(read(t, CSV, []byte(file)), list)
	if len(got) != 5 || got[4].Kind != ProposeMissing || got[4].Number != 7 {
		t.Fatalf("proposals: %+v", got)
	}
	problems := 0
	for _, c := range append(got[0].Changes, got[1].Changes...) {
		if c.Problem == "" {
			t.Errorf("%s is applied: %+v", c.Field, c)
		}
		problems++
	}
	if problems != 4 || !reflect.DeepEqual(got[0].Next, list[0]) {
		t.Errorf("%d problems; next %+v", problems, got[0].Next)
	}
	if got[2].Next.Priority != ba.PriorityCould || got[2].Next.Type != ba.RequirementFunctional || got[3].Note == "" || got[3].Next.Status != ba.RequirementApproved {
		t.Errorf("additions: %+v %+v", got[2], got[3])
	}
}

func TestATableOfCriteriaAloneChangesCriteriaAlone(t *testing.T) {
	list := manyRequirements(20)
	after := slices.Clone(list)
	after[2].Criteria = []ba.Criterion{{Given: "a", When: "b", Then: "c"}}
	after[2].Statement = "Not in that table."
	got := Propose(read(t, CSV, written(t, CSV, listOf(after), Options{Table: TableCriteria})), list)
	if len(got) != 1 || got[0].Number != 3 || len(got[0].Changes) != 1 || !reflect.DeepEqual(got[0].Next.Criteria, after[2].Criteria) {
		t.Errorf("proposals: %+v", got)
	}
}

func TestAVeryLongRequirementComesBack(t *testing.T) {
	list := manyRequirements(3)
	list[0].Statement = strings.Repeat("The system shall log each step. ", 400)
	list[1].Rationale = strings.Repeat("草稿必须保存。", 1500)
	for _, f := range readable {
		if got := Propose(read(t, f, written(t, f, listOf(list), Options{})), list); len(got) > 0 {
			t.Errorf("%s: %+v", f, got[0].Changes[0].Field)
		}
	}
}

func TestWhatLibreOfficeSavesAgainChangesNothing(t *testing.T) {
	list := manyRequirements(40)
	for _, f := range []Format{XLSX, DOCX} {
		saved := converted(t, written(t, f, listOf(list), Options{}), string(f), string(f))
		if got := Propose(read(t, f, saved), list); len(got) > 0 {
			t.Errorf("%s: %d proposals, the first %+v", f, len(got), got[0])
		}
	}
}

func TestReqIFIsValidByTheSchema(t *testing.T) {
	lint := testenv.Program(t, "xmllint")
	schema := testenv.Shared(t, "schemas", "reqif", "reqif.xsd")
	odd := sample()
	odd.Title = "a < b & \"c\" \x01"
	odd.Sections = append(odd.Sections, Section{Title: "Again", Requirements: odd.Sections[2].Requirements})
	for name, in := range map[string]Input{"list": listOf(manyRequirements(200)), "sample": odd} {
		path := filepath.Join(t.TempDir(), name+".reqif")
		if err := os.WriteFile(path, written(t, ReqIF, in, Options{}), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command(lint, "--noout", "--nonet", "--schema", schema, path).CombinedOutput(); err != nil {
			t.Errorf("%s: %s", name, out)
		}
	}
}

func TestReqIFOfOtherToolsIsRead(t *testing.T) {
	for name, want := range map[string][]Row{
		"sample1_polarion.reqif":        {{Key: "LOREM-818", Values: map[Field]string{FieldStatement: "The Lorem Ipsum shall do something."}}},
		"sample_polarion_reqifz.reqifz": {{Key: "LOREM-818", Values: map[Field]string{FieldStatement: "The Lorem Ipsum shall do something."}}},
		"sample2_sdoc.reqif": {{Values: map[Field]string{FieldStatement: "The system shall do A."}}, {Values: map[Field]string{FieldStatement: "The system shall do B."}},
			{Values: map[Field]string{FieldStatement: "The system shall do C."}}},
		"sample3_eclipse_rmf.reqif": {{Values: map[Field]string{FieldStatement: "Obj-01"}}},
	} {
		data, err := os.ReadFile(testenv.Shared(t, "schemas", "reqif", "samples", name))
		if err != nil {
			t.Fatal(err)
		}
		rows, err := Read(t.Context(), name, data)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, w := range want {
			if !slices.ContainsFunc(rows, func(r Row) bool {
				return r.Values[FieldStatement] == w.Values[FieldStatement] && (w.Key == "" || r.Key == w.Key)
			}) {
				t.Errorf("%s: %+v is not among %+v", name, w, rows)
			}
		}
		if got := Propose(rows, nil); len(got) != len(rows) || got[0].Kind != ProposeAdd {
			t.Errorf("%s: %d proposals of %d rows", name, len(got), len(rows))
		}
	}
}

func TestHostileFilesAreRefusedWithAReason(t *testing.T) {
	deep := "<REQ-IF>" + strings.Repeat("<a>", 300) + strings.Repeat("</a>", 300) + "</REQ-IF>"
	for name, file := range map[string]string{
		"entity.reqif":   `<!DOCTYPE x [<!ENTITY a "aaaa">]><REQ-IF>&a;</REQ-IF>`,
		"external.reqif": `<!DOCTYPE x SYSTEM "file:///etc/passwd"><REQ-IF/>`,
		"deep.reqif":     deep, "cut.reqif": "<REQ-IF><THE-HEADER>", "other.reqif": "<html></html>", "empty.reqif": "<REQ-IF></REQ-IF>", "zip.reqifz": "PK\x03\x04 no archive",
		"empty.csv": "", "text.csv": "no table\nhere\n", "word.docx": "PK\x03\x04", "a.pdf": "%PDF-1.4\n", "a.html": "<html><table><tr><td>ID<td>Requirement</table>", "old.xls": "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "big.csv": strings.Repeat("x", MaxImport+1),
		"rows.csv": "ID,Requirement\n" + strings.Repeat(",x\n", MaxImportRows+2),
	} {
		rows, err := Read(t.Context(), name, []byte(file))
		if kind := ba.KindOf(err); err == nil || kind == ba.Internal || ba.Explain(err) == "" {
			t.Errorf("%s: %d rows and %v", name, len(rows), err)
		}
	}
}

func TestHostilePackagesOfTheCorpusAreRefusedOrHarmless(t *testing.T) {
	dir := testenv.Shared(t, "corpus", "hostile")
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !slices.Contains([]string{".docx", ".xlsx", ".csv"}, filepath.Ext(file.Name())) {
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, file.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Read(t.Context(), file.Name(), data); err != nil && ba.KindOf(err) == ba.Internal {
			t.Errorf("%s: %v", file.Name(), err)
		}
	}
}

func TestAnArchiveThatUnpacksToTooMuchIsRefused(t *testing.T) {
	var b bytes.Buffer
	p := newPackage(&b)
	p.part("a.reqif", "<REQ-IF>"+strings.Repeat(" ", MaxImport)+"</REQ-IF>")
	if err := p.close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(t.Context(), "a.reqifz", b.Bytes()); ba.KindOf(err) != ba.TooLarge {
		t.Errorf("%d bytes that unpack to 32 MB: %v", b.Len(), err)
	}
}

func FuzzReqIFIsReadOrRefused(f *testing.F) {
	f.Add(written(f, ReqIF, listOf(sampleRequirements()), Options{}))
	f.Add([]byte(`<REQ-IF><SPEC-OBJECT IDENTIFIER="a"><THE-VALUE>x</THE-VALUE></SPEC-OBJECT></REQ-IF>`))
	f.Fuzz(func(t *testing.T, data []byte) { readsOrRefuses(t, "a.reqif", data) })
}

func FuzzCSVIsReadOrRefused(f *testing.F) {
	f.Add(written(f, CSV, listOf(sampleRequirements()), Options{}))
	f.Add([]byte("ID,Given,When,Then\nREQ-1,a,b,c\n"))
	f.Fuzz(func(t *testing.T, data []byte) { readsOrRefuses(t, "a.csv", data) })
}

func FuzzOfficeFilesAreReadOrRefused(f *testing.F) {
	f.Add(written(f, XLSX, listOf(sampleRequirements()), Options{}), true)
	f.Add(written(f, DOCX, listOf(sampleRequirements()), Options{}), false)
	f.Fuzz(func(t *testing.T, data []byte, sheet bool) {
		name := "a.docx"
		if sheet {
			name = "a.xlsx"
		}
		readsOrRefuses(t, name, data)
	})
}

// readsOrRefuses holds an importer to its promise: proposals that make sense,
// or a refusal with a sentence.
func readsOrRefuses(t *testing.T, name string, data []byte) {
	rows, err := Read(t.Context(), name, data)
	if err != nil {
		if ba.KindOf(err) == ba.Internal {
			t.Fatal(err)
		}
		return
	}
	if len(rows) == 0 || len(rows) > MaxImportRows {
		t.Fatalf("%d rows", len(rows))
	}
	for _, p := range Propose(rows, sampleRequirements()) {
		switch {
		case p.Kind == ProposeAdd && (p.Next.Statement == "" || !p.Next.Type.Valid()),
			p.Kind == ProposeChange && (len(p.Changes) == 0 || p.ID != p.Next.ID || p.Next.Statement == ""):
			t.Fatalf("%+v", p)
		}
	}
}
