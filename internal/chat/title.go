package chat

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const titleLength = 60 // code points

// titleOf makes a thread's title from its first question, by rules: what is
// asked about, without greeting and without the words that only ask. It is
// empty where the question names nothing, such as a greeting alone.
func titleOf(question string) string {
	line := asked(question)
	line = withoutGreeting(line)
	line = subject(firstClause(firstSentence(line)))
	line = strings.TrimFunc(line, isEdge)
	if !strings.ContainsFunc(line, isWordRune) {
		return ""
	}
	return capital(fit(line))
}

// asked returns the line of a question that says most of what it is about: a
// heading, or a line that asks or announces, before the first one that is more
// than a greeting. So a pasted text is named by its heading.
func asked(question string) string {
	first := ""
	inFence := false
	for line := range strings.Lines(question) {
		trimmed := strings.TrimSpace(line)
		if strings.HasPrefix(trimmed, "```") {
			inFence = !inFence
			continue
		}
		text := strings.Join(strings.Fields(strings.Map(plainRune, trimmed)), " ")
		if inFence && first != "" || !strings.ContainsFunc(withoutGreeting(text), isWordRune) {
			continue
		}
		if first == "" {
			first = text
		}
		if strings.HasPrefix(trimmed, "#") && !strings.HasSuffix(first, "?") && !strings.HasSuffix(first, ":") {
			return text
		}
	}
	return first
}

// plainRune drops the marks of Markdown and what is invisible.
func plainRune(r rune) rune {
	switch {
	case strings.ContainsRune("#*`>|_~", r), unicode.Is(unicode.Bidi_Control, r):
		return ' '
	case unicode.IsControl(r):
		return ' '
	}
	return r
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

// isEdge reports whether a rune says nothing at an end of a title. Brackets may
// belong to a pair.
func isEdge(r rune) bool {
	return unicode.IsSpace(r) || strings.ContainsRune(".,;:!?-–—…\"“”„«»'’¿¡。、，！？；：・", r)
}

// withoutGreeting takes greetings and courtesies from the beginning.
func withoutGreeting(line string) string {
	for {
		rest := strings.TrimLeftFunc(line, isEdge)
		rest = withoutAny(rest, greetings)
		if rest == line || rest == strings.TrimLeftFunc(line, isEdge) {
			return rest
		}
		line = rest
	}
}

// withoutAny takes one of the phrases, whole words of it, from the beginning.
func withoutAny(line string, phrases []string) string {
	for _, phrase := range phrases {
		if rest, found := cutWords(line, phrase); found {
			return rest
		}
	}
	return line
}

// cutWords takes a phrase of lower case from the beginning, whatever the case
// there, where a word ends after it.
func cutWords(line, phrase string) (string, bool) {
	if len(line) < len(phrase) || !strings.EqualFold(line[:len(phrase)], phrase) {
		return line, false
	}
	rest := line[len(phrase):]
	if next, _ := utf8.DecodeRuneInString(rest); rest != "" && (isWordRune(next) || next == '\'' || next == '’' || next == '-') && !unicode.Is(unicode.Han, next) {
		return line, false
	}
	return strings.TrimLeft(rest, " "), true
}

// firstSentence returns what comes before the first end of a sentence. A dot
// ends one only before a space, so that "v2.1" stays whole.
func firstSentence(line string) string {
	for i, r := range line {
		next := line[i+utf8.RuneLen(max(r, 0)):]
		switch {
		case i == 0:
		case strings.ContainsRune("。！？", r), strings.ContainsRune("!?", r) && (next == "" || next[0] == ' '):
			return line[:i]
		case r == '.' && strings.HasPrefix(next, " ") && utf8.RuneCountInString(line[:i]) > 8:
			return line[:i]
		}
	}
	return line
}

const shortestClause = 12 // code points; less is an aside, such as "In short,"

// firstClause returns what comes before a comma or a dash that begins another
// thought. An enumeration stays: only the last comma of it is one.
func firstClause(line string) string {
	cut := len(line)
	for _, mark := range clauseMarks {
		if i := strings.Index(strings.ToLower(line), mark); i > 0 && i < cut && len(line) == len(strings.ToLower(line)) && utf8.RuneCountInString(line[:i]) >= shortestClause {
			cut = i
		}
	}
	return line[:cut]
}

// subject turns an English question or request into what it is about. Other
// languages stay as they are.
func subject(line string) string {
	line = withoutAny(line, requests)
	for _, c := range commands {
		if rest, found := cutWords(line, c.verb); found && strings.ContainsFunc(rest, isWordRune) {
			return strings.TrimSpace(c.noun + " " + withoutAny(withoutAny(rest, []string{"me", "us"}), articlesAfter(c.noun)))
		}
	}
	for _, asks := range asking {
		rest, found := cutWords(line, asks)
		if found && strings.ContainsFunc(rest, isWordRune) {
			return withoutAny(rest, articles)
		}
	}
	return statement(line)
}

func articlesAfter(noun string) []string {
	if noun != "" {
		return nil
	}
	return articles
}

// statement turns "when do refunds arrive" into "when refunds arrive", and "how
// should we test" into "how we should test".
func statement(line string) string {
	words := strings.Fields(line)
	if len(words) < 4 || !oneOf(words[0], "when", "where", "why", "how", "what", "who", "whom") {
		return line
	}
	switch {
	case oneOf(words[1], "do"):
		return strings.Join(append(words[:1:1], words[2:]...), " ")
	case oneOf(words[1], "can", "could", "should", "must", "will", "would", "may") && oneOf(words[2], "i", "we", "you", "they", "it", "he", "she", "people", "users", "customers"):
		words[1], words[2] = words[2], words[1]
		return strings.Join(words, " ")
	}
	return line
}

func oneOf(word string, list ...string) bool {
	for _, w := range list {
		if strings.EqualFold(word, w) {
			return true
		}
	}
	return false
}

// fit shortens a title that is too long to where a phrase ends: before a
// preposition where one is late enough, else between words.
func fit(title string) string {
	if utf8.RuneCountInString(title) <= titleLength {
		return title
	}
	words := strings.Fields(title)
	if len(words) == 1 {
		return string([]rune(title)[:titleLength-1]) + "…"
	}
	size, end, phrase := 0, 0, 0
	for i, word := range words {
		if i > 0 && size >= titleLength/2 && oneOf(word, joints...) {
			phrase = i
		}
		if size += utf8.RuneCountInString(word) + 1; size > titleLength {
			break
		}
		end = i + 1
	}
	switch {
	case end == 0:
		return string([]rune(title)[:titleLength-1]) + "…"
	case phrase > 0:
		return strings.TrimRightFunc(strings.Join(words[:phrase], " "), isEdge)
	}
	return strings.TrimRightFunc(strings.Join(words[:end], " "), isEdge) + "…"
}

// capital begins a title with a capital letter, unless its first word has its
// own spelling, such as iOS.
func capital(title string) string {
	word, _, _ := strings.Cut(title, " ")
	if strings.ToLower(word) != word {
		return title
	}
	r, n := utf8.DecodeRuneInString(title)
	return string(unicode.ToUpper(r)) + title[n:]
}

// join joins as many words as fit, and cuts a first word that does not.
func join(words []string) string {
	var title []rune
	for i, word := range words {
		next := []rune(word)
		switch {
		case i == 0 && len(next) > titleLength:
			return string(next[:titleLength-1]) + "…"
		case len(title)+1+len(next) > titleLength && i > 0:
			return strings.TrimRight(string(title), ".,;:!?-– ") + "…"
		case i > 0:
			title = append(title, ' ')
		}
		title = append(title, next...)
	}
	return string(title)
}
