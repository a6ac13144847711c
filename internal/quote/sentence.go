package quote

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// cellGap is what extraction puts between the cells of a row.
const cellGap = " | "

// Sentences cuts a passage at the ends of sentences, of paragraphs and of the
// rows of tables. Each is a piece of the passage.
func Sentences(passage string) []string {
	var all []string
	for paragraph := range strings.SplitSeq(passage, "\n\n") {
		for _, piece := range apartFromRows(paragraph) {
			if strings.Contains(piece, cellGap) {
				all = append(all, piece)
				continue
			}
			all = append(all, cutSentences(piece)...)
		}
	}
	return all
}

// apartFromRows returns the rows of tables one by one, and the lines between
// them together.
func apartFromRows(paragraph string) []string {
	var all []string
	var prose []string
	flush := func() {
		if len(prose) > 0 {
			all = append(all, strings.Join(prose, "\n"))
			prose = nil
		}
	}
	for line := range strings.SplitSeq(paragraph, "\n") {
		if !strings.Contains(line, cellGap) {
			prose = append(prose, line)
			continue
		}
		flush()
		all = append(all, strings.TrimSpace(line))
	}
	flush()
	return all
}

// cutSentences cuts after a full stop, exclamation or question mark that a
// space follows.
func cutSentences(text string) []string {
	var all []string
	from := 0
	for i, r := range text {
		if !strings.ContainsRune(".!?。", r) {
			continue
		}
		end := i + utf8.RuneLen(r)
		next, _ := utf8.DecodeRuneInString(text[end:])
		if end < len(text) && r != '。' && !unicode.IsSpace(next) {
			continue
		}
		if sentence := strings.TrimSpace(text[from:end]); sentence != "" {
			all = append(all, sentence)
		}
		from = end
	}
	if rest := strings.TrimSpace(text[from:]); rest != "" {
		all = append(all, rest)
	}
	return all
}
