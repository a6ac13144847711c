package extract

import (
	"io"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
)

// readMarkdown delivers headings, paragraphs, list items, table rows and code
// (CommonMark and the tables of GitHub, block level), with the nearest heading
// and the number of the first line. Marks of emphasis are left out, as in the
// rendered page; raw HTML stays as it is written.
func (j *job) readMarkdown() error {
	m := &markdown{job: j, lines: newLineReader(j.text(sniffEncoding(j.src.Data)))}
	for {
		line, err := m.lines.next()
		if err == io.EOF {
			return m.flush()
		}
		if err != nil {
			return damaged(Markdown, err)
		}
		if err := m.line(line); err != nil {
			return err
		}
	}
}

// markdown is the state between two lines.
type markdown struct {
	*job
	lines *lineReader
	fence string // what closes the open code block; empty outside
	kind  Kind   // of the open block
	level int
	start int // first line of the open block
	open  strings.Builder
	table *table // open table
	front bool   // inside the front matter
}

func (m *markdown) line(line string) error {
	trimmed := strings.TrimSpace(line)
	switch {
	case m.fence != "":
		return m.codeLine(line, trimmed)
	case m.lines.line == 1 && trimmed == "---":
		m.front = true
		return nil
	case m.front:
		return m.frontLine(trimmed)
	case strings.HasPrefix(trimmed, "```"), strings.HasPrefix(trimmed, "~~~"):
		return m.openFence(trimmed)
	case trimmed == "":
		return m.flush()
	}
	if m.table != nil || m.kind == Paragraph && isTableRule(trimmed) {
		if handled, err := m.tableLine(trimmed); handled || err != nil {
			return err
		}
	}
	if level, text := atxHeading(line); level > 0 {
		return m.flushThen(func() error { return m.heading(level, inline(text), m.here()) })
	}
	if level := setextLevel(trimmed); level > 0 && m.kind == Paragraph {
		text := m.open.String()
		m.open.Reset()
		m.kind = ""
		return m.heading(level, inline(text), ba.Locator{Line: m.start})
	}
	if isRule(trimmed) {
		return m.flush()
	}
	return m.textLine(line, trimmed)
}

func (m *markdown) here() ba.Locator { return ba.Locator{Line: m.lines.line} }

// textLine continues the open paragraph or list item, or begins one.
func (m *markdown) textLine(line, trimmed string) error {
	if level, text, ok := listItem(line); ok {
		return m.begin(ListItem, level, text)
	}
	if quote, ok := strings.CutPrefix(trimmed, ">"); ok {
		trimmed = strings.TrimLeft(quote, "> ")
		if trimmed == "" {
			return m.flush()
		}
	}
	if m.kind == "" || m.open.Len() > hardParagraph {
		return m.begin(Paragraph, 0, trimmed)
	}
	m.open.WriteByte('\n')
	m.open.WriteString(trimmed)
	return nil
}

func (m *markdown) begin(kind Kind, level int, text string) error {
	if err := m.flush(); err != nil {
		return err
	}
	m.kind, m.level, m.start = kind, level, m.lines.line
	m.open.WriteString(text)
	return nil
}

func (m *markdown) flushThen(then func() error) error {
	if err := m.flush(); err != nil {
		return err
	}
	return then()
}

// flush delivers the open block or table.
func (m *markdown) flush() error {
	if m.table != nil {
		t := m.table
		m.table = nil
		return t.flush()
	}
	kind, text := m.kind, m.open.String()
	m.kind = ""
	m.open.Reset()
	if kind == "" {
		return nil
	}
	m.fence = ""
	if kind != Code {
		text = inline(strings.ReplaceAll(text, "\n", " "))
	}
	return m.out.put(Block{Kind: kind, Level: m.level, Text: text, Locator: m.headings.at(ba.Locator{Line: m.start})})
}

func (m *markdown) openFence(trimmed string) error {
	if err := m.begin(Code, 0, ""); err != nil {
		return err
	}
	m.start++
	m.fence = trimmed[:3]
	return nil
}

func (m *markdown) codeLine(line, trimmed string) error {
	if strings.HasPrefix(trimmed, m.fence) && strings.Trim(trimmed, m.fence[:1]) == "" {
		m.fence = ""
		return m.flush()
	}
	if m.open.Len() > hardParagraph {
		fence := m.fence
		if err := m.begin(Code, 0, ""); err != nil {
			return err
		}
		m.fence = fence
	}
	m.open.WriteString(line)
	m.open.WriteByte('\n')
	return nil
}

// frontLine delivers the "key: value" lines of a front matter as paragraphs.
func (m *markdown) frontLine(trimmed string) error {
	if trimmed == "---" || trimmed == "..." {
		m.front = false
		return nil
	}
	return m.put(Paragraph, trimmed, m.here())
}

// tableLine handles a line of a table: the rule below the header, which was
// taken for a paragraph, opens it. It reports whether the line was one.
func (m *markdown) tableLine(trimmed string) (bool, error) {
	if m.table == nil {
		header := tableCells(m.open.String())
		if strings.Contains(m.open.String(), "\n") || len(header) != len(tableCells(trimmed)) {
			return false, nil
		}
		m.open.Reset()
		m.kind = ""
		m.res.Tables++
		m.table = &table{put: m.out.put}
		return true, m.table.add(Block{Kind: Row, Header: true, Cells: header, Locator: m.headings.at(ba.Locator{Line: m.start})})
	}
	if !strings.Contains(trimmed, "|") {
		return false, m.flush()
	}
	return true, m.table.add(Block{Kind: Row, Cells: tableCells(trimmed), Locator: m.headings.at(m.here())})
}
