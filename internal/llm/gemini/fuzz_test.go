package gemini_test

import (
	"testing"

	"github.com/ba-assistant/ba-assistant/internal/llm/wire/wiretest"
)

func FuzzStream(f *testing.F) { wiretest.Fuzz(f, newProvider, "gemini/") }
