package app

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/internal/config"
)

func TestTheLogIsTextInDevelopmentAndJSONInProduction(t *testing.T) {
	for _, test := range []struct {
		c    config.Config
		json bool
	}{
		{config.Config{Environment: config.Development, LogLevel: "info"}, false},
		{config.Config{Environment: config.Development, LogLevel: "info", LogFormat: "json"}, true},
		{config.Config{Environment: config.Production, LogLevel: "info"}, true},
		{config.Config{Environment: config.Production, LogLevel: "info", LogFormat: "text"}, false},
	} {
		var out bytes.Buffer
		log := NewLogger(&test.c, &out)
		log.Info("started", "client_secret", "canary")
		log.Debug("not shown")
		if got := json.Valid(out.Bytes()); got != test.json {
			t.Errorf("%+v: %s", test.c, out.String())
		}
		if text := out.String(); strings.Contains(text, "canary") || strings.Contains(text, "not shown") || strings.Count(text, "\n") != 1 {
			t.Errorf("logged: %s", text)
		}
	}
}
