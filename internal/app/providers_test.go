package app

import (
	"context"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/internal/chat"
	"github.com/ba-assistant/ba-assistant/internal/config"
	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/llm/anthropic"
	"github.com/ba-assistant/ba-assistant/internal/llm/gemini"
	"github.com/ba-assistant/ba-assistant/internal/llm/openai"
	"github.com/ba-assistant/ba-assistant/internal/llm/wire/wiretest"
)

func offered(t *testing.T, environ ...string) []chat.Offer {
	t.Helper()
	c, err := config.Load(environ)
	if err != nil {
		t.Fatal(err)
	}
	all, err := offers(c)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestAKeyMakesItsProviderTheDefaultBesideTheAnalyst(t *testing.T) {
	for want, environ := range map[string][]string{
		"analyst":            nil,
		"anthropic analyst":  {"ANTHROPIC_API_KEY=fixture"},
		"gemini analyst":     {"GEMINI_API_KEY=fixture"},
		"deepseek analyst":   {"DEEPSEEK_API_KEY=fixture"},
		"openai analyst":     {"OPENAI_API_KEY=fixture", "OPENAI_MODEL=m"},
		"compatible analyst": {"OPENAI_BASE_URL=http://localhost:11434/v1", "OPENAI_MODEL=qwen3:8b"},
		"anthropic gemini deepseek openai analyst": {"OPENAI_API_KEY=fixture", "OPENAI_MODEL=m", "DEEPSEEK_API_KEY=fixture", "GOOGLE_API_KEY=fixture", "ANTHROPIC_API_KEY=fixture"},
	} {
		var ids []string
		all := offered(t, environ...)
		for _, o := range all {
			ids = append(ids, o.Provider.ID())
			if o.Name == "" || o.Provider.ID() != "analyst" && len(o.Models) == 0 {
				t.Errorf("%s: an offer without a name or a model: %+v", want, o)
			}
		}
		if got := strings.Join(ids, " "); got != want {
			t.Errorf("%v offers %s, want %s", environ, got, want)
		}
	}
}

func TestTheFirstModelIsTheDefault(t *testing.T) {
	all := offered(t, "ANTHROPIC_API_KEY=fixture", "ANTHROPIC_MODEL=claude-opus-5-5,claude-haiku-5-5", "GOOGLE_API_KEY=fixture")
	if got := strings.Join(all[0].Models, " "); got != "claude-opus-5-5 claude-haiku-5-5" {
		t.Errorf("models of Anthropic: %s", got)
	}
	if got := strings.Join(all[1].Models, " "); got != gemini.DefaultModel {
		t.Errorf("models of Gemini: %s", got)
	}
}

func TestTheReferenceNamesTheDefaultModels(t *testing.T) {
	for variable, model := range map[string]string{
		"ANTHROPIC_MODEL": anthropic.DefaultModel, "GOOGLE_MODEL": gemini.DefaultModel, "DEEPSEEK_MODEL": openai.DefaultDeepSeekModel,
	} {
		for _, o := range config.Options() {
			if o.Name == variable && !strings.Contains(o.Help, model) {
				t.Errorf("the help of %s does not name %s", variable, model)
			}
		}
	}
}

func TestTwoWaysToOneProviderAreRefused(t *testing.T) {
	c, err := config.Load([]string{"DEEPSEEK_API_KEY=fixture", "OPENAI_API_KEY=fixture", "OPENAI_BASE_URL=https://api.deepseek.com", "OPENAI_MODEL=m"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := offers(c); err == nil || !strings.Contains(err.Error(), "OPENAI_BASE_URL") || strings.Contains(err.Error(), "fixture") {
		t.Errorf("got %v", err)
	}
}

func TestAnOfferReachesItsServerWithItsModel(t *testing.T) {
	for id, variables := range map[string][]string{
		"anthropic/stream-text": {"ANTHROPIC_API_KEY=fixture", "ANTHROPIC_BASE_URL"},
		"gemini/stream-text":    {"GOOGLE_API_KEY=fixture", "GOOGLE_BASE_URL"},
		"deepseek/stream-text":  {"DEEPSEEK_API_KEY=fixture", "DEEPSEEK_BASE_URL"},
		"ollama/stream-text":    {"OPENAI_MODEL=qwen3:8b", "OPENAI_BASE_URL"},
	} {
		r := wiretest.Named(t, id)
		play := wiretest.NewPlay(t, r)
		all := offered(t, variables[0], variables[1]+"="+wiretest.Loopback(t, play))
		o := wiretest.Collect(t, context.Background(), all[0].Provider, llm.Request{Model: all[0].Models[0],
			Messages: []llm.Message{{Role: llm.RoleUser, Text: "Hello"}}})
		if sent := play.Requests()[0]; o.Text != r.Expect.Text || !strings.Contains(sent.Target+string(sent.Body), all[0].Models[0]) {
			t.Errorf("%s: %q, %v", id, o.Text, o.Err)
		}
	}
}

func TestTheHealthReportSaysWhoAnswers(t *testing.T) {
	all := []chat.Provider{{ID: "anthropic", Name: "Anthropic"}, {ID: "analyst", Name: "Built-in analyst"}}
	detail, err := checkProviders(all)
	if err != nil || detail != "New conversations are answered by Anthropic. Also offered: Built-in analyst." {
		t.Errorf("%q, %v", detail, err)
	}
	if detail, err = checkProviders(all[1:]); err != nil || detail != "New conversations are answered by Built-in analyst." {
		t.Errorf("%q, %v", detail, err)
	}
	if detail, err = checkProviders(nil); err == nil || detail == "" {
		t.Errorf("nobody: %q, %v", detail, err)
	}
}

func TestWhoAnswersInsteadMustBeSetUp(t *testing.T) {
	for name, v := range map[string]struct {
		fallback, want string
	}{
		"none":             {"", ""},
		"in their order":   {"analyst, anthropic/claude-opus-5-5,gemini", "analyst/ anthropic/claude-opus-5-5 gemini/"},
		"not set up":       {"deepseek", "!"},
		"an unknown model": {"anthropic/claude-2", "!"},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := config.Load([]string{"ANTHROPIC_API_KEY=fixture", "ANTHROPIC_MODEL=claude-sonnet-5-5,claude-opus-5-5", "GOOGLE_API_KEY=fixture", "AI_FALLBACK=" + v.fallback})
			if err != nil {
				t.Fatal(err)
			}
			all, err := offers(c)
			if err != nil {
				t.Fatal(err)
			}
			list, err := fallback(c, all)
			var got []string
			for _, f := range list {
				got = append(got, f.Provider+"/"+f.Model)
			}
			if (v.want == "!") != (err != nil) || err == nil && strings.Join(got, " ") != v.want {
				t.Errorf("%v, %v", got, err)
			}
			if err != nil && !strings.Contains(err.Error(), "AI_FALLBACK") {
				t.Errorf("the error does not name the variable: %v", err)
			}
		})
	}
}

func TestAModelWithoutAPriceIsToldAtTheStart(t *testing.T) {
	s := newSite(t, "OPENAI_BASE_URL=http://localhost:11434/v1", "OPENAI_MODEL=qwen3:8b", "ANTHROPIC_API_KEY=fixture")
	if got := s.services.unpriced; len(got) != 1 || got[0] != "compatible/qwen3:8b" || !strings.Contains(unpricedNote(got), "AI_FREE") {
		t.Errorf("without a price: %v", got)
	}
	free := newSite(t, "OPENAI_BASE_URL=http://localhost:11434/v1", "OPENAI_MODEL=qwen3:8b", "AI_FREE=compatible")
	if got := free.services.unpriced; len(got) != 0 || unpricedNote(got) != "" {
		t.Errorf("without a price, though declared free: %v", got)
	}
}
