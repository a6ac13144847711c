// Package eventtest is the conformance suite of event.Bus: what package chat
// and the streams rely on, whatever carries the events.
package eventtest

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/internal/event"
)

// Config makes the buses under test.
type Config struct {
	// New returns an empty bus that the test's end closes.
	New func(t testing.TB) event.Bus
	// Restarted returns a bus that has forgotten what b carried, as after a
	// restart of what keeps the events.
	Restarted func(t testing.TB, b event.Bus) event.Bus
	// Replay and Behind are how many events a bus keeps at most, and how many a
	// reader may be behind.
	Replay, Behind int
}

// patience is how long an event may take to arrive; it is a bound for
// failures, not a pause.
const patience = 10 * time.Second

// Run runs the suite.
func Run(t *testing.T, c Config) {
	for name, test := range map[string]func(*testing.T, Config){
		"a reader receives its topics in order and no others":  testOrder,
		"an event arrives as it was published":                 testWhole,
		"an empty cursor means from now on":                    testFromNow,
		"a reader resumes after any event without gap":         testResume,
		"a cursor of several topics resumes all of them":       testResumeSeveral,
		"now is a point from which one can resume":             testNow,
		"a cursor that is not known is a gap":                  testUnknownCursor,
		"a cursor that is too old is a gap":                    testTooOld,
		"a cursor of an earlier run is a gap":                  testRestart,
		"a slow reader is cut off and resumes without loss":    testSlowReader,
		"a publisher waits for nobody":                         testNobodyReads,
		"closing ends a subscription, twice too":               testClose,
		"all readers see the same order under concurrency":     testConcurrency,
		"a reader that joins while events flow misses nothing": testJoin,
	} {
		t.Run(name, func(t *testing.T) { test(t, c) })
	}
}

// publish publishes an event whose data says topic and number, and returns its cursor.
func publish(t testing.TB, b event.Bus, topic event.Topic, n int) event.Cursor {
	t.Helper()
	cursor, err := b.Publish(t.Context(), event.Event{Topic: topic, Name: "delta", Data: body(topic, n)})
	if err != nil {
		t.Fatal(err)
	}
	if cursor == "" {
		t.Fatal("an event without a cursor")
	}
	return cursor
}

func body(topic event.Topic, n int) []byte { return fmt.Appendf(nil, "%s %d", topic, n) }

func subscribe(t testing.TB, b event.Bus, after event.Cursor, topics ...event.Topic) *event.Subscription {
	t.Helper()
	s, err := b.Subscribe(t.Context(), after, topics...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// receive returns the data of the next n events.
func receive(t testing.TB, s *event.Subscription, n int) []string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var got []string
	for range n {
		select {
		case e, open := <-s.Events:
			if !open {
				t.Fatalf("the subscription ended after %q", got)
			}
			got = append(got, string(e.Data))
		case <-ctx.Done():
			t.Fatalf("only %q arrived, want %d events", got, n)
		}
	}
	return got
}

// expect fails unless the next events are exactly those, and a last one that
// it publishes itself is the next after them.
func expect(t testing.TB, b event.Bus, s *event.Subscription, topic event.Topic, want ...string) {
	t.Helper()
	publish(t, b, topic, -1)
	want = append(want, string(body(topic, -1)))
	if got := receive(t, s, len(want)); !slices.Equal(got, want) {
		t.Errorf("received %q, want %q", got, want)
	}
}

func texts(topic event.Topic, from, to int) []string {
	var all []string
	for n := from; n < to; n++ {
		all = append(all, string(body(topic, n)))
	}
	return all
}
