package eventtest

import (
	"bytes"
	"context"
	"testing"

	"github.com/ba-assistant/ba-assistant/internal/event"
)

const (
	here  event.Topic = "thread:here"
	there event.Topic = "thread:there"
)

func testOrder(t *testing.T, c Config) {
	b := c.New(t)
	one, both := subscribe(t, b, "", here), subscribe(t, b, "", here, there)
	publish(t, b, here, 0)
	publish(t, b, there, 1)
	publish(t, b, here, 2)
	expect(t, b, one, here, "thread:here 0", "thread:here 2")
	expect(t, b, both, here, "thread:here 0", "thread:there 1", "thread:here 2", "thread:here -1")
}

func testWhole(t *testing.T, c Config) {
	b := c.New(t)
	s := subscribe(t, b, "", here)
	data := []byte("{\"text\":\"line\\nline\u2028 \\u0000 \xf0\x9f\x98\x80\"}")
	cursor, err := b.Publish(t.Context(), event.Event{Topic: here, Name: "delta", Data: data})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	select {
	case e := <-s.Events:
		if e.Topic != here || e.Name != "delta" || !bytes.Equal(e.Data, data) || e.Cursor != cursor {
			t.Errorf("received %+v", e)
		}
	case <-ctx.Done():
		t.Fatal("nothing arrived")
	}
}

func testFromNow(t *testing.T, c Config) {
	b := c.New(t)
	publish(t, b, here, 0)
	s := subscribe(t, b, "", here)
	if s.Gap || s.Start == "" {
		t.Errorf("gap %v, start %q", s.Gap, s.Start)
	}
	expect(t, b, s, here)
}

func testResume(t *testing.T, c Config) {
	b := c.New(t)
	cursors := []event.Cursor{subscribe(t, b, "", here).Start}
	for n := range 6 {
		cursors = append(cursors, publish(t, b, here, n))
		publish(t, b, there, n)
	}
	for seen, cursor := range cursors {
		s := subscribe(t, b, cursor, here)
		if s.Gap {
			t.Errorf("a gap after %d events", seen)
		}
		if got := receive(t, s, 6-seen); len(got) > 0 && got[0] != string(body(here, seen)) {
			t.Errorf("after %d events came %q", seen, got)
		}
		s.Close()
	}
}

func testResumeSeveral(t *testing.T, c Config) {
	b := c.New(t)
	publish(t, b, here, 0)
	cursor := publish(t, b, there, 1)
	publish(t, b, there, 2)
	publish(t, b, here, 3)
	s := subscribe(t, b, cursor, there, here)
	expect(t, b, s, here, "thread:there 2", "thread:here 3")
}

func testNow(t *testing.T, c Config) {
	b := c.New(t)
	publish(t, b, here, 0)
	now, err := b.Now(t.Context())
	if err != nil || now == "" {
		t.Fatalf("now is %q, %v", now, err)
	}
	publish(t, b, here, 1)
	s := subscribe(t, b, now, here)
	if s.Gap {
		t.Error("a gap after now")
	}
	expect(t, b, s, here, "thread:here 1")
}

func testUnknownCursor(t *testing.T, c Config) {
	b := c.New(t)
	publish(t, b, here, 0)
	for _, cursor := range []event.Cursor{"x", "-", "0", "-1", "18446744073709551616", "abc-1", "\x00", "‮", "run-99999999999999999999"} {
		s := subscribe(t, b, cursor, here)
		if !s.Gap {
			t.Errorf("the cursor %q is taken for one of ours", cursor)
		}
		expect(t, b, s, here)
		s.Close()
	}
}

func testTooOld(t *testing.T, c Config) {
	b := c.New(t)
	old := publish(t, b, here, 0)
	for n := range c.Replay + 1 {
		publish(t, b, there, n)
	}
	s := subscribe(t, b, old, here)
	if !s.Gap {
		t.Error("a cursor whose successors are gone is no gap")
	}
	expect(t, b, s, here)
}

func testRestart(t *testing.T, c Config) {
	b := c.New(t)
	var old event.Cursor
	for n := range 3 {
		old = publish(t, b, here, n)
	}
	b = c.Restarted(t, b)
	for n := range 5 {
		publish(t, b, here, n)
	}
	s := subscribe(t, b, old, here)
	if !s.Gap {
		t.Error("a cursor of an earlier run is taken for one of this run")
	}
	expect(t, b, s, here)
}
