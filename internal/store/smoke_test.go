package store_test

import (
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
	"github.com/ba-assistant/ba-assistant/internal/term"
)

func TestADocumentIsFoundAndAnAnswerIsKept(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { smoke(t, storetest.New(t)) })
	t.Run("postgres", func(t *testing.T) { smoke(t, storetest.Postgres(t)) })
}

func smoke(t *testing.T, db *store.DB) {
	ana := storetest.User(t, db, "ana")
	project := storetest.Project(t, db, ana, "Checkout")
	storetest.Document(t, db, ana, project, "spec.txt", "The customer pays by invoice.", "Refunds take ten days.")
	hits, err := db.Search(t.Context(), ana, ba.Query{Clauses: term.Parse("invoice payment customers"), Match: ba.MatchAny, Project: project, Limit: 5})
	if err != nil || len(hits) != 1 || hits[0].Text != "The customer pays by invoice." || hits[0].Filename != "spec.txt" {
		t.Fatalf("hits %+v, error %v", hits, err)
	}
	thread := storetest.Thread(t, db, ana, "", "Loose")
	start := storetest.Ask(t, db, ana, thread.ID, "How do refunds work?")
	storetest.Answer(t, db, start, "They take ten days.")
	if err := db.MoveThread(t.Context(), ana, thread.ID, project); err != nil {
		t.Fatal(err)
	}
	list, err := db.Messages(t.Context(), ana, thread.ID, ba.Page{})
	if err != nil || len(list.Items) != 2 || list.Items[1].Text != "They take ten days." {
		t.Fatalf("messages %+v, error %v", list, err)
	}
	hits, err = db.Search(t.Context(), ana, ba.Query{Clauses: term.Parse(`"ten days"`), Limit: 5})
	if err != nil || len(hits) != 2 {
		t.Fatalf("hits %+v, error %v", hits, err)
	}
}
