package event_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/ba-assistant/ba-assistant/internal/event"
	"github.com/ba-assistant/ba-assistant/internal/event/eventtest"
)

func TestTheMemoryBusConforms(t *testing.T) {
	fresh := func() event.Bus { return event.NewMemory(event.Limits{Events: 300, Behind: 40}) }
	eventtest.Run(t, eventtest.Config{
		New:       func(testing.TB) event.Bus { return fresh() },
		Restarted: func(testing.TB, event.Bus) event.Bus { return fresh() },
		Replay:    300,
		Behind:    40,
	})
}

func TestTheSoloBusConforms(t *testing.T) {
	fresh := func() event.Bus { return event.NewSolo(event.Limits{Events: 300, Behind: 40}) }
	eventtest.Run(t, eventtest.Config{
		New:       func(testing.TB) event.Bus { return fresh() },
		Restarted: func(testing.TB, event.Bus) event.Bus { return fresh() },
		Replay:    300,
		Behind:    40,
	})
}

func TestASoloBusThatLearnsOfOthersEndsItsSubscriptions(t *testing.T) {
	b := event.NewSolo(event.Limits{})
	before, _ := b.Subscribe(t.Context(), "", "a")
	b.SetAlone(false) // as it was
	if len(before.Events) != 0 || before.Lagged() || before.Alone {
		t.Error("nothing changed, and the subscription did")
	}
	b.SetAlone(true)
	if _, open := <-before.Events; open || !before.Lagged() {
		t.Error("a subscription goes on that does not know of the others")
	}
	after, _ := b.Subscribe(t.Context(), before.Start, "a")
	if !after.Gap || !after.Alone {
		t.Errorf("gap %v, alone %v", after.Gap, after.Alone)
	}
}

func TestTheBytesThatAreKeptAreBounded(t *testing.T) {
	b := event.NewMemory(event.Limits{Events: 1000, Bytes: 100_000})
	start, _ := b.Now(t.Context())
	var middle event.Cursor
	for n := range 200 {
		c, err := b.Publish(t.Context(), event.Event{Topic: "a", Data: make([]byte, 1000)})
		if err != nil {
			t.Fatal(err)
		}
		if n == 150 {
			middle = c
		}
	}
	if s, _ := b.Subscribe(t.Context(), start, "a"); !s.Gap {
		t.Error("200 kB are kept where 100 kB are allowed")
	}
	s, _ := b.Subscribe(t.Context(), middle, "a")
	if s.Gap || len(s.Events) != 49 {
		t.Errorf("gap %v, %d of 49 events", s.Gap, len(s.Events))
	}
	if _, err := b.Publish(t.Context(), event.Event{Topic: "a", Data: make([]byte, 1_000_000)}); err != nil {
		t.Fatal(err)
	}
	if s, _ := b.Subscribe(t.Context(), middle, "a"); !s.Gap {
		t.Error("an event larger than all that may be kept left the others in place")
	}
}

// BenchmarkFanOut publishes to streams that all read; an operation is one
// event handed to all of them.
func BenchmarkFanOut(b *testing.B) {
	for _, streams := range []int{1, 100, 1000} {
		b.Run(fmt.Sprint(streams, " streams"), func(b *testing.B) {
			bus := event.NewMemory(event.Limits{Behind: 1024})
			var wg sync.WaitGroup
			var subs []*event.Subscription
			for range streams {
				s, err := bus.Subscribe(b.Context(), "", "thread:a")
				if err != nil {
					b.Fatal(err)
				}
				subs = append(subs, s)
				wg.Go(func() {
					for range s.Events { //nolint:revive // reading is the work
					}
				})
			}
			data := make([]byte, 200)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := bus.Publish(b.Context(), event.Event{Topic: "thread:a", Name: "delta", Data: data}); err != nil {
					b.Fatal(err)
				}
			}
			for _, s := range subs {
				s.Close()
			}
			wg.Wait()
		})
	}
}
