package statement

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// word is a word or a mark of a sentence, in lower case, with its place.
type word struct {
	s          string
	start, end int // in bytes
}

// letter reports whether the token is a word and not a mark.
func (w word) letter() bool {
	r, _ := utf8.DecodeRuneInString(w.s)
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

// wordsOf cuts a sentence into words and marks.
func wordsOf(s string) []word {
	list := make([]word, 0, len(s)/5+4)
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case unicode.IsSpace(r):
			i += n
		case inWord(r):
			end := wordEnd(s, i+n)
			list = append(list, word{fold(s[i:end]), i, end})
			i = end
		default:
			list = append(list, word{s[i : i+n], i, i + n})
			i += n
		}
	}
	return list
}

// fold returns a word in lower case with straight apostrophes.
func fold(s string) string {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return strings.ToLower(strings.ReplaceAll(s, "’", "'"))
		}
	}
	return strings.ToLower(s)
}

func inWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || r == '_'
}

// wordEnd goes to the end of the word that has begun before i. A hyphen, an
// apostrophe, a full stop or a slash between two letters belongs to it.
func wordEnd(s string, i int) int {
	for i < len(s) {
		r, n := utf8.DecodeRuneInString(s[i:])
		if !inWord(r) {
			next, _ := utf8.DecodeRuneInString(s[i+n:])
			if !strings.ContainsRune("-'’./&", r) || !inWord(next) {
				return i
			}
		}
		i += n
	}
	return i
}

// set is a set of words.
type set map[string]bool

func setOf(words string) set {
	s := set{}
	for _, w := range strings.Fields(words) {
		s[w] = true
	}
	return s
}

// phrases finds runs of words. A word that ends in * stands for all that begin so.
type phrases struct {
	heads *[512]bool // by head, whether any phrase begins so
	first map[string][][]string
	stems map[string][][]string // by the first three letters of a first word with *
}

// head is a number made of the first two bytes of a word.
func head(s string) int {
	if len(s) < 2 {
		return int(s[0])
	}
	return (int(s[0])*31 + int(s[1])) & 511
}

// phrasesOf reads phrases that are separated by commas or line ends.
func phrasesOf(list string) phrases {
	p := phrases{new([512]bool), map[string][][]string{}, map[string][][]string{}}
	for _, line := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == '\n' }) {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		p.heads[head(words[0])] = true
		if stem, open := strings.CutSuffix(words[0], "*"); open {
			p.stems[stem[:3]] = append(p.stems[stem[:3]], words)
		} else {
			p.first[words[0]] = append(p.first[words[0]], words)
		}
	}
	return p
}

// at returns how many words of the longest phrase stand at i; 0 for none.
func (p phrases) at(words []word, i int) int {
	if i >= len(words) || !p.heads[head(words[i].s)] {
		return 0
	}
	best := longest(p.first[words[i].s], words[i:])
	if w := words[i].s; len(w) >= 3 && len(p.stems) > 0 {
		best = max(best, longest(p.stems[w[:3]], words[i:]))
	}
	return best
}

// in reports whether any phrase stands in words.
func (p phrases) in(words []word) bool { return p.find(words) >= 0 }

// find returns where the first phrase stands, or -1.
func (p phrases) find(words []word) int {
	for i := range words {
		if p.at(words, i) > 0 {
			return i
		}
	}
	return -1
}

// count returns how many phrases stand in words, none inside of another.
func (p phrases) count(words []word) int {
	n := 0
	for i := 0; i < len(words); {
		if k := p.at(words, i); k > 0 {
			n++
			i += k
		} else {
			i++
		}
	}
	return n
}

func longest(list [][]string, words []word) int {
	best := 0
	for _, phrase := range list {
		if len(phrase) > best && begins(words, phrase) {
			best = len(phrase)
		}
	}
	return best
}

func begins(words []word, phrase []string) bool {
	if len(phrase) > len(words) {
		return false
	}
	for i, p := range phrase {
		if stem, open := strings.CutSuffix(p, "*"); open && strings.HasPrefix(words[i].s, stem) {
			continue
		}
		if words[i].s != p {
			return false
		}
	}
	return true
}

// oneLine returns s with single spaces, no line ends and no marks of bold print.
func oneLine(s string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(s, "**", "")), " ")
}
