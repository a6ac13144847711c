package ba

import (
	"fmt"
	"strings"
	"time"
)

// Schedule is when backups are made: at a time of the day in UTC, or after
// every so long. The zero Schedule is never.
type Schedule struct {
	every time.Duration
	at    time.Duration // after midnight UTC
}

// minEvery keeps backups from following one another without a pause.
const minEvery = 5 * time.Minute

// ParseSchedule reads "daily 03:00" (UTC), or an interval such as "6h" or
// "every 6h". The empty text is never. The error is a sentence.
func ParseSchedule(text string) (Schedule, error) {
	text = strings.ToLower(strings.TrimSpace(text))
	if text == "" || text == "off" {
		return Schedule{}, nil
	}
	if clock, ok := strings.CutPrefix(text, "daily"); ok {
		t, err := time.Parse("15:04", strings.TrimSpace(clock))
		if err != nil {
			return Schedule{}, badSchedule()
		}
		return Schedule{every: 24 * time.Hour, at: time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute}, nil
	}
	every, err := time.ParseDuration(strings.TrimSpace(strings.TrimPrefix(text, "every")))
	if err != nil || every < minEvery || every > 31*24*time.Hour {
		return Schedule{}, badSchedule()
	}
	return Schedule{every: every}, nil
}

func badSchedule() error {
	return E(Invalid, `is not understood. Write "daily 03:00" (UTC), or an interval from 5m to 744h such as "6h".`)
}

// Never reports whether no backups are scheduled.
func (s Schedule) Never() bool { return s.every == 0 }

// Every returns the time between two backups.
func (s Schedule) Every() time.Duration { return s.every }

// String returns the schedule for people.
func (s Schedule) String() string {
	switch {
	case s.Never():
		return "never"
	case s.every == 24*time.Hour:
		return fmt.Sprintf("daily at %02d:%02d UTC", int(s.at.Hours()), int(s.at.Minutes())%60)
	}
	text := s.every.String() // such as 6h0m0s
	for _, zero := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(text, zero) {
			text = text[:len(text)-2]
		}
	}
	return "every " + text
}

// Slot returns the last time at or before t for which a backup is due. Slots
// are the same on every instance.
func (s Schedule) Slot(t time.Time) time.Time {
	day := time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC).Add(s.at)
	return day.Add(t.Sub(day).Truncate(s.every))
}

// Next returns the first slot after t.
func (s Schedule) Next(t time.Time) time.Time { return s.Slot(t).Add(s.every) }
