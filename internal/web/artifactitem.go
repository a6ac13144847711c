package web

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/markdown"
	"github.com/ba-assistant/ba-assistant/internal/web/page"
)

// sectionItems returns the sections as the reader shows them.
func sectionItems(v ba.Artifact) []page.ArtifactSection {
	cite := func(n int) (string, bool) {
		for _, s := range v.Sources {
			if s.N == n {
				return sourceHref(s.Link), true
			}
		}
		return "", false
	}
	items := make([]page.ArtifactSection, len(v.Sections))
	writing := v.State == ba.ArtifactGenerating
	for i, s := range v.Sections {
		item := page.ArtifactSection{Artifact: v.ID, Key: s.Key, Title: s.Title, Text: s.Text, Blocks: citedBlocks(markdown.LevelHeadings(s.Text, 1), cite), Remarks: s.Remarks, Done: s.Done, Next: writing && !s.Done}
		writing = writing && s.Done // only the first that is not done is being written
		if s.Done || v.State != ba.ArtifactGenerating {
			item.Requirements = shownItems(v, s)
		}
		sum := sha256.Sum256(fmt.Appendf(nil, "%t %t %d %s", s.Done, item.Next, len(item.Requirements), s.Text))
		item.Stamp = hex.EncodeToString(sum[:6])
		items[i] = item
	}
	return items
}

func shownItems(v ba.Artifact, s ba.Section) []page.ShownRequirement {
	var items []page.ShownRequirement
	for _, id := range s.Requirements {
		r := v.Requirement(id)
		if r == nil {
			continue
		}
		item := page.NewShownRequirement(*r)
		for _, l := range r.Links {
			item.Sources = append(item.Sources, sourceItem(0, l))
		}
		items = append(items, item)
	}
	return items
}

func sourceItem(n int, l ba.Link) page.ArtifactSource {
	return page.ArtifactSource{N: n, Href: sourceHref(l), Name: l.Filename, Place: l.Locator.String(), Quote: l.Quote, Suspect: l.State == ba.LinkSuspect}
}

// sourceHref leads to where a quote stands.
func sourceHref(l ba.Link) string {
	if l.Message != "" {
		return threadPath(l.Thread) + "#m-" + string(l.Message)
	}
	return page.PassageHref(l.Document, l.Version, l.Passage)
}
