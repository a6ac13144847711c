package extract

import (
	"io"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
)

// A paragraph of a text file is cut at the first sentence end at the end of a
// line after softParagraph bytes, or after hardParagraph at any line end, so
// that line numbers stay near.
const (
	softParagraph = 1_500
	hardParagraph = 6_000
)

// text returns the document's text as UTF-8 and records its encoding.
func (j *job) text(e textEncoding) io.Reader {
	j.res.Encoding = e.name
	if e.guessed {
		j.res.warn("The file does not say its character encoding; it was read as %s. If letters look wrong, save it as UTF-8 and upload it again.", e.name)
	}
	return e.reader(j.src.Data)
}

// readTXT delivers paragraphs, which empty lines part, with the number of their
// first line.
func (j *job) readTXT() error {
	lines := newLineReader(j.text(sniffEncoding(j.src.Data)))
	var p strings.Builder
	start := 0
	flush := func() error {
		text := p.String()
		p.Reset()
		return j.put(Paragraph, text, ba.Locator{Line: start})
	}
	for {
		line, err := lines.next()
		if err == io.EOF {
			return flush()
		}
		if err != nil {
			return damaged(TXT, err)
		}
		blankLine := strings.TrimSpace(line) == "" && lines.whole
		if blankLine || p.Len() > hardParagraph || p.Len() > softParagraph && endsSentence(p.String()) {
			if err := flush(); err != nil {
				return err
			}
		}
		if blankLine {
			continue
		}
		if p.Len() == 0 {
			start = lines.line
		}
		p.WriteString(line)
		if lines.whole {
			p.WriteByte('\n')
		}
	}
}

func endsSentence(s string) bool {
	s = strings.TrimRight(s, " \t\n\"')")
	return s != "" && strings.ContainsAny(s[len(s)-1:], ".!?:;")
}
