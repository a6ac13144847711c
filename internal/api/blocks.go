package api

import (
	"encoding/json"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/event"
	"github.com/ba-assistant/ba-assistant/internal/markdown"
)

// wireBlockEvent is the data of an event "block", which exists on connections
// that asked for HTML.
type wireBlockEvent struct {
	MessageID string `json:"message_id"`
	Block     int    `json:"block"`
	HTML      string `json:"html" doc:"Sanitised; sent again while the block grows; empty where it went"`
}

// renderer turns the text of answers into block events, one stream of Markdown
// for each message. It belongs to one connection.
type renderer struct {
	// load returns what is stored of a message. A connection that goes on from
	// a cursor has not seen the beginning of the text.
	load    func(ba.MessageID) (string, error)
	answers map[string]*growing
}

// growing is the text of one answer as far as this connection knows it.
type growing struct {
	markdown *markdown.Stream
	length   int  // code points
	lost     bool // a piece is missing; the end of the turn brings the whole
}

// blocks returns the data of the block events that follow from e.
func (r *renderer) blocks(e event.Event) [][]byte {
	var data struct {
		MessageID string `json:"message_id"`
		Offset    int    `json:"offset"`
		Text      string `json:"text"`
	}
	if e.Name != "snapshot" && e.Name != "delta" && e.Name != "done" || json.Unmarshal(e.Data, &data) != nil {
		return nil
	}
	g := r.answer(data.MessageID)
	var changes []markdown.Change
	switch e.Name {
	case "snapshot":
		changes = g.replace(data.Text)
	case "delta":
		changes = r.grow(g, data.MessageID, data.Offset, data.Text)
	case "done":
		changes = r.finish(g, data.MessageID)
		delete(r.answers, data.MessageID)
	}
	return encode(data.MessageID, changes)
}

func (r *renderer) answer(id string) *growing {
	g, known := r.answers[id]
	if !known {
		if r.answers == nil {
			r.answers = map[string]*growing{}
		}
		g = &growing{markdown: markdown.NewStream(nil)}
		r.answers[id] = g
	}
	return g
}

// grow appends a piece. Where the beginning is missing it is taken from the
// store, which has what an event tells.
func (r *renderer) grow(g *growing, id string, offset int, text string) []markdown.Change {
	if g.lost {
		return nil
	}
	if offset > g.length && !r.catchUp(g, id, offset) {
		g.lost = true
		return nil
	}
	piece := []rune(text)
	known := g.length - offset // what came before, with a snapshot
	if known >= len(piece) {
		return nil
	}
	g.length = offset + len(piece)
	return g.markdown.Write(string(piece[known:]))
}

// catchUp brings the text up to offset from the store.
func (r *renderer) catchUp(g *growing, id string, offset int) bool {
	text, err := r.load(ba.MessageID(id))
	runes := []rune(text)
	if err != nil || len(runes) < offset {
		return false
	}
	g.replace(string(runes[:offset]))
	return true
}

// finish returns the last form of all blocks that changed. The store has the
// whole text by now.
func (r *renderer) finish(g *growing, id string) []markdown.Change {
	var changes []markdown.Change
	if g.lost || g.length == 0 {
		text, err := r.load(ba.MessageID(id))
		if err != nil {
			return nil
		}
		changes = g.replace(text)
	}
	return append(changes, g.markdown.Close()...)
}

func (g *growing) replace(text string) []markdown.Change {
	g.length, g.lost = len([]rune(text)), false
	return g.markdown.Replace(text)
}

func encode(id string, changes []markdown.Change) [][]byte {
	var out [][]byte
	for _, c := range changes {
		if data, err := json.Marshal(wireBlockEvent{MessageID: id, Block: c.Index, HTML: c.HTML}); err == nil {
			out = append(out, data)
		}
	}
	return out
}
