package storetest_test

import (
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
	"github.com/ba-assistant/ba-assistant/internal/term"
)

// foundRequirements returns the keys of the requirements that a search finds.
func foundRequirements(t *testing.T, db *store.DB, a ba.Actor, project ba.ProjectID, words string, kinds ...ba.HitKind) []string {
	t.Helper()
	hits, err := db.Search(t.Context(), a, ba.Query{Clauses: term.Parse(words), Project: project, Kinds: kinds, Limit: 20})
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, h := range hits {
		if h.Kind == ba.HitRequirement {
			keys = append(keys, h.Filename)
		}
	}
	return keys
}

func TestRequirementsAreFoundAsTheyAreNow(t *testing.T) {
	for _, e := range storetest.Engines() {
		t.Run(e.Name, func(t *testing.T) {
			db := e.New(t)
			ana, bob := storetest.User(t, db, "ana"), storetest.User(t, db, "bob")
			project := storetest.Project(t, db, ana, "Booking")
			r := storetest.NewRequirement("The system shall print a receipt.")
			r.Criteria = []ba.Criterion{{Given: "a payment", When: "it is booked", Then: "a voucher is printed"}}
			made, err := db.ChangeRequirements(t.Context(), ana, ba.RequirementChange{Project: project, Add: []ba.Requirement{r, storetest.NewRequirement("The system shall send a reminder.")}})
			if err != nil {
				t.Fatal(err)
			}
			for words, want := range map[string]int{"receipt": 1, "system": 2, "voucher payment": 1, "nothing": 0} {
				if got := foundRequirements(t, db, ana, project, words); len(got) != want {
					t.Errorf("%q finds %v, want %d", words, got, want)
				}
			}
			if got := foundRequirements(t, db, ana, "", "reminder", ba.HitRequirement); len(got) != 1 || got[0] != "REQ-0002" {
				t.Errorf("a search of everything finds %v", got)
			}
			for _, kind := range []ba.HitKind{ba.HitArtifact, ba.HitPassage, ba.HitMessage} {
				if hits, err := db.Search(t.Context(), ana, ba.Query{Clauses: term.Parse("system"), Project: project, Kinds: []ba.HitKind{kind}, Limit: 20}); err != nil || len(hits) != 0 {
					t.Errorf("a search for %s finds %+v (%v)", kind, hits, err)
				}
			}
			if got := foundRequirements(t, db, bob, "", "receipt"); len(got) != 0 {
				t.Errorf("a stranger finds %v", got)
			}
			edited := made[0]
			edited.Statement, edited.Criteria = "The system shall mail an invoice.", nil
			if _, err := db.ChangeRequirements(t.Context(), ana, ba.RequirementChange{Project: project, Edit: []ba.Requirement{edited}}); err != nil {
				t.Fatal(err)
			}
			if was, is := foundRequirements(t, db, ana, project, "receipt"), foundRequirements(t, db, ana, project, "invoice"); len(was) != 0 || len(is) != 1 {
				t.Errorf("after the edit %v and %v are found", was, is)
			}
			if err := db.DeleteRequirements(t.Context(), ana, project, []ba.RequirementID{edited.ID}); err != nil {
				t.Fatal(err)
			}
			if is := foundRequirements(t, db, ana, project, "invoice"); len(is) != 0 {
				t.Errorf("after the deletion %v are found", is)
			}
			if err := db.DeleteProject(t.Context(), ana, project); err != nil {
				t.Fatal(err)
			}
			if n, err := db.PurgeProjects(t.Context(), time.Now().Add(time.Hour)); err != nil || n != 1 {
				t.Errorf("%d projects purged (%v)", n, err)
			}
		})
	}
}
