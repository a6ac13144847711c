package export

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/ba-assistant/ba-assistant/ba"
)

// unnested returns what is wrong with the nesting of a page; empty for nothing.
func unnested(page []byte) string {
	var open []string
	z := html.NewTokenizer(bytes.NewReader(page))
	for z.Next() != html.ErrorToken {
		token := z.Token()
		switch {
		case token.Type == html.StartTagToken && !slices.Contains([]string{"meta", "br", "hr"}, token.Data):
			if token.Data == "li" && (len(open) == 0 || open[len(open)-1] != "ol" && open[len(open)-1] != "ul") {
				return fmt.Sprintf("<li> stands in %v", open)
			}
			open = append(open, token.Data)
		case token.Type == html.EndTagToken:
			if len(open) == 0 || open[len(open)-1] != token.Data {
				return fmt.Sprintf("</%s> closes %v", token.Data, open)
			}
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		return fmt.Sprintf("never closed: %v", open)
	}
	return ""
}

// randomMarkdown nests whatever Markdown has.
func randomMarkdown(r *rand.Rand) string {
	marks := []string{"- ", "1. ", "7) ", "> ", "  ", "    ", "# ", "### ", "", "* "}
	texts := []string{"text", "**bold *both***", "[1]", "`code`", "---", "| a | b |\n| - | - |\n| 1 | 2 |", "```\ncode\n```", "", "[x](https://a.example)", "line\\\nbreak", "- [ ] task", strings.Repeat("W", 120)}
	var b strings.Builder
	for range 1 + r.IntN(25) {
		for range r.IntN(5) {
			b.WriteString(marks[r.IntN(len(marks))])
		}
		b.WriteString(texts[r.IntN(len(texts))] + strings.Repeat("\n", 1+r.IntN(2)))
	}
	return b.String()
}

func TestWhateverMarkdownHoldsEveryFormatIsWhole(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 500 {
		in := Input{Title: "Any", Sections: []Section{{Title: "Any", Markdown: randomMarkdown(r)}}, Sources: []Source{{Number: 1, Filename: "a.pdf"}}}
		var page bytes.Buffer
		formats := []Format{HTML, Markdown, DOCX}
		if i%20 == 0 { // reading the fonts takes its time
			formats = append(formats, PDF)
		}
		for _, f := range formats {
			page.Reset()
			if err := Write(&page, f, in, Options{}); err != nil {
				t.Fatalf("%d %s: %v\n%s", i, f, err, in.Sections[0].Markdown)
			}
			if wrong := unnested(page.Bytes()); f == HTML && wrong != "" {
				t.Fatalf("%d: %s\n%s\n%s", i, wrong, in.Sections[0].Markdown, page.String())
			}
		}
	}
}

func TestAnEmptyOrExtremeArtifactIsStillAFile(t *testing.T) {
	wide := strings.Repeat("| column ", 120) + "|\n" + strings.Repeat("| - ", 120) + "|\n" + strings.Repeat("| cell ", 120) + "|"
	deep := strings.Repeat("> ", 60) + "deep\n\n"
	for i := range 40 {
		deep += strings.Repeat("  ", i) + "- item\n"
	}
	for name, in := range map[string]Input{
		"empty": {}, "untitled section": {Sections: []Section{{Markdown: "text"}}}, "wide": {Sections: []Section{{Title: "Wide", Markdown: wide}}}, "deep": {Sections: []Section{{Title: "Deep", Markdown: deep}}},
		"no spaces":        {Title: strings.Repeat("W", 2000), Project: strings.Repeat("W", 2000), Version: 1, Author: strings.Repeat("W", 500)},
		"bare requirement": {Sections: []Section{{Requirements: []ba.Requirement{{}}}}},
	} {
		for _, f := range Formats {
			if f.Tabular() && len(in.Requirements()) == 0 {
				continue
			}
			if err := Write(io.Discard, f, in, Options{}); err != nil {
				t.Errorf("%s %s: %v", name, f, err)
			}
		}
	}
}
