package web

import (
	"fmt"
	"net/http"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/budget"
	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/provider"
	"github.com/ba-assistant/ba-assistant/internal/web/page"
)

func (s *Site) adminProviders(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	data, err := s.providersPage(a)
	if err != nil {
		return err
	}
	return s.render(w, r, "admin-providers", data)
}

func (s *Site) providersPage(a ba.Actor) (*page.AdminProviders, error) {
	list, err := s.Providers.List(a)
	if err != nil {
		return nil, err
	}
	doors, err := s.Identity.Registrations(a)
	if err != nil {
		return nil, err
	}
	data := &page.AdminProviders{AdminShell: adminShell("Providers", "providers")}
	for _, p := range list {
		data.Providers = append(data.Providers, s.providerCard(p))
	}
	for _, d := range doors {
		c := page.SignInCard{ID: d.ID, Name: d.Name, Address: d.Address, Redirect: d.Redirect, State: "Not asked yet"}
		switch {
		case d.Answered:
			c.State, c.Tone = "Answers", "accent"
		case d.Failed:
			c.State, c.Tone = "Does not answer", "danger"
		}
		data.SignIns = append(data.SignIns, c)
	}
	return data, nil
}

func (s *Site) providerCard(p provider.Status) page.ProviderCard {
	c := page.ProviderCard{ID: p.ID(), Name: p.Name, BuiltIn: p.BuiltIn, Default: p.Default, State: "Ready", Tone: "accent", Host: p.Host, Key: p.KeyVariable}
	switch p.State {
	case provider.Failing:
		c.State, c.Tone = "Last call failed", "warn"
	case provider.Paused:
		c.State, c.Tone = "Left alone", "danger"
		c.Note = fmt.Sprintf("It failed %d times in a row, so that people are told at once. It is tried again at %s (UTC), or when you test it.", p.Failures, p.AloneUntil.UTC().Format("15:04:05"))
	}
	switch {
	case p.FaultAt.After(p.AnsweredAt):
		c.Last, c.LastAt = "The last call failed: "+faultWords[p.Fault], page.Moment{Time: p.FaultAt}
	case !p.AnsweredAt.IsZero():
		c.Last, c.LastAt = "Answered", page.Moment{Time: p.AnsweredAt}
	}
	for _, m := range p.Models {
		c.Models = append(c.Models, priceOf(m, s.Budget.Quote(p.ID(), m)))
	}
	return c
}

// faultWords are the kinds of fault in a few words.
var faultWords = map[llm.ErrorKind]string{
	llm.ErrUnknown: "an error that is not known here", llm.ErrAuth: "the key was not accepted", llm.ErrBilling: "no credit, or a spending limit",
	llm.ErrRequest: "it did not accept the request", llm.ErrModel: "it does not know the model", llm.ErrContext: "the conversation was too long",
	llm.ErrRefused: "its policy", llm.ErrRateLimit: "too many requests", llm.ErrOverloaded: "it was overloaded", llm.ErrNetwork: "it could not be reached",
	llm.ErrTimeout: "it fell silent", llm.ErrCut: "the connection broke off", llm.ErrProtocol: "its answer could not be read",
}

func priceOf(model string, q budget.Quote) page.ModelPrice {
	m := page.ModelPrice{Name: model}
	switch {
	case !q.Known:
		m.Price, m.Tone = "No price is known, so it is not asked", "danger"
		m.Note = "Give its price in AI_PRICES_FILE, or declare it free in AI_FREE, and restart."
	case q.Free:
		m.Price = "Free"
	default:
		m.Price = fmt.Sprintf("%s in, %s out", dollars(q.Input), dollars(q.Output))
		m.Note = "as of " + q.Date
		if q.Varies {
			m.Note += "; more for long questions or at some hours"
		}
	}
	return m
}

func (s *Site) testProvider(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	form, err := readForm(r)
	if err != nil {
		return err
	}
	id := r.PathValue("id")
	result, err := s.Providers.Test(r.Context(), a, id, form.Get("model"))
	if err != nil {
		return err
	}
	data, err := s.providersPage(a)
	if err != nil {
		return err
	}
	shown := &page.TestResult{OK: result.OK, Text: result.Text, Fix: result.Fix}
	if result.CostMicroUSD > 0 {
		shown.Cost = dollars(result.CostMicroUSD)
	}
	for i := range data.Providers {
		if data.Providers[i].ID == id {
			data.Providers[i].Tested = shown
		}
	}
	return s.render(w, r, "admin-providers", data)
}

func (s *Site) testSignIn(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	id := r.PathValue("id")
	result, err := s.Identity.TestSignIn(r.Context(), a, id)
	if err != nil {
		return err
	}
	data, err := s.providersPage(a)
	if err != nil {
		return err
	}
	for i := range data.SignIns {
		if data.SignIns[i].ID == id {
			data.SignIns[i].Tested = &page.TestResult{OK: result.OK, Text: result.Text, Fix: result.Fix}
		}
	}
	return s.render(w, r, "admin-providers", data)
}
