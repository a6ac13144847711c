package main

import (
	"testing"

	"github.com/ba-assistant/ba-assistant/internal/testenv"
)

func TestOurOwnRepositoryHasNoBlockerAndNoWarning(t *testing.T) {
	if got := try(t, "", testenv.Root(t), "--strict"); got.code != 0 {
		t.Errorf("exit %d\n%s%s", got.code, got.out, got.err)
	}
}
