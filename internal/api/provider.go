package api

import (
	"context"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/budget"
	"github.com/ba-assistant/ba-assistant/internal/chat"
)

// WireAnswerer is an AI provider that a thread can begin with.
type WireAnswerer struct {
	ID     string      `json:"id" example:"anthropic"`
	Name   string      `json:"name" example:"Anthropic"`
	Models []WireModel `json:"models" doc:"The first is the default"`
}

// WireModel is one of its models, and whether the person can ask it now.
type WireModel struct {
	ID        string `json:"id" doc:"Empty for a provider that has no models to choose"`
	Free      bool   `json:"free" doc:"It costs nothing"`
	Available bool   `json:"available" doc:"It has a price, and the budget pays for it"`
	Reason    string `json:"reason,omitempty" doc:"Why it is not available, in a sentence for the person"`
}

// answerers lists who can answer; the first is the default of new threads.
func (s *server) answerers(ctx context.Context, a ba.Actor, _ *struct{}) (*out[List[WireAnswerer]], error) {
	var models []budget.Offered
	all := s.Chat.Providers()
	for i, p := range all {
		if len(p.Models) == 0 {
			all[i].Models = []string{""}
		}
		for _, m := range all[i].Models {
			models = append(models, budget.Offered{Provider: p.ID, Model: m})
		}
	}
	refusals, err := s.Budget.CheckAll(ctx, a.User, models)
	if err != nil {
		return nil, err
	}
	return listed(all, "", func(p chat.Provider) WireAnswerer {
		w := WireAnswerer{ID: p.ID, Name: p.Name}
		for _, m := range p.Models {
			w.Models = append(w.Models, s.modelOf(p.ID, m, refusals[0]))
			refusals = refusals[1:]
		}
		return w
	}), nil
}

func (s *server) modelOf(provider, model string, refusal error) WireModel {
	w := WireModel{ID: model, Free: s.Budget.Free(provider, model), Available: refusal == nil}
	if refusal != nil {
		w.Reason = ba.Explain(refusal)
	}
	return w
}
