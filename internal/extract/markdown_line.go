package extract

import "strings"

// atxHeading returns the level and text of a line such as "## Scope", or 0.
func atxHeading(line string) (int, string) {
	rest := strings.TrimLeft(line, " ")
	if len(line)-len(rest) > 3 {
		return 0, ""
	}
	text := strings.TrimLeft(rest, "#")
	level := len(rest) - len(text)
	if level == 0 || level > 6 || text != "" && text[0] != ' ' && text[0] != '\t' {
		return 0, ""
	}
	return level, strings.TrimSpace(strings.TrimRight(strings.TrimSpace(text), "#"))
}

// setextLevel returns 1 for a line of "=", 2 for one of "-", else 0.
func setextLevel(trimmed string) int {
	switch {
	case trimmed == "":
		return 0
	case strings.Trim(trimmed, "=") == "":
		return 1
	case strings.Trim(trimmed, "-") == "":
		return 2
	}
	return 0
}

// isRule reports a thematic break.
func isRule(trimmed string) bool {
	packed := strings.ReplaceAll(trimmed, " ", "")
	if len(packed) < 3 {
		return false
	}
	return strings.Trim(packed, "-") == "" || strings.Trim(packed, "*") == "" || strings.Trim(packed, "_") == ""
}

// listItem returns the nesting level (two spaces or a tab each) and the text
// of a list item. Numbers stay in the text, since they are referred to.
func listItem(line string) (level int, text string, ok bool) {
	indent := 0
	for i := 0; i < len(line) && (line[i] == ' ' || line[i] == '\t'); i++ {
		indent++
		if line[i] == '\t' {
			indent++
		}
	}
	text = strings.TrimLeft(line, " \t")
	if len(text) > 1 && strings.IndexByte("-*+", text[0]) >= 0 && (text[1] == ' ' || text[1] == '\t') {
		return indent / 2, strings.TrimSpace(text[2:]), true
	}
	digits := len(text) - len(strings.TrimLeft(text, "0123456789"))
	if digits > 0 && digits < 10 && len(text) > digits+1 && (text[digits] == '.' || text[digits] == ')') && text[digits+1] == ' ' {
		return indent / 2, text, true
	}
	return 0, "", false
}

// isTableRule reports the line between the header and the body of a table.
func isTableRule(trimmed string) bool {
	return strings.Contains(trimmed, "-") && strings.Contains(trimmed, "|") && strings.Trim(trimmed, "|:- \t") == ""
}

// tableCells cuts a table line at its unescaped bars.
func tableCells(line string) []string {
	line = strings.TrimSpace(line)
	line = strings.TrimPrefix(line, "|")
	if strings.HasSuffix(line, "|") && !strings.HasSuffix(line, `\|`) {
		line = line[:len(line)-1]
	}
	var cells []string
	start := 0
	for i := 0; i < len(line); i++ {
		switch {
		case line[i] == '\\':
			i++
		case line[i] == '|':
			cells = append(cells, inline(line[start:i]))
			start = i + 1
		}
	}
	return append(cells, inline(line[start:]))
}

// maxLink bounds how far the end of a link is looked for.
const maxLink = 1_000

// inline removes what marks emphasis, code and links from a line: the words
// stay, underscores too, since names are spelled with them. It reads each byte a bounded number of times.
func inline(s string) string {
	if !strings.ContainsAny(s, "*`[\\") {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	budget := 4 * len(s) // of steps spent on looking for the ends of links
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s) && isPunct(s[i+1]):
			b.WriteByte(s[i+1])
			i += 2
		case c == '`', strings.HasPrefix(s[i:], "**"):
			i++
			for i < len(s) && s[i] == c {
				i++
			}
		case c == '*' && atWordEdge(s, i):
			i++
		case c == '[' && budget > 0:
			n, text := link(s[i:], &budget)
			if n == 0 {
				b.WriteByte(c)
				i++
				continue
			}
			b.WriteString(text)
			i += n
		case c == '!' && i+1 < len(s) && s[i+1] == '[':
			i++
		default:
			b.WriteByte(c)
			i++
		}
	}
	return b.String()
}

// link returns the length of "[text](address)" at the start of s, or 0, and what
// stands for it: the text, and the address where it leads out of the document.
func link(s string, budget *int) (int, string) {
	window := s[:min(len(s), maxLink)]
	end := strings.Index(window, "](")
	*budget -= len(window)
	if end < 0 || strings.IndexByte(window[1:end], '[') >= 0 {
		return 0, ""
	}
	closing := strings.IndexByte(window[end:], ')')
	if closing < 0 {
		return 0, ""
	}
	text, address := unmark.Replace(window[1:end]), strings.TrimSpace(window[end+2:end+closing])
	if strings.HasPrefix(address, "http") && !strings.Contains(text, address) {
		text += " (" + address + ")"
	}
	return end + closing + 1, text
}

// unmark removes emphasis and code marks from the text of a link.
var unmark = strings.NewReplacer("**", "", "`", "")

// atWordEdge reports that the mark at i has a word on one side only.
func atWordEdge(s string, i int) bool {
	before := i > 0 && !isPunct(s[i-1]) && s[i-1] != ' '
	after := i+1 < len(s) && !isPunct(s[i+1]) && s[i+1] != ' '
	return before != after
}

func isPunct(c byte) bool {
	return c > ' ' && c < 0x7F && (c < '0' || c > '9' && c < 'A' || c > 'Z' && c < 'a' || c > 'z')
}
