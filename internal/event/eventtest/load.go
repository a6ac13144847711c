package eventtest

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/ba-assistant/ba-assistant/internal/event"
)

func testSlowReader(t *testing.T, c Config) {
	b := c.New(t)
	slow, quick := subscribe(t, b, "", here), subscribe(t, b, "", here)
	total := min(c.Behind+10, c.Replay)
	if total <= c.Behind {
		t.Fatal("the suite needs Replay > Behind")
	}
	for n := range total {
		publish(t, b, here, n)
		receive(t, quick, 1)
	}
	var got []string
	last := slow.Start
	for e := range slow.Events { // ends: the reader was cut off
		got, last = append(got, string(e.Data)), e.Cursor
	}
	if !slow.Lagged() || quick.Lagged() {
		t.Errorf("lagged: slow %v, quick %v", slow.Lagged(), quick.Lagged())
	}
	again := subscribe(t, b, last, here)
	if again.Gap {
		t.Error("a gap, though all events are kept")
	}
	got = append(got, receive(t, again, total-len(got))...)
	if !slices.Equal(got, texts(here, 0, total)) {
		t.Errorf("received %q", got)
	}
}

func testNobodyReads(t *testing.T, c Config) {
	b := c.New(t)
	for range 5 {
		subscribe(t, b, "", here)
	}
	for n := range 2*c.Behind + 2*c.Replay {
		publish(t, b, here, n)
	}
	s := subscribe(t, b, "", here)
	expect(t, b, s, here)
}

func testClose(t *testing.T, c Config) {
	b := c.New(t)
	s := subscribe(t, b, "", here, there, here)
	s.Close()
	s.Close()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for {
		select {
		case _, open := <-s.Events:
			if open {
				continue
			}
			if s.Lagged() {
				t.Error("closing counts as being too slow")
			}
			publish(t, b, here, 0) // to nobody
			return
		case <-ctx.Done():
			t.Fatal("the subscription goes on after Close")
		}
	}
}

func testConcurrency(t *testing.T, c Config) {
	b := c.New(t)
	const publishers, each = 4, 8
	if publishers*each > c.Behind {
		t.Fatal("the suite needs Behind >= 32")
	}
	var readers []*event.Subscription
	for range 5 {
		readers = append(readers, subscribe(t, b, "", here, there))
	}
	var wg sync.WaitGroup
	for p := range publishers {
		wg.Go(func() {
			for n := range each {
				topic := []event.Topic{here, there}[p%2]
				if _, err := b.Publish(t.Context(), event.Event{Topic: topic, Name: "delta", Data: []byte{byte('a' + p), byte('0' + n)}}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	first := receive(t, readers[0], publishers*each)
	for _, r := range readers[1:] {
		if got := receive(t, r, publishers*each); !slices.Equal(got, first) {
			t.Errorf("two readers see different orders: %q and %q", first, got)
		}
	}
	for p := range publishers {
		var own []string
		for _, text := range first {
			if strings.HasPrefix(text, string(rune('a'+p))) {
				own = append(own, text)
			}
		}
		if !slices.IsSorted(own) || len(own) != each {
			t.Errorf("of publisher %d came %q", p, own)
		}
	}
}

func testJoin(t *testing.T, c Config) {
	b := c.New(t)
	total := min(c.Behind, c.Replay, 200)
	start, err := b.Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() {
		for n := range total {
			if _, err := b.Publish(t.Context(), event.Event{Topic: here, Name: "delta", Data: body(here, n)}); err != nil {
				t.Error(err)
			}
		}
	})
	for range 20 {
		s := subscribe(t, b, start, here)
		if got := receive(t, s, total); !slices.Equal(got, texts(here, 0, total)) {
			t.Errorf("received %q", got)
		}
	}
}
