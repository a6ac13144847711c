package web

import (
	"slices"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/web/page"
)

// exchanges arranges messages, given in their order, as a conversation is read:
// each question with its newest answer, the earlier answers and what an edited
// question replaced within reach beside them. Every message is in it once.
func exchanges(messages []ba.Message, turns map[ba.TurnID]ba.Turn, item func(ba.Message) page.Message) []page.Exchange {
	var all []page.Exchange
	for _, m := range messages {
		shown := item(m)
		if m.Role == ba.MessageUser {
			all = ask(all, m, shown)
			continue
		}
		if !answer(all, turns[m.Turn].Question, shown) {
			all = append(all, page.Exchange{Answer: &shown})
		}
	}
	return all
}

// ask adds a question. From the one that it replaces on, what stands there
// goes into its past.
func ask(all []page.Exchange, m ba.Message, shown page.Message) []page.Exchange {
	next := page.Exchange{Question: &shown}
	at := slices.IndexFunc(all, func(e page.Exchange) bool { return e.Question != nil && e.Question.ID == m.Replaces })
	if m.Replaces != "" && at >= 0 {
		next.Replaced = slices.Clone(all[at:])
		all = all[:at]
	}
	return append(all, next)
}

// answer puts an answer to its question, and reports whether that is there.
func answer(all []page.Exchange, question ba.MessageID, shown page.Message) bool {
	for i := range all {
		e := &all[i]
		switch {
		case e.Question == nil || e.Question.ID != question:
			if answer(e.Replaced, question, shown) {
				return true
			}
		case e.Answer != nil:
			e.Before = append(e.Before, *e.Answer)
			fallthrough
		default:
			e.Answer = &shown
			return true
		}
	}
	return false
}
