package artifact_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/testenv"
)

// realDocuments are three of the corpus, each of another format.
var realDocuments = []string{"docx/cfe-requirements.docx", "html/multi-mahjong-srs.html", "pdf/gamma-j-web-store-srs.pdf"}

// withRealDocuments uploads them and waits until they can be searched.
func (d *desk) withRealDocuments() {
	d.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- d.lib.Run(ctx) }()
	d.t.Cleanup(func() { cancel(); <-ended })
	for _, name := range realDocuments {
		file, err := os.Open(testenv.Shared(d.t, "corpus", name))
		if err != nil {
			d.t.Fatal(err)
		}
		doc, err := d.lib.Upload(d.t.Context(), d.editor, d.project, filepath.Base(name), file)
		_ = file.Close()
		if err != nil {
			d.t.Fatal(err)
		}
		for end := time.Now().Add(2 * time.Minute); doc.Status == ba.DocumentProcessing; time.Sleep(20 * time.Millisecond) {
			if doc, err = d.lib.Find(d.t.Context(), d.editor, doc.ID); err != nil || time.Now().After(end) {
				d.t.Fatalf("%s is %s (%v)", name, doc.Status, err)
			}
		}
		if doc.Status != ba.DocumentReady {
			d.t.Fatalf("%s is %s: %s", name, doc.Status, doc.Reason)
		}
	}
}

// A BRD from three real documents: with no key, and with a model that cites
// what it was shown and makes things up in every section.
func TestABRDFromRealDocumentsCarriesAQuoteOrTheLabelForEveryRequirement(t *testing.T) {
	testenv.Shared(t, "corpus")
	model := writing("The users want this [1], as REQ-0001 says.\n\nThe vendor has promised delivery in the spring.\n\nSee REQ-99999.", nil)
	for name, d := range map[string]*desk{"with no key": newDesk(t), "with a replayed model": newDesk(t, model)} {
		t.Run(name, func(t *testing.T) {
			d.withRealDocuments()
			v := d.ended(d.ask(ba.ArtifactBRD, "").ID, ba.ArtifactReady)
			d.sound(v)
			supported := 0
			for _, r := range v.Requirements {
				supported += len(r.Links)
			}
			t.Logf("%d requirements with %d quotes, %d sources cited in the text, %d sections", len(v.Requirements), supported, len(v.Sources), len(v.Sections))
			if len(v.Requirements) < 50 || supported < 50 || len(v.Sources) < 5 {
				t.Error("three specifications gave little")
			}
			if s := section(t, v, "objectives"); v.Provider == "model" && (!strings.Contains(s.Text, "spring. *(assumption)*") || strings.Contains(s.Text, "REQ-99999")) {
				t.Errorf("the model's text is\n%s", s.Text)
			}
			oneLetter(t, d, v)
		})
	}
}

// oneLetter changes one letter of each of some quotes, which must be noticed.
func oneLetter(t *testing.T, d *desk, v ba.Artifact) {
	t.Helper()
	changed := v
	changed.Requirements = append([]ba.Requirement{}, v.Requirements...)
	n := 0
	for i := 0; i < len(changed.Requirements); i += 7 {
		r := &changed.Requirements[i]
		if len(r.Links) == 0 {
			continue
		}
		r.Links = append([]ba.Link{}, r.Links...)
		quote := []rune(r.Links[0].Quote)
		at := len(quote) / 2
		quote[at] = map[bool]rune{true: 'x', false: 'q'}[quote[at] != 'x']
		r.Links[0].Quote = string(quote)
		r.Links[0].Hash = ba.QuoteHash(r.Links[0].Quote)
		n++
	}
	faults, err := d.Verify(t.Context(), d.viewer, changed)
	if err != nil || n == 0 || len(faults) != n {
		t.Errorf("%d quotes were changed, %d were noticed (%v)", n, len(faults), err)
	}
}
