package chat

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/llm/breaker"
)

// codeOf are the stable codes of what goes wrong at a provider.
var codeOf = map[llm.ErrorKind]string{
	llm.ErrUnknown:    "provider_error",
	llm.ErrAuth:       "provider_auth",
	llm.ErrBilling:    "provider_billing",
	llm.ErrRequest:    "provider_request",
	llm.ErrModel:      "provider_model",
	llm.ErrContext:    "context_too_long",
	llm.ErrRefused:    "provider_refused",
	llm.ErrRateLimit:  "provider_rate_limited",
	llm.ErrOverloaded: "provider_overloaded",
	llm.ErrNetwork:    "provider_unreachable",
	llm.ErrTimeout:    "provider_silent",
	llm.ErrCut:        "provider_cut",
	llm.ErrProtocol:   "provider_protocol",
}

// The codes of what goes wrong on our side.
const (
	codeInterrupted = "interrupted"
	codeInternal    = "internal"
	codeNoProvider  = "provider_not_configured"
	codeEmpty       = "provider_empty"
	codeTooLong     = "answer_took_too_long"
	codeClipped     = "budget_clipped"
	codeReserved    = "budget_reserved"
	codeUnpriced    = "model_unpriced"
)

// sentences say what happened and what to do. %s is the provider's name.
var sentences = map[llm.ErrorKind]string{
	llm.ErrUnknown:    "%s reported an error that we don't know. Try again; if it stays, give your administrator the time of this answer.",
	llm.ErrAuth:       "%s does not accept the key that is configured here. Ask your administrator to check it; trying again does not help until then.",
	llm.ErrBilling:    "The account at %s has no credit left, or has reached its spending limit. Ask your administrator to raise it; trying again does not help until then.",
	llm.ErrRequest:    "%s did not accept the request. This is a fault of ours or of the configuration: tell your administrator. Asking in other words may help.",
	llm.ErrModel:      "%s does not offer the model of this conversation, or not with this key. Begin a new conversation with another model, or ask your administrator.",
	llm.ErrContext:    "The conversation is too long for the model of %s. Begin a new conversation, or ask a shorter question.",
	llm.ErrRefused:    "%s declined to answer because of its policy. Ask in other words.",
	llm.ErrRateLimit:  "%s takes no more requests from us for the moment.",
	llm.ErrOverloaded: "%s is overloaded. Try again in a moment.",
	llm.ErrNetwork:    "%s could not be reached. Try again in a moment; if it stays, your administrator should check the network.",
	llm.ErrTimeout:    "%s fell silent while it answered. Try again.",
	llm.ErrCut:        "The connection to %s broke off before the answer was complete. Try again.",
	llm.ErrProtocol:   "%s sent an answer that we could not read. Try again; if it stays, tell your administrator.",
}

const keptSentence = " What had come is kept."

// providerFailure says in words for the person what went wrong at the provider.
func providerFailure(name string, err error, kept bool) *ba.Failure {
	kind := llm.KindOf(err)
	f := &ba.Failure{Code: codeOf[kind], Msg: fmt.Sprintf(sentences[kind], name), Retryable: kind == llm.ErrUnknown}
	var e *llm.Error
	if errors.As(err, &e) {
		f.Retryable, f.RetryAfter = f.Retryable || e.Retryable(), e.RetryAfter
	}
	if e != nil && e.Code == breaker.Code {
		f.Msg = fmt.Sprintf("%s has failed several times in a row, so it is not asked for the moment.", name) + waitSentence(f.RetryAfter)
	}
	if kind == llm.ErrRateLimit {
		f.Msg += waitSentence(f.RetryAfter)
	}
	if kept {
		f.Msg += keptSentence
	}
	return f
}

// CountedDown returns what a failure says without how long to wait, for a page
// that counts the seconds, and that may be read when they are over.
func CountedDown(f ba.Failure) string {
	if f.RetryAfter <= 0 {
		return f.Msg
	}
	return strings.Replace(f.Msg, waitSentence(f.RetryAfter), "", 1)
}

func waitSentence(wait time.Duration) string {
	switch n := seconds(wait); {
	case n == 0:
		return " Try again in a minute."
	case n < 120:
		return fmt.Sprintf(" Try again in %d seconds.", n)
	default:
		return fmt.Sprintf(" Try again in %d minutes.", (n+59)/60)
	}
}

// noProvider is the failure of a thread whose provider is gone.
func noProvider(id string) *ba.Failure {
	return &ba.Failure{Code: codeNoProvider, Msg: fmt.Sprintf("This conversation was begun with the provider %q, which is not configured here any more. "+
		"Begin a new conversation, or ask your administrator to configure it again.", id)}
}

func emptyAnswer(name string) *ba.Failure {
	return &ba.Failure{Code: codeEmpty, Msg: name + " ended without an answer. Try again, or ask in other words.", Retryable: true}
}

func interrupted() *ba.Failure {
	return &ba.Failure{Code: codeInterrupted, Msg: "The server stopped before the answer was complete. What had come is kept: continue it, or ask again.", Retryable: true}
}

func tookTooLong(limit time.Duration) *ba.Failure {
	return &ba.Failure{Code: codeTooLong, Msg: fmt.Sprintf("The answer was not complete after %d minutes, the longest time here. Continue it, or ask for less at once.", int(limit.Minutes())), Retryable: true}
}

// EndedByBudget is the StopReason of a turn whose answer the budget ended.
const EndedByBudget = "budget"

// clipped is why an answer is shorter than the model would have made it. Going
// on would be cut off too, so it says when that helps: with the next month.
func clipped(now time.Time) *ba.Failure {
	now = now.UTC()
	renews := time.Date(now.Year(), now.Month()+1, 1, 0, 0, 0, 0, time.UTC)
	return &ba.Failure{Code: codeClipped, RetryAfter: renews.Sub(now).Truncate(time.Second), Msg: "This answer ends here because the rest of this month's AI budget does not pay for more. What had come is kept. " +
		"You can go on from " + renews.Format("2 January 2006") + ", or as soon as your administrator raises the budget."}
}

// unpaid judges a call that the budget did not pay for. What had come before
// it, in an answer with several calls, is kept.
func unpaid(err error, text bool) (verdict, bool) {
	exhausted := ba.KindOf(err) == ba.BudgetExhausted
	if code := ba.CodeOf(err); !exhausted && code != codeReserved && code != codeUnpriced {
		return verdict{}, false
	}
	v := verdict{state: ba.TurnFailed, reason: EndedByBudget, failure: ownFailure(err)}
	if text {
		v.state = ba.TurnTruncated
		v.failure.Msg += keptSentence
	}
	return v, true
}

// ownFailure is the failure of a turn that broke on our side.
func ownFailure(err error) *ba.Failure {
	f := &ba.Failure{Code: codeInternal, Msg: "Something failed on our side while the answer was written. Try again; if it stays, give your administrator the time of this answer.", Retryable: true}
	var known *ba.Error
	if errors.As(err, &known) && known.Kind != ba.Internal {
		f.Code, f.Msg = ba.CodeOf(err), ba.Explain(err)
		f.Retryable = known.Kind == ba.Unavailable || known.Kind == ba.RateLimited
		f.RetryAfter = known.RetryAfter
	}
	return f
}

// The reasons for which a running turn is cancelled.
var (
	errStopped  = errors.New("stopped by a person")
	errShutdown = errors.New("the server stops")
	errGone     = errors.New("the turn is no longer ours")
	errEnded    = errors.New("the turn has ended")
	errTooLong  = errors.New("the answer took too long")
)
