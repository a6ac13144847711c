package library

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
)

// placeProbe is how many code points of a quote are looked for in one block: a
// quote may go on into the next one.
const placeProbe = 48

// Place returns where a quote of a passage stands. A passage may take in short
// sections under headings of their own, and the end of a sentence on the next
// page, so its own locator is that of its beginning only. Where the quote is
// not found in one block, it is the passage's locator.
func (s *Service) Place(ctx context.Context, a ba.Actor, id ba.PassageID, quote string) (ba.Locator, error) {
	p, err := s.Store.Passage(ctx, a, id)
	if err != nil {
		return ba.Locator{}, err
	}
	wanted := probe(quote)
	if wanted == "" || p.FirstBlock == p.LastBlock {
		return p.Locator, nil
	}
	for page := p.FirstBlock / BlocksPerPage; page <= p.LastBlock/BlocksPerPage; page++ {
		data, err := s.Store.BlockPage(ctx, a, p.Document, p.Version, page)
		if err != nil {
			return ba.Locator{}, err
		}
		var blocks []Block
		if err := json.Unmarshal(data, &blocks); err != nil {
			return ba.Locator{}, fmt.Errorf("read page %d of a text: %w", page+1, err)
		}
		for i, b := range blocks {
			at := page*BlocksPerPage + i
			if at >= p.FirstBlock && at <= p.LastBlock && holds(b, wanted) {
				return b.Locator, nil
			}
		}
	}
	return p.Locator, nil
}

// probe returns the beginning of a quote's first line, its spaces made single.
func probe(quote string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(quote), "\n")
	runes := []rune(strings.Join(strings.Fields(line), " "))
	return string(runes[:min(len(runes), placeProbe)])
}

// holds reports whether a block has the words. A row stands in passages with
// its empty cells or without them.
func holds(b Block, words string) bool {
	if strings.Contains(strings.Join(strings.Fields(b.Text), " "), words) {
		return true
	}
	return len(b.Cells) > 0 && strings.Contains(strings.Join(strings.Fields(strings.Join(b.Cells, " | ")), " "), words)
}
