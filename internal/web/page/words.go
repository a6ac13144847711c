package page

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/ba-assistant/ba-assistant/ba"
)

// Count returns "no documents", "1 document", "12 documents".
func Count(n int, noun string) string {
	switch n {
	case 0:
		return "no " + noun + "s"
	case 1:
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

// Size returns a number of bytes as people write it, such as "340 kB" or
// "2.4 MB": in decimal units, as the limit of an upload is set.
func Size(n int64) string {
	switch {
	case n >= 10_000_000:
		return strconv.FormatInt(n/1_000_000, 10) + " MB"
	case n >= 1_000_000:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	case n >= 1_000:
		return strconv.FormatInt(n/1_000, 10) + " kB"
	}
	return strconv.FormatInt(n, 10) + " bytes"
}

// Moment is a time with the words for it.
type Moment struct{ time.Time }

// Machine returns the time for the datetime attribute.
func (m Moment) Machine() string { return m.UTC().Format(time.RFC3339) }

// Full returns the time for a tooltip.
func (m Moment) Full() string { return m.UTC().Format("2 January 2006, 15:04 UTC") }

// Ago returns how long ago the moment was, as seen from now, and a date where
// that is more than a week.
func (m Moment) Ago(now time.Time) string {
	switch d := now.Sub(m.Time); {
	case m.IsZero():
		return "never"
	case d < time.Minute:
		return "just now"
	case d < time.Hour:
		return fmt.Sprintf("%d min ago", int(d.Minutes()))
	case d < 24*time.Hour:
		return fmt.Sprintf("%d h ago", int(d.Hours()))
	case d < 48*time.Hour:
		return "yesterday"
	case d < 7*24*time.Hour:
		return fmt.Sprintf("%d days ago", int(d.Hours()/24))
	case m.Year() == now.Year():
		return m.Format("2 Jan")
	}
	return m.Format("2 Jan 2006")
}

// Initials returns the first letters of the first and last word of a name, or
// of an address.
func Initials(name string) string {
	name, _, _ = strings.Cut(name, "@")
	words := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if len(words) == 0 {
		return "?"
	}
	out := firstLetter(words[0])
	if len(words) > 1 {
		out += firstLetter(words[len(words)-1])
	}
	return out
}

func firstLetter(s string) string {
	r, _ := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r))
}

// ModeName returns the mode as a word.
func ModeName(m ba.Mode) string {
	for _, c := range Modes {
		if c.Mode == m {
			return c.Name
		}
	}
	return Modes[0].Name
}

// ThreadName returns the title, or what stands for it until there is one.
func ThreadName(title string) string {
	if title == "" {
		return "New conversation"
	}
	return title
}

// Unit returns what the pages of a format are called.
func Unit(format string) string {
	switch format {
	case "pptx":
		return "slide"
	case "xlsx":
		return "sheet"
	}
	return "page"
}
