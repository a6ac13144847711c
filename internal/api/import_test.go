package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/export"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

// kept stores n requirements in a new project.
func (s *site) kept(a ba.Actor, n int) (path string, list []ba.Requirement) {
	s.t.Helper()
	project := storetest.Project(s.t, s.db, a, "Records")
	change := ba.RequirementChange{Project: project}
	for i := range n {
		r := storetest.NewRequirement(fmt.Sprintf("The system shall keep thing %d for %d years, \"as is\".", i, i%9+1))
		r.Rationale, r.Priority, r.Type = "Asked for by the auditor.", ba.Priorities[i%4], ba.RequirementTypes[i%6]
		r.Criteria = []ba.Criterion{{Given: "a thing", When: "it is old", Then: "it is there"}}
		change.Add = append(change.Add, r)
	}
	list, err := s.db.ChangeRequirements(s.t.Context(), a, change)
	ok(s.t, err)
	return "/api/projects/" + string(project) + "/requirements", list
}

// proposals uploads a file and returns what it would change.
func (s *site) proposals(who credential, path, name, content string) []wireProposal {
	s.t.Helper()
	r := s.call(who, "POST", path+"/import", upload{name, content})
	expect(s.t, "import of "+name, r, http.StatusOK)
	var list List[wireProposal]
	ok(s.t, json.Unmarshal(r.body, &list))
	return list.Items
}

func TestARoundTripOf200RequirementsThroughTheAPIChangesNothing(t *testing.T) {
	s := newSite(t)
	ana := storetest.User(t, s.db, "ana")
	path, _ := s.kept(ana, 200)
	for _, f := range []export.Format{export.XLSX, export.DOCX, export.CSV, export.ReqIF} {
		file := s.call(as(ana), "GET", path+"/export?format="+string(f), nil)
		expect(t, "export", file, http.StatusOK)
		if got := s.proposals(as(ana), path, "in"+f.Extension(), string(file.body)); len(got) != 0 {
			t.Errorf("%s: %d proposals, the first %+v", f, len(got), got[0])
		}
	}
	for _, f := range []string{"pdf", "html", "md", "jira"} {
		expect(t, f, s.call(as(ana), "GET", path+"/export?status=draft&format="+f, nil), http.StatusOK)
	}
}

// twentyEdits makes 15 changes, 3 additions and 2 removals.
func twentyEdits(list []ba.Requirement) []ba.Requirement {
	out := slices.Clone(list)
	for i := range 15 {
		r := &out[i*7]
		switch i % 3 {
		case 0:
			r.Statement = strings.Replace(r.Statement, "thing", "each thing", 1)
		case 1:
			r.Priority = map[bool]ba.Priority{true: ba.PriorityShould, false: ba.PriorityMust}[r.Priority == ba.PriorityMust]
		case 2:
			r.Criteria = []ba.Criterion{{Given: "an old thing", When: "it is asked for", Then: "it is shown"}}
		}
	}
	for i := range 3 {
		out = append(out, ba.Requirement{Statement: fmt.Sprintf("The system shall forget thing %d.", i), Type: ba.RequirementFunctional, Status: ba.RequirementDraft, Number: 9000 + i})
	}
	return slices.DeleteFunc(out, func(r ba.Requirement) bool { return r.Number == 150 || r.Number == 160 })
}

func TestOf20EditsTheAPIMakes20ProposalsAndAppliesThem(t *testing.T) {
	for _, f := range []export.Format{export.XLSX, export.DOCX, export.CSV, export.ReqIF} {
		t.Run(f.Label(), func(t *testing.T) {
			s := newSite(t)
			ana := storetest.User(t, s.db, "ana")
			path, list := s.kept(ana, 200)
			var b bytes.Buffer
			ok(t, export.Write(&b, f, export.Input{Title: "Edited", Sections: []export.Section{{Title: "Requirements", Requirements: twentyEdits(list)}}}, export.Options{}))
			found := s.proposals(as(ana), path, "in"+f.Extension(), b.String())
			kinds := map[string]int{}
			var items []*RevisionItem
			for _, p := range found {
				kinds[p.Kind]++
				items = append(items, p.Accept)
			}
			if len(found) != 20 || kinds["change"] != 15 || kinds["add"] != 3 || kinds["missing"] != 2 {
				t.Fatalf("%d proposals: %v", len(found), kinds)
			}
			r := s.call(as(ana), "POST", path+"/revise", map[string]any{"items": items})
			expect(t, "revise", r, http.StatusOK)
			if changed := field[float64](t, r, "changed"); changed != 17 {
				t.Errorf("%v changed", changed)
			}
			again := s.proposals(as(ana), path, "in"+f.Extension(), b.String())
			if again = slices.DeleteFunc(again, func(p wireProposal) bool { return p.Kind != "change" }); len(again) != 0 {
				t.Errorf("still %d changes: %+v", len(again), again[0])
			}
			expect(t, "the same revision again", s.call(as(ana), "POST", path+"/revise", map[string]any{"items": items}), http.StatusConflict)
		})
	}
}

func TestAProposalShowsOldAndNewWordByWord(t *testing.T) {
	s := newSite(t)
	ana := storetest.User(t, s.db, "ana")
	path, _ := s.kept(ana, 1)
	found := s.proposals(as(ana), path, "in.csv", "ID,Requirement,Priority\nREQ-0001,\"The system shall keep every thing 0 for 1 years, \"\"as is\"\".\",Urgent\n")
	if len(found) != 1 || len(found[0].Changes) != 2 || found[0].Key != "REQ-0001" {
		t.Fatalf("proposed is %+v", found)
	}
	var added string
	for _, run := range found[0].Changes[0].Words {
		if run.State == "added" {
			added += run.Text
		}
	}
	if strings.TrimSpace(added) != "every" || found[0].Changes[1].Problem == "" || found[0].Accept.Priority != nil {
		t.Errorf("added %q; %+v", added, found[0])
	}
}

func TestAFileThatIsNoneIsRefusedWithItsReason(t *testing.T) {
	s := newSite(t)
	ana := storetest.User(t, s.db, "ana")
	path, _ := s.kept(ana, 1)
	for name, want := range map[string]struct {
		content string
		status  int
	}{
		"a.pdf": {"%PDF-1.7\n", http.StatusUnsupportedMediaType}, "a.csv": {"x,y\n1,2\n", http.StatusUnprocessableEntity},
		"a.xlsx": {"PK\x03\x04broken", http.StatusUnprocessableEntity}, "b.csv": {strings.Repeat("x", export.MaxImport+1<<20), http.StatusRequestEntityTooLarge},
	} {
		r := s.call(as(ana), "POST", path+"/import", upload{name, want.content})
		expect(t, name, r, want.status)
		if detail := field[string](t, r, "detail"); detail == "" {
			t.Errorf("%s: no sentence", name)
		}
	}
	expect(t, "no version", s.call(as(ana), "POST", path+"/revise", `{"items": [{"id": "`+ba.NewID[string]()+`", "statement": "x"}]}`), http.StatusConflict)
	expect(t, "an unknown field", s.call(as(ana), "POST", path+"/revise", `{"items": [{"statement": "x", "owner": "y"}]}`), http.StatusUnprocessableEntity)
}
