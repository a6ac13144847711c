package storetest

import (
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/store"
)

// NewRequirement returns a draft with a new id, not yet stored.
func NewRequirement(statement string, links ...ba.Link) ba.Requirement {
	return ba.Requirement{ID: ba.NewID[ba.RequirementID](), Statement: statement, Type: ba.RequirementFunctional, Status: ba.RequirementDraft, Links: links}
}

// Requirement stores a draft and returns it as it is in the store.
func Requirement(t testing.TB, db *store.DB, a ba.Actor, project ba.ProjectID, statement string, links ...ba.Link) ba.Requirement {
	t.Helper()
	added, err := db.ChangeRequirements(t.Context(), a, ba.RequirementChange{Project: project, Add: []ba.Requirement{NewRequirement(statement, links...)}})
	check(t, err)
	r, err := db.Requirement(t.Context(), a, added[0].ID)
	check(t, err)
	return r
}

// Quote returns a link to a passage of a document.
func Quote(d ba.Document, p ba.Passage, quote string) ba.Link {
	return ba.Link{ID: ba.NewID[ba.LinkID](), Document: d.ID, Version: p.Version, Passage: p.ID, Filename: d.Filename, Locator: p.Locator, Quote: quote}
}

// Said returns a link to a message.
func Said(m ba.Message, quote string) ba.Link {
	return ba.Link{ID: ba.NewID[ba.LinkID](), Thread: m.Thread, Message: m.ID, Filename: "Talk", Quote: quote}
}

// Note stores an open question about a requirement, or about the project.
func Note(t testing.TB, db *store.DB, a ba.Actor, project ba.ProjectID, about ba.RequirementID, text string) ba.Note {
	t.Helper()
	id := ba.NewID[ba.NoteID]()
	check(t, db.AddNote(t.Context(), a, ba.Note{ID: id, Project: project, Requirement: about, Kind: ba.NoteQuestion, Text: text}))
	n, err := db.Note(t.Context(), a, id)
	check(t, err)
	return n
}
