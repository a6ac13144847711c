package api

import (
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/internal/lint"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

func TestLintCountsInCodePointsAndSaysWhy(t *testing.T) {
	s := newSite(t)
	who := as(storetest.User(t, s.db, "olga"))
	text := "Größe 🙂: the system shall keep several copies."
	r := s.call(who, "POST", "/api/lint", map[string]any{"text": text})
	expect(t, "lint", r, 200)
	items := field[[]any](t, r, "items")
	if len(items) != 1 {
		t.Fatalf("findings: %v", items)
	}
	f := items[0].(map[string]any)
	runes := []rune(text)
	if f["rule"] != lint.VagueWord || string(runes[int(f["start"].(float64)):int(f["end"].(float64))]) != "several" {
		t.Errorf("finding: %v", f)
	}
	if f["reason"] == "" || f["suggestion"] == "" {
		t.Errorf("a finding without a reason or a suggestion: %v", f)
	}
}

func TestLintOfASoundTextIsAnEmptyList(t *testing.T) {
	s := newSite(t)
	who := as(storetest.User(t, s.db, "olga"))
	r := s.call(who, "POST", "/api/lint", map[string]any{"text": "The system shall answer a search within 2 seconds."})
	expect(t, "lint", r, 200)
	if items := field[[]any](t, r, "items"); items == nil || len(items) != 0 {
		t.Errorf("findings: %s", r.body)
	}
}

func TestLintRefusesATextThatIsTooLong(t *testing.T) {
	s := newSite(t)
	who := as(storetest.User(t, s.db, "olga"))
	expect(t, "too long", s.call(who, "POST", "/api/lint", map[string]any{"text": strings.Repeat("a", 100_001)}), 422)
	expect(t, "no text", s.call(who, "POST", "/api/lint", map[string]any{}), 422)
}

func TestTheRulesAreListedWithTheirSources(t *testing.T) {
	s := newSite(t)
	r := s.call(as(storetest.User(t, s.db, "olga")), "GET", "/api/lint/rules", nil)
	expect(t, "rules", r, 200)
	items := field[[]any](t, r, "items")
	if len(items) != len(lint.Rules()) {
		t.Fatalf("%d rules", len(items))
	}
	for _, item := range items {
		rule := item.(map[string]any)
		if rule["source"] == "" || rule["explanation"] == "" || rule["example"] == "" || rule["fix"] == "" {
			t.Errorf("rule without a source or an explanation: %v", rule)
		}
	}
}
