package provider

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/reach"
)

// verdict is what a call proves, in words for an administrator.
type verdict struct {
	ok              bool
	code, text, fix string
}

// judge says what came of a call and what to do.
func (s *Service) judge(p Registered, model string, c attempt, took time.Duration) verdict {
	fault, is := errors.AsType[*llm.Error](c.err)
	switch {
	case c.err == nil && c.stop == llm.StopRefused:
		return verdict{code: llm.ErrRefused.String(), text: p.Name + " took the question and declined to answer it because of its policy.", fix: "Key, address and model are right. Look into the policies of the account there."}
	case c.err == nil && p.BuiltIn:
		return verdict{ok: true, code: "ok", text: p.Name + " answers. It works by rules on this machine and needs neither key nor network."}
	case c.err == nil:
		return verdict{ok: true, code: "ok", text: fmt.Sprintf("%s answered with %s after %s: key, address and model are right.", p.Name, model, inSeconds(took))}
	case c.late, is && fault.Kind == llm.ErrTimeout:
		return verdict{code: llm.ErrTimeout.String(), text: fmt.Sprintf("%s did not answer within %s.", p.Name, inSeconds(min(max(took, time.Second), s.Limit))),
			fix: "Test again. If it stays, check " + where(p) + ", and that a firewall or proxy lets the answer through; a model on your own server may still be loading."}
	case !is:
		return verdict{code: llm.ErrUnknown.String(), text: "The test of " + p.Name + " broke off.", fix: "Test again; the log of this instance has the cause."}
	case fault.Kind == llm.ErrNetwork:
		r := reach.Why(fault, p.Host)
		return verdict{code: r.Code, text: r.Text, fix: named(r.Fix, p)}
	}
	return said(p, model, fault)
}

// said judges the answer of a provider that says no.
func said(p Registered, model string, fault *llm.Error) verdict {
	v := verdict{code: fault.Kind.String()}
	switch fault.Kind {
	case llm.ErrAuth:
		v.text, v.fix = badKey(p, fault.Status)
	case llm.ErrBilling:
		v.text = "The account at " + p.Name + " has no credit left, or has reached its spending limit."
		v.fix = "Add credit or raise the limit in the account there, then test again. Nothing is to be changed here."
	case llm.ErrModel:
		v.text = fmt.Sprintf("%s does not know the model %q, or does not offer it to this key.", p.Name, model)
		v.fix = "Correct " + p.ModelsOption + " to a model that the account may use, and restart."
	case llm.ErrRequest, llm.ErrContext:
		v.text = p.Name + " did not accept the request" + status(fault) + "."
		v.fix = "Check " + where(p) + ": it must be the address of a server that speaks this provider's protocol, with its path and without one too many. The log of this instance has what it said."
	case llm.ErrRateLimit:
		v.text = p.Name + " takes no more requests from this account for the moment. Key and address are right."
		v.fix = "Test again" + after(fault.RetryAfter) + "; where it happens often, raise the limits of the account there."
	case llm.ErrOverloaded:
		v.text = p.Name + " has trouble of its own" + status(fault) + "."
		v.fix = "Test again" + after(fault.RetryAfter) + ", and look at its status page. Nothing is to be changed here."
	case llm.ErrRefused:
		v.text, v.fix = p.Name+" declined to answer because of its policy.", "Key and address are right. Look into the policies of the account there."
	case llm.ErrCut:
		v.text, v.fix = "The connection to "+p.Name+" broke off before the answer was complete.", "Test again. If it stays, look at the proxies between this machine and "+p.Host+"."
	case llm.ErrProtocol:
		v.text = p.Host + " answers, and not as " + p.Name + " does."
		v.fix = "Check " + where(p) + ": another server, or the sign-in page of a proxy, seems to stand there."
	default:
		v.text, v.fix = p.Name+" reported an error that is not known here"+status(fault)+".", "Test again; the log of this instance has what it said."
	}
	return v
}

func badKey(p Registered, code int) (text, fix string) {
	switch {
	case p.KeyVariable == "":
		return p.Name + " wants a key, and none is set.", "Set " + keyOption(p) + ", and restart."
	case code == http.StatusForbidden:
		return p.Name + " knows the key in " + p.KeyVariable + " and does not allow it this call.", "Give the key the rights for this model in the account there, or put another key into " + p.KeyVariable + " and restart."
	}
	return p.Name + " does not accept the key in " + p.KeyVariable + ".", "Make a new key in the account there, put it into " + p.KeyVariable + " without quotes or spaces, and restart."
}

// keyOption is the variable in which a key would be expected.
func keyOption(p Registered) string {
	return strings.Replace(p.AddressOption, "_BASE_URL", "_API_KEY", 1)
}

// where names the variable of the provider's address.
func where(p Registered) string {
	return p.AddressOption + " (now " + p.Host + ")"
}

// named says which variable the address is.
func named(fix string, p Registered) string {
	return fix + " The variable is " + p.AddressOption + "."
}

func status(e *llm.Error) string {
	if e.Status < http.StatusBadRequest {
		return ""
	}
	return fmt.Sprintf(" (HTTP status %d)", e.Status)
}

func after(d time.Duration) string {
	if d < time.Second {
		return " in a minute"
	}
	return " in " + inSeconds(d.Round(time.Second))
}

func inSeconds(d time.Duration) string {
	if d >= 10*time.Second {
		return fmt.Sprintf("%.0f seconds", d.Seconds())
	}
	return fmt.Sprintf("%.1f seconds", d.Seconds())
}
