package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ba-assistant/ba-assistant/internal/app"
	"github.com/ba-assistant/ba-assistant/internal/extract"
	"github.com/ba-assistant/ba-assistant/internal/lint"
)

// paper is the text of a document that is checked, with where its parts stand.
type paper struct {
	name  string
	text  string
	runes []rune
	lines bool      // the text is the file itself: places are lines and columns
	parts []section // of any other document
	notes []string  // what was not read
}

// section is where a block of a document begins in the text, in code points.
type section struct {
	start int
	place string
}

func readPaper(ctx context.Context, name string, stdin io.Reader) (*paper, error) {
	in, err := openInput(name, stdin)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	data, err := io.ReadAll(io.LimitReader(in, extract.MaxDocument+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	if name == "-" {
		name = "stdin"
	}
	p := &paper{name: name}
	if plainText(name, data) {
		p.lines, p.text = true, proseOf(name, string(data))
	} else if err := p.extract(ctx, data); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	p.runes = []rune(p.text)
	return p, nil
}

// plainText reports whether the file can be read as it is, so that findings
// have lines and columns.
func plainText(name string, data []byte) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".txt", ".text", ".md", ".markdown", ".feature", ".adoc", ".rst", "":
		return utf8.Valid(data) && !bytes.ContainsRune(data, 0)
	}
	return name == "stdin" && utf8.Valid(data) && !bytes.ContainsRune(data, 0)
}

// proseOf replaces what is no prose in a Markdown file, its code, by spaces, so
// that every place stays where it was.
func proseOf(name, text string) string {
	if ext := strings.ToLower(filepath.Ext(name)); ext != ".md" && ext != ".markdown" {
		return text
	}
	var b strings.Builder
	fence := ""
	for line := range strings.Lines(text) {
		trimmed := strings.TrimSpace(line)
		mark := trimmed[:min(3, len(trimmed))]
		switch {
		case fence == "" && (mark == "```" || mark == "~~~"):
			fence = mark
			b.WriteString(blank(line))
		case fence != "":
			if mark == fence {
				fence = ""
			}
			b.WriteString(blank(line))
		default:
			b.WriteString(withoutCode(line))
		}
	}
	return b.String()
}

// withoutCode blanks the code between single backquotes in a line.
func withoutCode(line string) string {
	parts := strings.Split(line, "`")
	if len(parts)%2 == 0 { // a lone backquote is no code
		return line
	}
	for i := range parts {
		if i%2 == 1 {
			parts[i] = strings.Repeat("x", utf8.RuneCountInString(parts[i]))
		}
	}
	return strings.Join(parts, "`")
}

func blank(line string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' {
			return r
		}
		return ' '
	}, line)
}

// extract reads any other document in a child process, as the workspace does.
func (p *paper) extract(ctx context.Context, data []byte) error {
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	reader := &extract.Supervisor{Args: []string{app.ExtractVerb}, CacheDir: filepath.Join(cache, "ba-assistant")}
	var text strings.Builder
	at := 0
	res, err := reader.Extract(ctx, extract.Input{
		Name: filepath.Base(p.name), Size: int64(len(data)),
		Pieces: func(yield func([]byte, error) bool) {
			for piece := range slices.Chunk(data, 256<<10) {
				if !yield(piece, nil) {
					return
				}
			}
		},
		Block: func(b extract.Block) error {
			if b.Kind == extract.Code {
				return nil
			}
			t := proseOfBlock(b) + "\n\n"
			p.parts = append(p.parts, section{at, b.Locator.String()})
			text.WriteString(t)
			at += utf8.RuneCountInString(t)
			return nil
		},
	})
	if err != nil {
		return err
	}
	if why, none := res.NoText(); none {
		return errors.New(why)
	}
	p.text, p.notes = text.String(), res.Notes()
	return nil
}

// proseOfBlock returns the text of a block; the cells of a row are apart, as
// each is a statement of its own.
func proseOfBlock(b extract.Block) string {
	if len(b.Cells) == 0 {
		return b.Text
	}
	return strings.Join(b.Cells, "\n\n")
}

// findings gives the findings their places, in the order in which they came.
func (p *paper) findings(list []lint.Finding) []finding {
	starts := lineStarts(p.runes)
	out := make([]finding, 0, len(list))
	for _, f := range list {
		g := finding{File: p.name, Text: string(p.runes[f.Start:f.End]), Rule: f.Rule, Reason: f.Reason, Suggestion: f.Suggestion}
		if p.lines {
			g.Line, g.Column = position(starts, f.Start)
		} else if i, _ := slices.BinarySearchFunc(p.parts, f.Start+1, func(s section, at int) int { return s.start - at }); i > 0 {
			g.Place = p.parts[i-1].place
		}
		out = append(out, g)
	}
	return out
}

// lineStarts returns where the lines of a text begin, in code points.
func lineStarts(text []rune) []int {
	starts := []int{0}
	for i, r := range text {
		if r == '\n' {
			starts = append(starts, i+1)
		}
	}
	return starts
}

// position returns the line and the column of a code point, both from 1.
func position(starts []int, at int) (line, column int) {
	i, _ := slices.BinarySearch(starts, at+1)
	return i, at - starts[i-1] + 1
}

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
