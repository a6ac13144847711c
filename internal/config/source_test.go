package config_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/ba-assistant/ba-assistant/internal/config"
)

func TestAValueIsTracedToItsVariable(t *testing.T) {
	file := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(file, []byte("fixture\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, environ := range map[string][]string{
		"":                    nil,
		"GOOGLE_API_KEY":      {"GOOGLE_API_KEY=fixture"},
		"GEMINI_API_KEY":      {"GEMINI_API_KEY=fixture"},
		"GOOGLE_API_KEY_FILE": {"GOOGLE_API_KEY_FILE=" + file},
		"GEMINI_API_KEY_FILE": {"GEMINI_API_KEY_FILE=" + file},
	} {
		c, err := config.Load(environ)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Source("GOOGLE_API_KEY"); got != want {
			t.Errorf("%v comes from %q, want %q", environ, got, want)
		}
	}
}
