package provider_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/budget"
	"github.com/ba-assistant/ba-assistant/internal/budget/budgettest"
	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/llm/analyst"
	"github.com/ba-assistant/ba-assistant/internal/llm/anthropic"
	"github.com/ba-assistant/ba-assistant/internal/llm/breaker"
	"github.com/ba-assistant/ba-assistant/internal/llm/gemini"
	"github.com/ba-assistant/ba-assistant/internal/llm/openai"
	"github.com/ba-assistant/ba-assistant/internal/llm/wire/wiretest"
	"github.com/ba-assistant/ba-assistant/internal/provider"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

// office is an administrator with one provider at an address.
type office struct {
	*provider.Service
	db    *store.DB
	money *budget.Service
	admin ba.Actor
}

const fixtureKey = "fixture-of-the-tests-0123456789"

// at is a provider of a family at an address, as the operator sets it up.
func at(t *testing.T, family, address string) provider.Registered {
	t.Helper()
	p := provider.Registered{Name: "The provider", Host: strings.TrimPrefix(address, "http://"), KeyVariable: "X_API_KEY", AddressOption: "X_BASE_URL", ModelsOption: "X_MODEL"}
	var err error
	switch family {
	case "anthropic":
		p.Models = []string{anthropic.DefaultModel}
		p.Provider, err = anthropic.New(anthropic.Config{Key: fixtureKey, BaseURL: address})
	case "gemini":
		p.Models = []string{gemini.DefaultModel}
		p.Provider, err = gemini.New(gemini.Config{Key: fixtureKey, BaseURL: address})
	case "deepseek":
		p.Models = []string{openai.DefaultDeepSeekModel}
		p.Provider, err = openai.New(openai.Config{Dialect: openai.DeepSeek, Key: fixtureKey, BaseURL: address})
	default:
		p.Models = []string{"qwen3:8b"}
		p.Provider, err = openai.New(openai.Config{Dialect: openai.Compatible, BaseURL: address, Model: "qwen3:8b"})
		p.KeyVariable = ""
	}
	if err != nil {
		t.Fatal(err)
	}
	p.Watch = breaker.New(p.Provider, time.Now)
	p.Provider = p.Watch
	return p
}

func newOffice(t *testing.T, limits ba.SpendingLimits, list ...provider.Registered) *office {
	t.Helper()
	o := &office{db: storetest.New(t)}
	o.admin = storetest.User(t, o.db, "admin", ba.RoleAdmin)
	o.use(t, limits, list...)
	return o
}

func (o *office) use(t *testing.T, limits ba.SpendingLimits, list ...provider.Registered) {
	t.Helper()
	book, err := budget.NewBook("", []string{"compatible", analyst.ID})
	if err == nil {
		o.money, err = budget.New(budget.Deps{Store: o.db, Book: book, Limits: limits, Instance: "one", Clock: time.Now, Log: slog.New(slog.DiscardHandler)})
	}
	if err == nil {
		o.Service, err = provider.New(provider.Deps{Providers: list, Budget: o.money, Audit: o.db, Limit: 500 * time.Millisecond, Clock: time.Now, Log: slog.New(slog.DiscardHandler)})
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (o *office) spent(t *testing.T) ba.Spending {
	t.Helper()
	own, _, err := o.db.Spending(t.Context(), o.admin.User, ba.MonthOf(time.Now()))
	if err != nil {
		t.Fatal(err)
	}
	return own
}

func TestEachAnswerOfAProviderIsToldWithWhatToDo(t *testing.T) {
	o := newOffice(t, budgettest.FiftyDollars)
	for recording, want := range map[string]struct{ code, text, fix string }{
		"anthropic/stream-text":          {"ok", "key, address and model are right", ""},
		"gemini/stream-text":             {"ok", "key, address and model are right", ""},
		"deepseek/stream-text":           {"ok", "key, address and model are right", ""},
		"ollama/stream-text":             {"ok", "answered with qwen3:8b", ""},
		"anthropic/stream-max-tokens":    {"ok", "are right", ""},
		"gemini/stream-max-tokens-empty": {"ok", "are right", ""},
		"anthropic/error-401":            {"auth", "does not accept the key in X_API_KEY", "put it into X_API_KEY"},
		"gemini/error-400-key":           {"auth", "does not accept the key in X_API_KEY", "put it into X_API_KEY"},
		"deepseek/error-401":             {"auth", "does not accept the key in X_API_KEY", "put it into X_API_KEY"},
		"anthropic/error-403":            {"auth", "does not allow it this call", "rights"},
		"anthropic/error-402-billing":    {"billing", "no credit left", "Add credit"},
		"anthropic/error-429-spend-cap":  {"billing", "spending limit", "raise the limit"},
		"deepseek/error-402":             {"billing", "no credit left", "Add credit"},
		"anthropic/error-404-model":      {"model", "does not know the model", "Correct X_MODEL"},
		"gemini/error-404-model":         {"model", "does not know the model", "Correct X_MODEL"},
		"ollama/error-404-model":         {"model", `does not know the model "qwen3:8b"`, "Correct X_MODEL"},
		"gemini/error-429":               {"rate_limit", "takes no more requests", "in 34 seconds"},
		"anthropic/error-529":            {"overloaded", "trouble of its own (HTTP status 529)", "status page"},
		"anthropic/error-400-invalid":    {"request", "did not accept the request (HTTP status 400)", "Check X_BASE_URL"},
		"anthropic/error-502-html":       {"overloaded", "HTTP status 502", "status page"},
		"anthropic/stream-refusal":       {"refused", "declined", "policies"},
		"anthropic/stream-cut":           {"cut", "broke off", "proxies"},
		"deepseek/stream-eof":            {"cut", "broke off", "proxies"},
	} {
		t.Run(recording, func(t *testing.T) {
			family, _, _ := strings.Cut(recording, "/")
			play := wiretest.NewPlay(t, wiretest.Named(t, recording))
			p := at(t, family, wiretest.Loopback(t, play))
			o.use(t, budgettest.FiftyDollars, p)
			got, err := o.Test(t.Context(), o.admin, p.ID(), "")
			if err != nil || got.Code != want.code || got.OK != (want.code == "ok") || !strings.Contains(got.Text, want.text) || !strings.Contains(got.Fix, want.fix) {
				t.Errorf("%+v, %v", got, err)
			}
			if n := len(play.Requests()); n != 1 {
				t.Errorf("it was asked %d times", n)
			}
			if strings.Contains(fmt.Sprint(got), fixtureKey) {
				t.Error("the result holds the key")
			}
			if set := o.spent(t); set.ReservedMicroUSD != 0 {
				t.Errorf("%d micro-dollars stay set aside", set.ReservedMicroUSD)
			}
		})
	}
}

func TestWhoCannotBeReachedIsToldWithWhatToDo(t *testing.T) {
	silent := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // else the server does not notice that the client leaves
		<-r.Context().Done()
	}))
	defer silent.Close()
	portal := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<html>Sign in to the network</html>")
	}))
	defer portal.Close()
	encrypted := httptest.NewUnstartedServer(http.NotFoundHandler())
	encrypted.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug)
	encrypted.StartTLS()
	defer encrypted.Close()
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	o := newOffice(t, budgettest.FiftyDollars)
	for name, v := range map[string]struct{ address, code, fix string }{
		"a server that is silent":           {silent.URL, "timeout", "X_BASE_URL"},
		"a page in place of a provider":     {portal.URL, "protocol", "sign-in page of a proxy"},
		"a certificate that nobody vouches": {encrypted.URL, "tls", "X_BASE_URL"},
		"nobody at the port":                {gone.URL, "refused", "X_BASE_URL"},
	} {
		t.Run(name, func(t *testing.T) {
			p := at(t, "anthropic", v.address)
			o.use(t, budgettest.FiftyDollars, p)
			got, err := o.Test(t.Context(), o.admin, p.ID(), "")
			if err != nil || got.OK || got.Code != v.code || !strings.Contains(got.Fix, v.fix) {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}

func TestATestIsPaidForAndInTheAuditLog(t *testing.T) {
	p := at(t, "anthropic", wiretest.Loopback(t, wiretest.NewPlay(t, wiretest.Named(t, "anthropic/stream-text"))))
	o := newOffice(t, budgettest.FiftyDollars, p)
	got, err := o.Test(t.Context(), o.admin, "anthropic", anthropic.DefaultModel)
	if err != nil || got.CostMicroUSD == 0 {
		t.Fatalf("%+v, %v", got, err)
	}
	if spent := o.spent(t); spent.UsedMicroUSD != got.CostMicroUSD {
		t.Errorf("spent %d, told %d", spent.UsedMicroUSD, got.CostMicroUSD)
	}
	log, err := o.db.AuditEntries(t.Context(), o.admin, ba.AuditFilter{Action: ba.ActProviderTested}, ba.Page{})
	if err != nil || len(log.Items) != 1 || log.Items[0].Object != "anthropic" || log.Items[0].Detail != anthropic.DefaultModel+" ok" || log.Items[0].Actor != o.admin.User {
		t.Errorf("%+v, %v", log.Items, err)
	}
}

func TestABudgetThatIsUsedUpAsksNobody(t *testing.T) {
	play := wiretest.NewPlay(t, wiretest.Named(t, "anthropic/stream-text"))
	o := newOffice(t, ba.SpendingLimits{User: 10, Instance: ba.NoLimit}, at(t, "anthropic", wiretest.Loopback(t, play)))
	got, err := o.Test(t.Context(), o.admin, "anthropic", "")
	if err != nil || got.OK || got.Code != "budget_exhausted" || len(play.Requests()) != 0 {
		t.Errorf("%+v, %v, asked %d times", got, err, len(play.Requests()))
	}
}

func TestATestByHandEndsThePauseOfAProvider(t *testing.T) {
	play := wiretest.NewPlay(t, wiretest.Named(t, "anthropic/error-529"))
	p := at(t, "anthropic", wiretest.Loopback(t, play))
	o := newOffice(t, budgettest.FiftyDollars, p)
	for range 4 {
		if _, err := o.Test(t.Context(), o.admin, "anthropic", ""); err != nil {
			t.Fatal(err)
		}
	}
	if state := only(t, o).State; state != provider.Paused {
		t.Fatalf("after four faults it is %s", state)
	}
	asked := len(play.Requests())
	for _, err := range p.Stream(context.Background(), llm.Request{Once: true}) {
		if err == nil {
			t.Error("a provider that is left alone was asked")
		}
	}
	if len(play.Requests()) != asked {
		t.Error("a provider that is left alone was asked")
	}
	play.Responses = wiretest.Named(t, "anthropic/stream-text").Responses(t)
	if got, err := o.Test(t.Context(), o.admin, "anthropic", ""); err != nil || !got.OK {
		t.Fatalf("%+v, %v", got, err)
	}
	if state := only(t, o).State; state != provider.Ready {
		t.Errorf("after an answer it is %s", state)
	}
}

func only(t *testing.T, o *office) provider.Status {
	t.Helper()
	list, err := o.List(o.admin)
	if err != nil || len(list) != 1 {
		t.Fatalf("%v, %v", list, err)
	}
	return list[0]
}

func TestOnlyAdministratorsSeeAndTestProviders(t *testing.T) {
	o := newOffice(t, budgettest.FiftyDollars, provider.Registered{Provider: analyst.New(0, llm.NoWait), Name: "Built-in analyst", BuiltIn: true})
	member := storetest.User(t, o.db, "member")
	reader := o.admin
	reader.Access = ba.AccessRead
	for _, who := range []ba.Actor{member, reader} {
		if _, err := o.Test(t.Context(), who, analyst.ID, ""); ba.KindOf(err) != ba.Forbidden {
			t.Errorf("a test by %+v: %v", who, err)
		}
	}
	if _, err := o.List(member); ba.KindOf(err) != ba.Forbidden {
		t.Errorf("the list: %v", err)
	}
	if got, err := o.Test(t.Context(), o.admin, analyst.ID, ""); err != nil || !got.OK || got.CostMicroUSD != 0 {
		t.Errorf("the analyst: %+v, %v", got, err)
	}
	if _, err := o.Test(t.Context(), o.admin, "anthropic", ""); ba.KindOf(err) != ba.NotFound {
		t.Errorf("a provider that is not set up: %v", err)
	}
	if _, err := o.Test(t.Context(), o.admin, analyst.ID, "gpt"); ba.KindOf(err) != ba.Invalid {
		t.Errorf("a model that is not set up: %v", err)
	}
}
