package api

import (
	"context"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/lint"
)

type wireFinding struct {
	Rule       string `json:"rule" doc:"Id of the rule; GET /api/lint/rules explains it"`
	Start      int    `json:"start" doc:"First code point of the text"`
	End        int    `json:"end" doc:"Code point behind the last one"`
	Reason     string `json:"reason"`
	Suggestion string `json:"suggestion"`
}

type wireRule struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Scope       string `json:"scope" enum:"statement,story,set"`
	Source      string `json:"source" doc:"The clauses that the rule comes from"`
	Explanation string `json:"explanation"`
	Example     string `json:"example"`
	Fix         string `json:"fix"`
}

// lintInput is bounded so that an answer takes a fraction of a second.
type lintInput struct {
	Body struct {
		Text string `json:"text" maxLength:"100000" doc:"One or more statements; documents are checked with ba lint"`
	}
}

func (s *server) lint(_ context.Context, _ ba.Actor, in *lintInput) (*out[List[wireFinding]], error) {
	return listed(lint.Text(in.Body.Text), "", func(f lint.Finding) wireFinding { return wireFinding(f) }), nil
}

func (s *server) lintRules(context.Context, ba.Actor, *struct{}) (*out[List[wireRule]], error) {
	return listed(lint.Rules(), "", func(r lint.Rule) wireRule {
		return wireRule{r.ID, r.Name, string(r.Scope), r.Source, r.Explanation, r.Example, r.Fix}
	}), nil
}
