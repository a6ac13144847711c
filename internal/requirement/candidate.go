package requirement

import (
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/extract"
	"github.com/ba-assistant/ba-assistant/internal/quote"
	"github.com/ba-assistant/ba-assistant/internal/requirement/statement"
)

// candidate is a statement that was found, with the place that supports it.
type candidate struct {
	ba.Requirement // what is known of it; without id and links
	link           *ba.Link
}

// document is a version of a document as extraction and surveys read it.
type document struct {
	blocks   []extract.Block
	passages []ba.Passage // in order
}

// candidates returns the statements of a document with their quotes, each in
// the passage in which it stands. What is not verbatim in a passage, or too
// long to quote, is left out and counted.
func (d *document) candidates() (found []candidate, lost int) {
	texts := make(map[int]quote.Text)
	for _, c := range statement.Find(d.blocks) {
		at, words, ok := d.place(c, texts)
		if !ok || utf8.RuneCountInString(words) > ba.MaxQuoteLen || utf8.RuneCountInString(c.Text) > ba.MaxStatementLen {
			lost++
			continue
		}
		p := d.passages[at]
		link := &ba.Link{Document: p.Document, Version: p.Version, Passage: p.ID, Locator: d.locator(c.First, p), Quote: words, State: ba.LinkVerified}
		found = append(found, candidate{Requirement: draftOf(c), link: link})
	}
	return found, lost
}

// draftOf returns what the rules know of a statement.
func draftOf(c statement.Candidate) ba.Requirement {
	r := ba.Requirement{Statement: tidy(c.Text), Type: c.Type, Quality: c.Quality, Priority: c.Priority, Status: ba.RequirementDraft}
	if !r.Type.Valid() {
		r.Type = ba.RequirementFunctional
	}
	if r.Type != ba.RequirementQuality {
		r.Quality = ""
	}
	return r
}

// locator returns the place of a block where it is known better than that of
// the passage.
func (d *document) locator(block int, p ba.Passage) ba.Locator {
	if block >= 0 && block < len(d.blocks) && d.blocks[block].Locator != (ba.Locator{}) {
		return d.blocks[block].Locator
	}
	return p.Locator
}

// place returns the passage in which a candidate's quote stands, and the quote
// as it stands there.
func (d *document) place(c statement.Candidate, texts map[int]quote.Text) (at int, words string, ok bool) {
	first := sort.Search(len(d.passages), func(i int) bool { return d.passages[i].LastBlock >= c.First })
	for i := first; i < len(d.passages) && d.passages[i].FirstBlock <= max(c.First, c.Last); i++ {
		text, known := texts[i]
		if !known {
			text = quote.NewText(d.passages[i].Text)
			clear(texts) // candidates come in order
			texts[i] = text
		}
		for _, words := range d.wordings(c) {
			if start, end, found := text.Find(words); found {
				return i, d.passages[i].Text[start:end], true
			}
		}
	}
	return 0, "", false
}

// wordings returns the ways in which a passage may have a quote: it keeps the
// empty cells of a row.
func (d *document) wordings(c statement.Candidate) []string {
	all := []string{c.Quote}
	if c.First < len(d.blocks) && d.blocks[c.First].Kind == extract.Row && slices.Contains(d.blocks[c.First].Cells, "") {
		all = append(all, strings.TrimRight(strings.Join(d.blocks[c.First].Cells, " | "), " |"))
	}
	return all
}

// statements counts the candidates of each passage.
func statements(found []candidate) map[ba.PassageID]int {
	n := make(map[ba.PassageID]int)
	for _, c := range found {
		n[c.link.Passage]++
	}
	return n
}

// said returns the statements of a message.
func said(m ba.Message) (found []candidate, lost int) {
	m.Text = strings.ToValidUTF8(m.Text, "\uFFFD")
	text := quote.NewText(m.Text)
	for _, c := range statement.FindText(m.Text) {
		start, end, ok := text.Find(c.Quote)
		if !ok || utf8.RuneCountInString(c.Quote) > ba.MaxQuoteLen || utf8.RuneCountInString(c.Text) > ba.MaxStatementLen {
			lost++
			continue
		}
		link := &ba.Link{Thread: m.Thread, Message: m.ID, Quote: m.Text[start:end], State: ba.LinkVerified}
		found = append(found, candidate{Requirement: draftOf(c), link: link})
	}
	return found, lost
}
