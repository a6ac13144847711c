package extract

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// lastSerial is the serial number of 9999-12-31.
const lastSerial = 2_958_465

// showDate shows a serial number of days as a date or time; false where it is
// none.
func (s *formatSection) showDate(v float64, is1904 bool) (string, bool) {
	if v < 0 || v > lastSerial {
		return "", false
	}
	t := serialTime(v, is1904, s.milliseconds())
	half := s.has('a')
	var b strings.Builder
	for _, token := range s.tokens {
		b.WriteString(datePart(token, t, v, half))
	}
	return b.String(), true
}

// milliseconds reports that the section shows parts of seconds.
func (s *formatSection) milliseconds() bool { return s.has('f') }

func (s *formatSection) has(kind byte) bool {
	for _, t := range s.tokens {
		if t.kind == kind {
			return true
		}
	}
	return false
}

// serialTime turns days since the epoch of the workbook into a time, rounded to
// seconds or milliseconds. In the system of 1900 there is a 29 February 1900
// that never was (ECMA-376 part 1, 18.17.4.1).
func serialTime(v float64, is1904, milliseconds bool) time.Time {
	epoch := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case is1904:
		epoch = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case v < 60:
		epoch = epoch.AddDate(0, 0, 1)
	}
	days := math.Floor(v)
	unit := time.Second
	if milliseconds {
		unit = time.Millisecond
	}
	perDay := float64(24 * time.Hour / unit)
	return epoch.AddDate(0, 0, int(days)).Add(time.Duration(math.Round((v-days)*perDay)) * unit)
}

// datePart returns what one token shows.
func datePart(token formatToken, t time.Time, v float64, half bool) string {
	switch token.kind {
	case 'x':
		return token.text
	case 'y':
		if token.count <= 2 {
			return fmt.Sprintf("%02d", t.Year()%100)
		}
		return strconv.Itoa(t.Year())
	case 'm':
		return monthPart(t, token.count)
	case 'd':
		return dayPart(t, token.count)
	case 'h':
		hour := t.Hour()
		if half {
			hour = (hour+11)%12 + 1
		}
		return padded(hour, token.count)
	case 'n':
		return padded(t.Minute(), token.count)
	case 's':
		return padded(t.Second(), token.count)
	case 'f':
		return "." + fmt.Sprintf("%03d", t.Nanosecond()/int(time.Millisecond))[:max(token.count, 1)]
	case 'a':
		return amPM(t, token.count)
	case 'H':
		return strconv.Itoa(int(math.Floor(v*24 + 1e-9)))
	case 'M':
		return strconv.Itoa(int(math.Floor(v*24*60 + 1e-7)))
	case 'S':
		return strconv.Itoa(int(math.Round(v * 24 * 60 * 60)))
	}
	return ""
}

func monthPart(t time.Time, count int) string {
	switch count {
	case 1, 2:
		return padded(int(t.Month()), count)
	case 3:
		return t.Month().String()[:3]
	case 5:
		return t.Month().String()[:1]
	}
	return t.Month().String()
}

func dayPart(t time.Time, count int) string {
	switch count {
	case 1, 2:
		return padded(t.Day(), count)
	case 3:
		return t.Weekday().String()[:3]
	}
	return t.Weekday().String()
}

func amPM(t time.Time, count int) string {
	mark := "AM"
	if t.Hour() >= 12 {
		mark = "PM"
	}
	if count == len("A/P") {
		return mark[:1]
	}
	return mark
}

func padded(n, count int) string {
	if count >= 2 {
		return fmt.Sprintf("%02d", n)
	}
	return strconv.Itoa(n)
}
