package ba

import (
	"testing"
	"time"
)

func TestAScheduleIsReadAndTellsItsSlots(t *testing.T) {
	now := time.Date(2026, 11, 29, 2, 30, 0, 0, time.UTC)
	for text, want := range map[string]struct {
		said string
		next time.Time
	}{
		"daily 03:00":  {"daily at 03:00 UTC", time.Date(2026, 11, 29, 3, 0, 0, 0, time.UTC)},
		" Daily 02:15": {"daily at 02:15 UTC", time.Date(2026, 11, 30, 2, 15, 0, 0, time.UTC)},
		"6h":           {"every 6h", time.Date(2026, 11, 29, 6, 0, 0, 0, time.UTC)},
		"every 90m":    {"every 1h30m", time.Date(2026, 11, 29, 3, 0, 0, 0, time.UTC)},
	} {
		s, err := ParseSchedule(text)
		if err != nil || s.String() != want.said || !s.Next(now).Equal(want.next) || !s.Slot(want.next).Equal(want.next) {
			t.Errorf("%q: %s, next %s (%v)", text, s, s.Next(now), err)
		}
	}
	for _, text := range []string{"daily", "daily 25:00", "hourly", "4m", "-1h", "745h", "every"} {
		if s, err := ParseSchedule(text); err == nil {
			t.Errorf("%q is taken for %s", text, s)
		}
	}
	if s, err := ParseSchedule(""); err != nil || !s.Never() || s.String() != "never" {
		t.Errorf("nothing is %s (%v)", s, err)
	}
}
