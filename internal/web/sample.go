package web

import (
	"bytes"
	"embed"
	"net/http"
	"path"

	"github.com/ba-assistant/ba-assistant/ba"
)

//go:embed sample
var sampleFiles embed.FS

const (
	sampleName  = "Sample: online booking for Harbour Physio"
	sampleAbout = "A practice for physiotherapy wants online booking. A meeting transcript, a draft specification and a price list, all made up. " +
		"They contradict each other in a few places, as documents do. Delete the project whenever you like."
)

var sampleQuestions = []string{
	"Until when can a patient cancel free of charge?",
	"How long does a first visit take, and what does it cost?",
	"Who may book for a child?",
	"What must a reminder say, and how is it sent?",
}

// makeSample makes a project with documents to try things out on, by the same
// services as any other project.
func (s *Site) makeSample(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	p, err := s.Projects.Create(r.Context(), a, sampleName, sampleAbout)
	if err != nil {
		return err
	}
	entries, err := sampleFiles.ReadDir("sample")
	if err != nil {
		return err
	}
	for _, e := range entries {
		content, err := sampleFiles.ReadFile(path.Join("sample", e.Name()))
		if err != nil {
			return err
		}
		if _, err := s.Library.Upload(r.Context(), a, p.ID, e.Name(), bytes.NewReader(content)); err != nil {
			return err
		}
	}
	return redirect(w, r, projectPath(p.ID))
}
