package live

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"hash"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"

	"github.com/ba-assistant/ba-assistant/preflight/secrets"
)

const optInReason = "not asked for: --active tries it, on hosts that are yours"

// optIn runs what asks more of a deployment than a visitor does.
func (s *session) optIn(ctx context.Context) []Outcome {
	at := s.api.base.String()
	out := []Outcome{s.forgedTokens(ctx)}
	if !s.opts.Active {
		return append(out, outcome("RATE-01", NotDetermined, optInReason).at(at), outcome("STATE-07", NotDetermined, optInReason).at(at))
	}
	if !s.api.up {
		return append(out, outcome("RATE-01", NotDetermined, s.api.name()+" gave no answer").at(at), outcome("STATE-07", NotDetermined, s.api.name()+" gave no answer").at(at))
	}
	return append(out, s.loginState(ctx), s.rateLimit(ctx))
}

// burst is how many requests the rate-limit check sends at once: the study
// asks for ten a second for each user, so thirty must meet a limit.
const burst = 30

func (s *session) rateLimit(ctx context.Context) Outcome {
	path := ""
	for _, p := range append(append([]string(nil), s.facts.providers...), "/auth/google/login", "/api/me") {
		if path == "" {
			path = p
		}
	}
	if s.opts.LoginPath != "" {
		path = s.opts.LoginPath
	}
	at := s.api.url(path)
	var mu sync.Mutex
	var group sync.WaitGroup
	statuses := make(map[int]int)
	gate := make(chan struct{}, 6)
	for range burst {
		group.Go(func() {
			gate <- struct{}{}
			defer func() { <-gate }()
			a, err := s.prober.do(ctx, ask{url: at, limit: 4096})
			if err != nil {
				return
			}
			mu.Lock()
			statuses[a.Status]++
			mu.Unlock()
		})
	}
	group.Wait()
	return judgeRate(statuses).at(at)
}

func judgeRate(statuses map[int]int) Outcome {
	total, list := 0, ""
	for status, n := range statuses {
		total += n
		list += fmt.Sprintf("%d x %d ", n, status)
	}
	proof := fmt.Sprintf("%d requests at once: %s", burst, list)
	switch {
	case statuses[http.StatusTooManyRequests] > 0:
		return outcome("RATE-01", Pass, "a burst of requests meets a limit (429)").proof(proof)
	case total < burst*2/3, statuses[404] == total, statuses[503] > 0:
		return outcome("RATE-01", NotDetermined, "the burst did not reach a route that could be limited").proof(proof)
	}
	return outcome("RATE-01", Warn, fmt.Sprintf("%d sign-in requests at once are all answered: nothing limits guessing or cost", burst)).proof(proof).
		fix("Limit requests for each address and user (10 a second), and sign-in more strictly.")
}

var algorithms = map[string]func() hash.Hash{"HS256": sha256.New, "HS384": sha512.New384, "HS512": sha512.New}

// jwtHeader returns the algorithm of a compact JWS (RFC 7515), or "".
func jwtHeader(token string) (alg, signed string, signature []byte) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 || len(token) > 16<<10 {
		return "", "", nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts[0])
	if err != nil {
		return "", "", nil
	}
	var header struct {
		Alg string `json:"alg"`
	}
	if json.Unmarshal(raw, &header) != nil {
		return "", "", nil
	}
	signature, err = base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		return "", "", nil
	}
	return header.Alg, parts[0] + "." + parts[1], signature
}

// KnownKey returns the index of the key that signs the token, or -1. ok is
// false for tokens that no shared key signs (RS, ES, opaque ones).
func KnownKey(token string, keys []string) (index int, ok bool) {
	alg, signed, signature := jwtHeader(strings.TrimSpace(token))
	newHash := algorithms[alg]
	if newHash == nil {
		return -1, false
	}
	for i, key := range keys {
		mac := hmac.New(newHash, []byte(key))
		mac.Write([]byte(signed))
		if hmac.Equal(mac.Sum(nil), signature) {
			return i, true
		}
	}
	return -1, true
}

// forgedTokens checks KEY-09: offline, on a token of a test account; and with
// --active by asking a harmless route with a token that a published key signs.
func (s *session) forgedTokens(ctx context.Context) Outcome {
	keys := append(append([]string(nil), s.opts.Keys...), secrets.PublishedKeys()...)
	at := s.api.base.String()
	fix := "openssl rand -hex 32, set it as the key on the platform, redeploy: everybody signs in again. Until then treat every token as forgeable."
	if s.opts.UserToken != "" {
		i, ok := KnownKey(s.opts.UserToken, keys)
		switch {
		case !ok:
			return outcome("KEY-09", NotApplicable, "the token is not signed with a shared key").at(at)
		case i >= 0:
			return outcome("KEY-09", Fail, "the token of the test account is signed with a key that everybody knows: anybody can sign in as anybody").at(at).proof("the key is number " + fmt.Sprint(i+1) + " of the list of defaults; it has " + fmt.Sprint(len(keys[i])) + " characters").fix(fix)
		}
		return outcome("KEY-09", Pass, fmt.Sprintf("none of %d known default keys signs the token", len(keys))).at(at)
	}
	if !s.opts.Active {
		return outcome("KEY-09", NotDetermined, "not asked for: paste a token of a test account (--token-stdin), or --active tries published keys on a harmless route").at(at)
	}
	if !s.api.up || s.api.base.Scheme == "https" && !s.api.trusted {
		return outcome("KEY-09", NotDetermined, "no verified connection to "+s.api.name()).at(at)
	}
	return s.tryKeys(ctx, keys[:min(len(keys), 40)], fix)
}

// meRoutes are read-only routes that say who one is.
var meRoutes = []string{"/api/me", "/me", "/api/v1/me", "/users/me", "/api/users/me", "/api/v1/users/me", "/auth/me", "/api/auth/me"}

func (s *session) meRoute(ctx context.Context) string {
	paths := meRoutes
	for _, r := range s.facts.routes {
		if r.has("GET") && strings.HasSuffix(r.path, "/me") {
			paths = append([]string{r.path}, paths...)
			break
		}
	}
	for _, p := range paths {
		a, err := s.prober.do(ctx, ask{url: s.api.url(p), limit: 16 << 10})
		if err == nil && (a.Status == 401 || a.Status == 403) {
			return p
		}
	}
	return ""
}

func sign(key string, subject string, now int64) string {
	enc := base64.RawURLEncoding.EncodeToString
	claims, err := json.Marshal(map[string]any{"sub": subject, "user_id": subject, "email": "preflight@preflight-check.invalid", "iat": now, "exp": now + 120})
	if err != nil {
		return ""
	}
	body := enc([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + enc(claims)
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(body))
	return body + "." + enc(mac.Sum(nil))
}

// tryKeys compares the answer to each key with the answer to random keys. An
// answer that differs means that the signature was accepted, even where no
// such user exists.
func (s *session) tryKeys(ctx context.Context, keys []string, fix string) Outcome {
	path := s.meRoute(ctx)
	at := s.api.url(path)
	if path == "" {
		return outcome("KEY-09", NotDetermined, "no route that asks for a token was found under its usual names").at(s.api.base.String())
	}
	subject := "00000000-0000-0000-0000-000000000000"
	ask := func(key string) string {
		a, err := s.prober.do(ctx, ask{url: at, limit: 16 << 10, header: map[string]string{"Authorization": "Bearer " + sign(key, subject, s.now().Unix())}})
		if err != nil {
			return ""
		}
		return fmt.Sprint(a.Status) + " " + normal(a.Body)
	}
	first, second := ask(randomWord()+randomWord()), ask(randomWord()+randomWord())
	if first == "" || first != second || strings.HasPrefix(first, "2") {
		return outcome("KEY-09", NotDetermined, "the route's answers to random keys are not alike, so nothing can be concluded").at(at)
	}
	for i, key := range keys {
		got := ask(key)
		if got == "" {
			return outcome("KEY-09", NotDetermined, fmt.Sprintf("%d of %d keys were tried", i, len(keys))).at(at)
		}
		if got != first && got[:3] != "429" && got[:1] != "5" && ask(key) == got && ask(randomWord()+randomWord()) == first {
			return outcome("KEY-09", Fail, "a token signed with a published default key is accepted: anybody can sign in as anybody").at(at).
				proof("a random key: "+first[:3], "default key number "+fmt.Sprint(i+1)+": "+got[:3]).fix(fix)
		}
	}
	return outcome("KEY-09", Pass, fmt.Sprintf("%d published default keys are refused", len(keys))).at(at)
}

var volatile = regexp.MustCompile(`(?i)[0-9a-f]{8}-[0-9a-f-]{27,}|\b[0-9a-f]{16,}\b|\d{4}-\d\d-\d\dT[\d:.]+Z?|\b\d{6,}\b`)

// normal takes request ids and times out of a body, so that equal answers compare equal.
func normal(body []byte) string {
	return volatile.ReplaceAllString(string(bytes.TrimSpace(body[:min(len(body), 2000)])), "#")
}

const stateTries = 8

var stateRefused = regexp.MustCompile(`(?i)\bstate\b.{0,40}\b(?:invalid|mismatch|expired|unknown|missing|not found|does not match)|(?:invalid|unknown|expired|bad|missing)[ _-](?:oauth[ _-])?state|state[_ -]?(?:invalid|mismatch|error)|csrf`)

// loginState checks STATE-07: states that were just issued, brought back on
// new connections with a made-up code. Where some are refused as unknown and
// others get as far as the exchange, several processes each remember their own.
func (s *session) loginState(ctx context.Context) Outcome {
	first := s.findLogin(ctx)
	if first == nil {
		return outcome("STATE-07", NotApplicable, "no route that starts a sign-in was found").at(s.api.base.String())
	}
	callback, err := url.Parse(first.request.Query().Get("redirect_uri"))
	if err != nil || !s.named(callback) {
		return outcome("STATE-07", NotDetermined, "the callback is on another host").at(first.answer.URL.String())
	}
	bad := s.comeBack(ctx, callback, "preflight-"+randomWord(), nil)
	refused, accepted := 0, 0
	for range stateTries {
		b, ok := s.begin(ctx, first.answer.URL.String())
		if !ok {
			continue
		}
		switch got := s.comeBack(ctx, callback, b.request.Query().Get("state"), b.cookies); {
		case got == "":
		case got == bad || stateRefused.MatchString(got):
			refused++
		default:
			accepted++
		}
	}
	return judgeState(refused, accepted, stateRefused.MatchString(bad)).at(callback.Scheme + "://" + callback.Host + callback.Path)
}

func judgeState(refused, accepted int, told bool) Outcome {
	proof := fmt.Sprintf("of %d states just issued, %d were refused and %d went on to the exchange", refused+accepted, refused, accepted)
	fix := "Keep the state in a signed cookie, or in Redis; until then run one process (one worker, one instance)."
	switch {
	case refused > 0 && accepted > 0:
		return outcome("STATE-07", Fail, "the sign-in forgets its own state now and then: several processes each remember their own").proof(proof).fix(fix)
	case accepted > 0:
		return outcome("STATE-07", Pass, "every state that was issued was known when it came back").proof(proof)
	case refused > 0 && told:
		return outcome("STATE-07", Warn, "no state that was issued was known when it came back; either the check's cookies were not accepted, or sign-in fails for everybody").proof(proof)
	}
	return outcome("STATE-07", NotDetermined, "the callback's answers do not tell a refused state from a refused code").proof(proof)
}

// comeBack calls the callback on a new connection and returns what it says.
func (s *session) comeBack(ctx context.Context, callback *url.URL, state string, cookies []*http.Cookie) string {
	u := *callback
	u.RawQuery = url.Values{"code": {"preflight-made-up-code"}, "state": {state}}.Encode()
	a, err := s.prober.do(ctx, ask{url: u.String(), fresh: true, cookies: cookies, limit: 64 << 10})
	if err != nil {
		return ""
	}
	location := a.get("Location")
	if l, err := url.QueryUnescape(location); err == nil {
		location = l
	}
	text := fmt.Sprint(a.Status) + " " + location + " " + normal(a.Body)
	return strings.ReplaceAll(text, state, "#")
}
