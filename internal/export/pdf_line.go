package export

import (
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// textStyle is how a piece of a line looks.
type textStyle struct {
	size                       float64
	color                      int // 0xRRGGBB
	bold, italic, strike, code bool
	href                       string
	note                       int // a raised number that leads to a source
	choice                         // the font
}

// segment is text in one style.
type segment struct {
	text  string
	style textStyle
	width float64
}

// word is what stays together on a line, with the space after it.
type word struct {
	parts  []segment
	width  float64
	space  float64
	breaks bool // a line ends after it
}

// line is words that fit.
type line struct {
	words []word
	width float64
}

// words cuts runs where a line may end: at spaces and between ideographs.
func (p *pdfWriter) words(runs []run, base textStyle) []word {
	w := &wordCutter{p: p}
	for _, r := range runs {
		style := base
		style.bold, style.italic, style.strike, style.code = base.bold || r.bold, base.italic || r.italic, r.strike, r.code
		if style.href = r.href; r.href != "" {
			style.color = pdfAccent
		}
		switch {
		case r.line:
			w.finish(0)
			w.breakLine()
		case r.note > 0:
			style.note, style.size, style.color = r.note, base.size*0.7, pdfAccent
			w.addText(strconv.Itoa(r.note), style)
		default:
			w.addText(norm.NFC.String(r.text), style)
		}
	}
	w.finish(0)
	return w.out
}

type wordCutter struct {
	p       *pdfWriter
	out     []word
	current word
}

func (w *wordCutter) addText(text string, style textStyle) {
	for _, r := range text {
		switch {
		case r == '\t':
			for range 4 {
				w.rune(' ', style)
			}
		case invisibleRune(r):
		default:
			w.rune(r, style)
		}
	}
}

func (w *wordCutter) rune(r rune, style textStyle) {
	if r == ' ' {
		c, _ := w.p.fonts.choose(' ', style.bold)
		space := c.face.width(' ') * style.size
		if len(w.current.parts) == 0 && len(w.out) > 0 && !w.out[len(w.out)-1].breaks {
			w.out[len(w.out)-1].space += space
			return
		}
		w.finish(space)
		return
	}
	if len(w.current.parts) > 0 {
		if last := lastRune(w.current); (ideograph(r) || ideograph(last)) && !closing(r) && !opening(last) && style.note == 0 {
			w.finish(0)
		}
	}
	w.add(r, style)
}

// add appends a character to the open word.
func (w *wordCutter) add(r rune, style textStyle) {
	c, ok := w.p.fonts.choose(r, style.bold)
	if !ok { // Check reports it before it comes to this
		r = '\uFFFD'
		c, _ = w.p.fonts.choose(r, style.bold)
	}
	style.choice = c
	width := c.face.width(r) * style.size
	w.current.width += width
	if last := len(w.current.parts) - 1; last >= 0 && w.current.parts[last].style == style {
		w.current.parts[last].text += string(r)
		w.current.parts[last].width += width
		return
	}
	w.current.parts = append(w.current.parts, segment{string(r), style, width})
}

func (w *wordCutter) finish(space float64) {
	if len(w.current.parts) == 0 && space == 0 {
		return
	}
	w.current.space = space
	w.out = append(w.out, w.current)
	w.current = word{}
}

func (w *wordCutter) breakLine() {
	if last := len(w.out) - 1; last >= 0 && !w.out[last].breaks {
		w.out[last].breaks = true
		return
	}
	w.out = append(w.out, word{breaks: true})
}

func lastRune(w word) rune {
	text := []rune(w.parts[len(w.parts)-1].text)
	return text[len(text)-1]
}

func ideograph(r rune) bool {
	return r >= 0x2E80 && r <= 0x9FFF || r >= 0xF900 && r <= 0xFAFF || r >= 0xFF00 && r <= 0xFF60
}

// closing and opening report the characters that may not begin or end a line
// (JIS X 4051, the most usual ones).
func closing(r rune) bool {
	return strings.ContainsRune("、。，．！？：；）］｝」』】〉》〕ー々", r)
}
func opening(r rune) bool { return strings.ContainsRune("（［｛「『【〈《〔", r) }

// fill makes lines of the given width; a word that is longer is cut.
func fill(words []word, width float64) []line {
	var out []line
	current := line{}
	end := func() {
		out = append(out, current)
		current = line{}
	}
	width = max(width, 1)
	for _, w := range words {
		for w.width > width && len(w.parts) > 0 {
			if len(current.words) > 0 {
				end()
			}
			var head word
			head, w = cutWord(w, width)
			current.words, current.width = []word{head}, head.width
			end()
		}
		if len(current.words) > 0 && current.width+w.width > width+0.01 {
			end()
		}
		current.words = append(current.words, w)
		current.width += w.width + w.space
		if w.breaks {
			end()
		}
	}
	if len(current.words) > 0 || len(out) == 0 {
		end()
	}
	return out
}

// cutWord splits a word after the last character that fits, at least one.
func cutWord(w word, width float64) (head, tail word) {
	tail = word{space: w.space, breaks: w.breaks}
	for i, s := range w.parts {
		if head.width+s.width <= width {
			head.parts, head.width = append(head.parts, s), head.width+s.width
			continue
		}
		first, rest := cutSegment(s, width-head.width, len(head.parts) == 0)
		if first.text != "" {
			head.parts, head.width = append(head.parts, first), head.width+first.width
		}
		tail.parts = append([]segment{rest}, w.parts[i+1:]...)
		break
	}
	for _, s := range tail.parts {
		tail.width += s.width
	}
	return head, tail
}

func cutSegment(s segment, width float64, atLeastOne bool) (first, rest segment) {
	first, rest = segment{style: s.style}, segment{style: s.style}
	for _, r := range s.text {
		advance := s.style.face.width(r) * s.style.size
		if rest.text == "" && (first.width+advance <= width || atLeastOne && first.text == "") {
			first.text += string(r)
			first.width += advance
			continue
		}
		rest.text += string(r)
		rest.width += advance
	}
	return first, rest
}

// segments joins the words of a line: neighbours in one style become one text
// with its spaces, so that it is read and copied as it was written.
func (l line) segments() []segment {
	var out []segment
	space := 0.0
	for _, w := range l.words {
		for _, s := range w.parts {
			last := len(out) - 1
			switch {
			case last >= 0 && out[last].style == s.style:
				out[last].pad(space)
				out[last].text += s.text
				out[last].width += s.width
			case last >= 0 && space > 0 && out[last].style.decorated(): // the line does not run on under the space
				s.text, s.width = spaces(space, s.style)+s.text, s.width+space
				out = append(out, s)
			default:
				if last >= 0 {
					out[last].pad(space)
				}
				out = append(out, s)
			}
			space = 0
		}
		space += w.space
	}
	return out
}

// pad appends a space of some width.
func (s *segment) pad(width float64) {
	if width > 0 {
		s.text += spaces(width, s.style)
		s.width += width
	}
}

func (s textStyle) decorated() bool { return s.strike || s.code || s.href != "" }

// spaces returns as many spaces as make the width.
func spaces(width float64, s textStyle) string {
	one := s.face.width(' ') * s.size
	if one == 0 {
		return " "
	}
	return strings.Repeat(" ", max(1, int(width/one+0.5)))
}
