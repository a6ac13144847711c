package chat

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ba-assistant/ba-assistant/internal/quote"
	"github.com/ba-assistant/ba-assistant/internal/term"
)

const (
	maxQuote     = 400 // code points
	maxStatement = 600 // bytes of an answer that are looked at before a mark
)

// quoteFor returns what a citation quotes, verbatim from the passage. Where
// the answer quotes it itself right before the mark, it is that; else the
// sentence that shares most words with the statement before the mark.
func quoteFor(before, passage string) string {
	before = withoutEarlierMarks(before)
	if quoted := quotedAtEnd(before); quoted != "" {
		if found, ok := findVerbatim(passage, quoted); ok {
			return found
		}
	}
	return bestSentence(statementAtEnd(before), passage)
}

// withoutEarlierMarks cuts marks at the end, so that "... [1][2]" cites the
// same statement twice, and what is far away.
func withoutEarlierMarks(before string) string {
	if len(before) > maxStatement {
		before = strings.ToValidUTF8(before[len(before)-maxStatement:], "")
	}
	for {
		before = strings.TrimRightFunc(before, unicode.IsSpace)
		start := strings.LastIndexByte(before, '[')
		if start < 0 {
			return before
		}
		if k, ok := markAt(before, start, true); !ok || k.end != len(before) {
			return before
		}
		before = before[:start]
	}
}

// openers are the opening quotation marks for each closing one, in the ways
// of several languages.
var openers = map[rune]string{'"': `"`, '”': "“„”", '“': "„“", '’': "‘‚", '»': "«»", '«': "»", '\'': "'", '›': "‹", '」': "「", '』': "『"}

// quotedAtEnd returns the words in quotation marks with which the text ends,
// apart from punctuation and emphasis after them.
func quotedAtEnd(text string) string {
	text = strings.TrimRight(text, " .,;:!?)*_")
	closing, size := utf8.DecodeLastRuneInString(text)
	opening, is := openers[closing]
	if !is {
		return ""
	}
	text = text[:len(text)-size]
	start := strings.LastIndexAny(text, opening)
	if start < 0 {
		return ""
	}
	_, width := utf8.DecodeRuneInString(text[start:])
	return strings.TrimSpace(text[start+width:])
}

// findVerbatim finds words in a passage whatever the spaces and line ends
// between them, and returns them as the passage has them. Punctuation at their
// ends may be the answer's own.
func findVerbatim(passage, words string) (string, bool) {
	for _, words := range []string{words, strings.Trim(words, " .,;:*_")} {
		if start, end, found := quote.Find(passage, words); found {
			return passage[start:end], true
		}
	}
	return "", false
}

// statementAtEnd returns the last sentence of the text.
func statementAtEnd(text string) string {
	text = strings.TrimRight(text, " .!?:;")
	if i := strings.LastIndexAny(text, ".!?\n。"); i >= 0 {
		_, width := utf8.DecodeRuneInString(text[i:])
		if after := text[i+width:]; strings.ContainsFunc(after, isWordRune) {
			return after
		}
	}
	return text
}

// bestSentence returns the sentence of the passage that shares most words with
// the statement, the first one of equals, cut to maxQuote.
func bestSentence(statement, passage string) string {
	wanted := make(map[string]bool)
	for _, w := range term.Terms(statement) {
		wanted[w] = true
	}
	best, bestScore := "", -1
	for _, sentence := range sentencesOf(passage) {
		score := 0
		seen := make(map[string]bool)
		for _, w := range term.Terms(sentence) {
			if wanted[w] && !seen[w] {
				seen[w] = true
				score++
			}
		}
		if score > bestScore {
			best, bestScore = sentence, score
		}
	}
	return cut(best)
}

// sentencesOf cuts a passage into sentences and rows; what is too long for a
// quote, at its lines.
func sentencesOf(passage string) []string {
	var all []string
	for _, sentence := range quote.Sentences(passage) {
		if strings.Contains(sentence, cellGap) {
			all = append(all, sentence)
			continue
		}
		all = append(all, shortLines(sentence)...)
	}
	return all
}

// cellGap is what extraction puts between the cells of a row.
const cellGap = " | "

// shortLines cuts a sentence that is too long for a quote at its lines.
func shortLines(sentence string) []string {
	if utf8.RuneCountInString(sentence) <= maxQuote {
		return []string{sentence}
	}
	var all []string
	for line := range strings.SplitSeq(sentence, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			all = append(all, line)
		}
	}
	return all
}

// cut shortens a sentence to maxQuote, between words if it can.
func cut(sentence string) string {
	runes := []rune(sentence)
	if len(runes) <= maxQuote {
		return sentence
	}
	short := string(runes[:maxQuote])
	if i := strings.LastIndexFunc(short, unicode.IsSpace); i > len(short)/2 {
		short = short[:i]
	}
	return strings.TrimSpace(short)
}
