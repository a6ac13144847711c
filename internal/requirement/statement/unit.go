package statement

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ba-assistant/ba-assistant/internal/extract"
)

// unit is a block, with the blocks that go on with its last sentence.
type unit struct {
	first, last int
	text        string // of its blocks, joined by "\n"
	from        int    // where it begins after its identifier or list mark
	id          string
	end         int  // where it ends, before its rationale
	item        bool // of a list
}

// maxJoined bounds how many blocks one sentence may be spread over.
const maxJoined = 4

// unitAt returns the unit that begins at block i.
func (f *finder) unitAt(i int) unit {
	u := unit{first: i, last: i, text: f.blocks[i].Text, item: f.blocks[i].Kind == extract.ListItem}
	for u.last+1 < len(f.blocks) && u.last-i+1 < maxJoined && goesOn(f.blocks[u.last], f.blocks[u.last+1]) {
		u.last++
		u.text += "\n" + f.blocks[u.last].Text
	}
	mark := spaces(u.text)
	if n := listMark(u.text[mark:]); n > 0 {
		u.item, mark = true, mark+n
	}
	u.from = mark
	if id, rest := identifier(u.text[mark:]); id != "" {
		u.id, u.from = id, mark+rest
	}
	u.end = bodyEnd(u.text, u.from)
	return u
}

// pieces cuts a unit that begins with an identifier in brackets before each
// further one.
func (u unit) pieces() []unit {
	if u.id == "" || !strings.Contains(u.text[:u.from], "["+u.id+"]") {
		return []unit{u}
	}
	var pieces []unit
	for i := u.from; i < u.end; i++ {
		if u.text[i] != '[' || !strings.ContainsAny(u.text[i-1:i], " \n\t") {
			continue
		}
		before := strings.TrimRightFunc(u.text[u.from:i], unicode.IsSpace)
		id, rest := bracketed(u.text[i:u.end])
		if id == "" || before == "" || !strings.ContainsAny(before[len(before)-1:], ".!?:;)>") {
			continue
		}
		done := u
		done.end = i
		pieces = append(pieces, done)
		u.id, u.from = id, i+rest
	}
	return append(pieces, u)
}

// remarks begin what explains a requirement and is no part of it.
var remarks = []string{"Rationale:", "RATIONALE:", "Comment:", "Comments:", "Note:", "NOTE:", "Justification:", "Source:", "Verification:", "Fit Criterion:", "Fit criterion:"}

// bodyEnd returns where the text that begins at from ends before a remark.
func bodyEnd(text string, from int) int {
	end := len(text)
	for _, r := range remarks {
		if at := strings.Index(text[from:], r); at > 0 {
			end = min(end, from+at)
		}
	}
	return min(end, titleStart(text, from))
}

// titleStart returns where a title that was drawn into the text begins: a few
// words without a full stop after a mark such as (M).
func titleStart(text string, from int) int {
	open := strings.LastIndexByte(text, '(')
	if open <= from {
		return len(text)
	}
	size := strings.IndexByte(text[open:], ')') + 1
	rest := strings.TrimSpace(text[open+size:])
	if _, _, marked := markOf(text[:open+size]); !marked || size == 0 || rest == "" || strings.ContainsAny(rest[len(rest)-1:], ".;:,)") || strings.Count(rest, " ") > 7 {
		return len(text)
	}
	return open + size
}

// goesOn reports whether the sentence at the end of a goes on in b.
func goesOn(a, b extract.Block) bool {
	if b.Kind != extract.Paragraph || a.Kind != extract.Paragraph && a.Kind != extract.ListItem || a.Locator.Page != b.Locator.Page {
		return false
	}
	text := strings.TrimRightFunc(a.Text, unicode.IsSpace)
	last, _ := utf8.DecodeLastRuneInString(text)
	first, _ := utf8.DecodeRuneInString(b.Text)
	return unicode.IsLower(first) && listMark(b.Text) == 0 && (unicode.IsLetter(last) || unicode.IsDigit(last) || last == ',' || last == '-') && len(text) > 20
}

// listMark returns where the text begins after a bullet, "1.", "a)" or "(iv)";
// 0 where there is none.
func listMark(s string) int {
	r, n := utf8.DecodeRuneInString(s)
	if strings.ContainsRune("•●○▪■◦‣∙·–—*o-", r) && n < len(s) && isSpaceAt(s, n) {
		return n + spaces(s[n:])
	}
	end := strings.IndexFunc(s, unicode.IsSpace)
	if end < 2 || end > 6 {
		return 0
	}
	mark := strings.TrimPrefix(s[:end], "(")
	if mark = strings.TrimRight(mark, ".)"); mark == s[:end] || !ordinal(mark) {
		return 0
	}
	return end + spaces(s[end:])
}

// ordinal reports a number, a letter or a small Roman number.
func ordinal(s string) bool {
	return isDigits(s) && len(s) <= 3 || len(s) == 1 && unicode.IsLetter(rune(s[0])) || strings.Trim(s, "ivx") == "" && s != ""
}

func isSpaceAt(s string, i int) bool {
	r, _ := utf8.DecodeRuneInString(s[i:])
	return unicode.IsSpace(r)
}

func spaces(s string) int { return len(s) - len(strings.TrimLeftFunc(s, unicode.IsSpace)) }

// speaks reports a heading that is a whole requirement: "3.1 The system shall ...".
func (u unit) speaks() bool {
	words := wordsOf(u.text[u.from:])
	return len(words) >= 6 && modalOf(words).force >= shouldForce
}

// isTitle reports a short numbered paragraph without a sentence: a heading that
// the file does not mark as one.
func (u unit) isTitle() bool {
	numbered := u.id != "" && u.id[0] >= '0' && u.id[0] <= '9'
	if !numbered || u.last > u.first || strings.ContainsAny(u.text[len(u.text)-1:], ".;:,") {
		return false
	}
	words := wordsOf(u.text[u.from:])
	return len(words) <= 8 && modalOf(words).force == noForce
}

// labelLevel makes a label narrower than any heading.
const labelLevel = 99

// isLabel reports a line that names the kind of what follows, such as
// "Preconditions:" or "Alternative flow".
func (u unit) isLabel() bool {
	text := strings.TrimSpace(u.text)
	if u.id != "" || u.item || strings.Count(text, " ") > 3 || strings.ContainsAny(text[max(0, len(text)-1):], ".;,") {
		return false
	}
	return sectionOf(text) != anywhere
}

// bare reports an identifier that stands alone, such as "APAF-FR-01".
func (u unit) bare() bool {
	text := strings.TrimSpace(u.text)
	token, rest, _ := strings.Cut(text, " ")
	return text != "" && isIdentifier(strings.Trim(token, around)) && (rest == "" || strings.HasPrefix(rest, "("))
}
