package preflight

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Printable returns text of a repository or a remote host as it can be shown
// on a terminal: control and direction characters and bytes that are no UTF-8
// become visible escapes. Line feeds stay.
func Printable(s string) string {
	if plainText(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case r == '\n':
			b.WriteByte('\n')
		case r == '\t':
			b.WriteString("  ")
		case r < 0x20, r == 0x7f, r >= 0x80 && r < 0xa0:
			fmt.Fprintf(&b, `\x%02x`, r)
		case unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
		i += size
	}
	return b.String()
}

func plainText(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < 0x20 && s[i] != '\n' || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

// oneLine is Printable without line feeds.
func oneLine(s string) string { return strings.Join(strings.Fields(Printable(s)), " ") }

// wrap breaks text into lines of at most width runes at spaces. A word that is
// longer stands alone.
func wrap(text string, width int) []string {
	var out []string
	line, length := "", 0
	for _, word := range strings.Fields(text) {
		n := utf8.RuneCountInString(word)
		if length > 0 && length+1+n > width {
			out = append(out, line)
			line, length = "", 0
		}
		if length > 0 {
			line, length = line+" ", length+1
		}
		line, length = line+word, length+n
	}
	if length > 0 {
		out = append(out, line)
	}
	return out
}

// paragraphs wraps each line of a text on its own; lines that begin with a
// space, as commands and diffs do, stay as they are.
func paragraphs(text string, width int) []string {
	var out []string
	for _, l := range strings.Split(strings.TrimRight(Printable(text), "\n"), "\n") {
		if strings.HasPrefix(l, " ") {
			out = append(out, l)
			continue
		}
		out = append(out, wrap(l, width)...)
	}
	return out
}
