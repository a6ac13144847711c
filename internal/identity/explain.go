package identity

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/ba-assistant/ba-assistant/ba"
)

// The codes of refused sign-ins that pages and front ends tell apart.
const (
	codeCancelled     = "sign_in_cancelled"
	codeInteraction   = "sign_in_interaction"
	codeMisconfigured = "sign_in_misconfigured"
	codeFailed        = "sign_in_failed"
	codeUsed          = "sign_in_used"
	codeNotInvited    = "not_invited"
	codePersonal      = "personal_account"
	codeDisabled      = "account_disabled"
)

const maxDescription = 200

// misled is an answer that no honest, well set-up provider gives. The person
// may try again; the cause is for the log.
func misled(p *provider, cause error) error {
	return &ba.Error{Kind: ba.Unavailable, Code: codeFailed, Err: fmt.Errorf("sign-in with %s: %w", p.ID, cause),
		Msg: "Sign-in failed at " + p.Name + ". Try once more; if it fails again, give the request id to your administrator."}
}

// misconfigured is a fault of the registration or of our settings.
func misconfigured(p *provider, cause error) error {
	return &ba.Error{Kind: ba.Internal, Code: codeMisconfigured, Err: fmt.Errorf("sign-in with %s: %w", p.ID, cause),
		Msg: "Sign-in with " + p.Name + " isn't set up correctly here. Trying again does not help; the cause is in the server's log for your administrator."}
}

func troubled(p *provider, cause error) error {
	return &ba.Error{Kind: ba.Unavailable, Code: "provider_unavailable", RetryAfter: time.Minute, Err: fmt.Errorf("sign-in with %s: %w", p.ID, cause),
		Msg: p.Name + " can't sign people in at the moment. Try again in a minute."}
}

// explainCallback maps the error parameter of a callback (RFC 6749, section
// 4.1.2.1; OpenID Connect Core 1.0, section 3.1.2.6). Only the code decides;
// the description is for the log.
func explainCallback(p *provider, code, description string) error {
	cause := fmt.Errorf("the provider answered %q: %q", shorten(code, 60), shorten(description, maxDescription))
	switch code {
	case "access_denied":
		return &ba.Error{Kind: ba.Unauthenticated, Code: codeCancelled, Msg: "Sign-in was cancelled at " + p.Name + ". Nothing was changed. You can try again.", Err: cause}
	case "consent_required", "interaction_required", "login_required", "account_selection_required":
		return &ba.Error{Kind: ba.Unauthenticated, Code: codeInteraction, Msg: p.Name + " needs you to confirm something. Continue to " + p.Name + ".", Err: cause}
	case "temporarily_unavailable", "server_error":
		return troubled(p, cause)
	case "invalid_request", "invalid_scope", "unsupported_response_type", "unauthorized_client":
		return misconfigured(p, cause)
	}
	return misled(p, cause)
}

// explainExchange maps the errors of the token endpoint (RFC 6749, section 5.2).
func explainExchange(p *provider, err error) error {
	var answer *oauth2.RetrieveError
	if !errors.As(err, &answer) {
		return troubled(p, fmt.Errorf("token request: %w", err))
	}
	cause := fmt.Errorf("the token endpoint answered %q: %q%s%s", shorten(answer.ErrorCode, 60), shorten(answer.ErrorDescription, maxDescription),
		microsoftTrace(answer.Body), remedyFor(p, answer.ErrorCode))
	switch answer.ErrorCode {
	case "invalid_grant":
		return &ba.Error{Kind: ba.Unauthenticated, Code: codeUsed, Msg: "This sign-in was already used, or took too long. Start again.", Err: cause}
	case "invalid_client", "redirect_uri_mismatch", "unauthorized_client", "unsupported_grant_type", "invalid_request", "invalid_scope":
		return misconfigured(p, cause)
	case "":
		return troubled(p, fmt.Errorf("token request: status %d", answer.Response.StatusCode))
	}
	return misled(p, cause)
}

func remedyFor(p *provider, code string) string {
	name := strings.ToUpper(p.ID)
	switch code {
	case "invalid_client":
		return "; check " + name + "_CLIENT_ID and " + name + "_CLIENT_SECRET (Microsoft: the secret's value, not its id; it expires after 24 months at most)"
	case "redirect_uri_mismatch":
		return "; PUBLIC_URL differs between two instances, or " + p.redirect + " is not registered"
	}
	return ""
}

// microsoftTrace returns what Microsoft's support asks for.
func microsoftTrace(body []byte) string {
	var extra struct {
		Codes       []int  `json:"error_codes"`
		Trace       string `json:"trace_id"`
		Correlation string `json:"correlation_id"`
	}
	if json.Unmarshal(body, &extra) != nil || len(extra.Codes) == 0 {
		return ""
	}
	return fmt.Sprintf(" (AADSTS%d, trace %q, correlation %q)", extra.Codes[0], shorten(extra.Trace, 60), shorten(extra.Correlation, 60))
}

// explainToken maps what the verifier refuses.
func explainToken(p *provider, err error) error {
	var expired *oidc.TokenExpiredError
	if errors.As(err, &expired) {
		return misled(p, fmt.Errorf("%w; is the clock of this server right?", err))
	}
	return misled(p, err)
}

func (p *provider) explainCheck(err error, c claims) error {
	if !errors.Is(err, errPersonalAccount) {
		return misled(p, err)
	}
	who := p.person(c)
	return &ba.Error{Kind: ba.Forbidden, Code: codePersonal, Err: err,
		Msg: "Personal Microsoft accounts aren't accepted here. You used " + who.account() + ". Use your work or school account."}
}

func shorten(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	return strings.ToValidUTF8(s[:limit], "") + "..."
}
