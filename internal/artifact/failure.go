package artifact

import (
	"errors"
	"fmt"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/llm"
)

// notConfigured is the error of an artifact whose writer is gone.
type notConfigured struct{ provider string }

func (e *notConfigured) Error() string { return "the provider " + e.provider + " is not configured" }

// cutShort is the error of a section that a model could not bring to its end.
type cutShort struct{ title string }

func (e *cutShort) Error() string { return "a section was cut by the output limit, again and again" }

const keptSentence = " The sections that were written are kept."

// verdict says what became of a generation.
func (g *generation) verdict(cause error) (ba.ArtifactState, *ba.Failure) {
	var gone *notConfigured
	var cut *cutShort
	var provider *llm.Error
	switch {
	case cause == nil:
		return ba.ArtifactReady, nil
	case errors.Is(cause, errStopped):
		return ba.ArtifactInterrupted, &ba.Failure{Code: "stopped", Msg: "Somebody stopped the writing." + keptSentence, Retryable: true}
	case errors.Is(cause, errShutdown):
		return ba.ArtifactInterrupted, &ba.Failure{Code: "interrupted", Msg: "The server stopped before this was complete." + keptSentence, Retryable: true}
	case errors.Is(cause, errTooLong):
		return ba.ArtifactInterrupted, &ba.Failure{Code: "took_too_long", Msg: fmt.Sprintf("This was not complete after %d minutes, the longest time here.", int(maxGeneration.Minutes())) + keptSentence, Retryable: true}
	case errors.As(cause, &gone):
		return ba.ArtifactFailed, &ba.Failure{Code: "provider_not_configured", Msg: fmt.Sprintf("The provider %q, which writes this, is not configured here any more. Ask your administrator, or ask for the document in a new conversation.", gone.provider)}
	case errors.As(cause, &cut):
		return ba.ArtifactInterrupted, &ba.Failure{Code: "section_too_long", Msg: fmt.Sprintf("The section %q did not come to its end: it reached the model's length limit %d times. Ask for less in the instructions, then go on.", cut.title, maxRounds) + keptSentence, Retryable: true}
	case errors.Is(cause, errTooDear):
		return ba.ArtifactFailed, &ba.Failure{Code: "budget_exhausted", Msg: "The budget of this month does not pay for another attempt." + keptSentence}
	case errors.As(cause, &provider):
		g.s.Log.Warn("the provider failed", "artifact", g.v.ID, "provider", g.v.Provider, "error", cause)
		return ba.ArtifactFailed, &ba.Failure{Code: "provider_error", Msg: providerSentence(g.offer.Name, provider) + keptSentence, Retryable: provider.Retryable() || provider.Kind == llm.ErrUnknown, RetryAfter: provider.RetryAfter}
	}
	return g.ownVerdict(cause)
}

func (g *generation) ownVerdict(cause error) (ba.ArtifactState, *ba.Failure) {
	f := &ba.Failure{Code: "internal", Msg: "Something failed on our side while this was written. Go on; if it stays, give your administrator the time of this document." + keptSentence, Retryable: true}
	var known *ba.Error
	if errors.As(cause, &known) && known.Kind != ba.Internal {
		f.Code, f.Msg, f.Retryable, f.RetryAfter = ba.CodeOf(cause), ba.Explain(cause), known.Kind == ba.Unavailable || known.Kind == ba.RateLimited || known.Kind == ba.BudgetExhausted, known.RetryAfter
		return ba.ArtifactFailed, f
	}
	g.s.Log.Error("an artifact broke off", "artifact", g.v.ID, "error", cause)
	return ba.ArtifactFailed, f
}

// providerSentence says what went wrong at the provider and what to do.
func providerSentence(name string, e *llm.Error) string {
	switch e.Kind {
	case llm.ErrAuth:
		return name + " does not accept the key that is configured here. Ask your administrator to check it."
	case llm.ErrBilling:
		return "The account at " + name + " has no credit left. Ask your administrator to raise it."
	case llm.ErrModel:
		return name + " does not offer the model of this document. Ask your administrator."
	case llm.ErrContext:
		return "The material is too long for the model of " + name + ". Ask for a part of it in the instructions."
	case llm.ErrRefused:
		return name + " declined to write this because of its policy. Change the instructions, then go on."
	case llm.ErrRateLimit, llm.ErrOverloaded:
		return name + " takes no more requests for the moment. Go on in a minute."
	case llm.ErrNetwork, llm.ErrTimeout, llm.ErrCut:
		return "The connection to " + name + " broke off. Go on in a moment."
	}
	return name + " reported an error. Go on in a moment; if it stays, tell your administrator."
}
