package app

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/config"
)

func TestAnOverlappingDeployWaitsForTheInstanceBeforeIt(t *testing.T) {
	dir := t.TempDir()
	old, err := openLock(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := tryLock(old.file); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	taken := make(chan error, 1)
	go func() {
		next, err := lockData(t.Context(), &config.Config{Environment: config.Production}, dir, slog.New(slog.NewTextHandler(&log, nil)))
		if err == nil {
			err = next.release()
		}
		taken <- err
	}()
	select {
	case err := <-taken:
		t.Fatalf("two instances at once on one SQLite: %v", err)
	case <-time.After(600 * time.Millisecond): // more than two looks
	}
	if err := old.release(); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-taken:
		if err != nil {
			t.Errorf("after the other one has ended: %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it goes on waiting for an instance that has ended")
	}
	if !strings.Contains(log.String(), "waiting for it to stop") {
		t.Errorf("the log does not say what it waits for: %s", log.String())
	}
}

func TestASecondWriterIsRefusedInTheEnd(t *testing.T) {
	dir := t.TempDir()
	old, err := openLock(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer old.release() //nolint:errcheck // the test is over
	if err := tryLock(old.file); err != nil {
		t.Fatal(err)
	}
	for _, environment := range []config.Environment{config.Development, config.Production} {
		ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond) // in place of lockPatience
		begun := time.Now()
		_, err := lockData(ctx, &config.Config{Environment: environment}, dir, slog.New(slog.DiscardHandler))
		cancel()
		if ba.KindOf(err) != ba.Conflict || !strings.Contains(ba.Explain(err), "Another instance is running") {
			t.Errorf("%s: %v", environment, err)
		}
		if waited := time.Since(begun) > 400*time.Millisecond; waited != (environment == config.Production) {
			t.Errorf("%s waited: %v", environment, waited)
		}
	}
}
