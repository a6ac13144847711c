package markdown

import (
	"regexp"
	"strings"
)

var (
	loneMarker   = regexp.MustCompile(`^\s*(?:[-*+]|\d{1,9}[.)]?|#{1,6}|` + "`{1,2}|~{1,2}" + `|\*{2,3}|>|-{2})\s*$`)
	listItem     = regexp.MustCompile(`^\s*(?:[-*+]|\d{1,9}[.)])\s+(?:\[[ xX]?\]?\s*)?`)
	delimiterRow = regexp.MustCompile(`^[|:\s-]*$`)
)

// completed returns text as if the writer had just finished its last block:
// markers without content are held back, open emphasis, code and links are
// closed. Text inside a fence stays as it is, except a half-written end.
func completed(text string) string {
	head, last := lastLine(text)
	if fence := openFence(head); fence != "" {
		if t := strings.TrimSpace(last); t != "" && strings.HasPrefix(fence, t) {
			return head
		}
		return text
	}
	if strings.HasPrefix(strings.TrimSpace(last), "```") || strings.HasPrefix(strings.TrimSpace(last), "~~~") {
		return text
	}
	if loneMarker.MatchString(last) {
		return head
	}
	before, row := lastLine(strings.TrimSuffix(head, "\n"))
	switch {
	case strings.HasPrefix(last, "|") && !strings.HasPrefix(row, "|"):
		return head + last + "\n" + delimiters(last)
	case strings.HasPrefix(row, "|") && delimiterRow.MatchString(last) && !strings.HasSuffix(strings.TrimSuffix(before, "\n"), "|"):
		return head + delimiters(row)
	}
	return closeInline(text)
}

// lastLine splits text before its last line.
func lastLine(text string) (head, last string) {
	i := strings.LastIndexByte(text, '\n') + 1
	return text[:i], text[i:]
}

// openFence returns the fence that is open at the end of text, or "".
func openFence(text string) string {
	open := ""
	for line := range strings.Lines(text) {
		t := strings.TrimSpace(line)
		run := fenceRun(t)
		switch {
		case open == "" && run != "" && !(run[0] == '`' && strings.Contains(t[len(run):], "`")):
			open = run
		case open != "" && t == run && strings.HasPrefix(run, open):
			open = ""
		}
	}
	return open
}

// fenceRun returns the run of three or more backticks or tildes that t begins with.
func fenceRun(t string) string {
	if t == "" || t[0] != '`' && t[0] != '~' {
		return ""
	}
	n := len(t) - len(strings.TrimLeft(t, t[:1]))
	if n < 3 {
		return ""
	}
	return t[:n]
}

// delimiters returns the second line of the table whose header row is given.
func delimiters(header string) string {
	cells := strings.Count(strings.Trim(header, "| \t"), "|") + 1
	return "|" + strings.Repeat(" --- |", cells)
}

// closeInline closes what is open in the last paragraph, item or cell.
func closeInline(text string) string {
	start := 0
	if i := strings.LastIndex(text, "\n\n"); i >= 0 {
		start = i + 2
	}
	head, line := lastLine(text)
	if item := listItem.FindString(line); item != "" {
		start = len(head) + len(item)
	}
	if strings.HasPrefix(line, "|") {
		start = len(head) + strings.LastIndexByte(line, '|') + 1
	}
	return text[:start] + newCloser(text[start:]).finish()
}
