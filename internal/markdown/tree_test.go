package markdown

import (
	"strings"
	"testing"
)

// sketch draws a tree in one line, to compare it.
func sketch(nodes []Node) string {
	names := map[NodeKind]string{NodeParagraph: "p", NodeHeading: "h", NodeList: "list", NodeItem: "item", NodeQuote: "quote", NodeCode: "code",
		NodeRule: "rule", NodeTable: "table", NodeRow: "row", NodeCell: "cell", NodeEmphasis: "em", NodeStrong: "strong", NodeStrike: "del",
		NodeCodeSpan: "span", NodeLink: "link", NodeBreak: "br", NodeCitation: "cite"}
	var b strings.Builder
	for _, n := range nodes {
		if n.Kind == NodeText {
			b.WriteString(n.Text)
			continue
		}
		b.WriteString("<" + names[n.Kind])
		if n.Level > 0 {
			b.WriteByte(byte('0' + n.Level))
		}
		if n.Ordered {
			b.WriteString(" from " + string(rune('0'+n.Start)))
		}
		if n.Href != "" {
			b.WriteString(" " + n.Href)
		}
		if n.Number > 0 {
			b.WriteString(" " + string(rune('0'+n.Number)))
		}
		b.WriteString(">" + n.Text + sketch(n.Children) + "</>")
	}
	return b.String()
}

func TestTheTreeHoldsWhatTheTextSays(t *testing.T) {
	for source, want := range map[string]string{
		"":                                  "",
		"# One\n\ntext":                     "<h1>One</><p>text</>",
		"a **b *c* d** ~~e~~ `f*`":          "<p>a <strong>b <em>c</> d</> <del>e</> <span>f*</></>",
		"one\ntwo\\\nthree":                 "<p>one two<br></>three</>",
		"3. x\n4. y\n   - z":                "<list from 3><item><p>x</></><item><p>y</><list><item><p>z</></></></></>",
		"| a | b |\n| - | -: |\n| 1 | 2 |":  "<table><row><cell>a</><cell>b</></><row><cell>1</><cell>2</></></>",
		"> said\n\n---":                     "<quote><p>said</></><rule></>",
		"```go\nx := 1\n\ny\n```":           "<code>x := 1\n\ny</>",
		"[it](https://a.example/x) [2]":     "<p><link https://a.example/x>it</> <cite 2></></>",
		"[bad](javascript:alert(1))":        "<p><link>bad</></>",
		"![cat](https://a.example/c.png)":   "<p><link https://a.example/c.png>Image: cat</></>",
		"5 \\* 3 &lt; 20 &amp; \\_x\\_":     "<p>5 * 3 < 20 & _x_</>",
		"<b>raw</b>":                        "<p><b>raw</b></>",
		"- [x] done\n- [ ] open":            "<list><item><p>☑ done</></><item><p>☐ open</></></>",
		"see https://a.example and a\\|b":   "<p>see <link https://a.example>https://a.example</> and a|b</>",
		"| a |\n| - |\n| x \\| y `p\\|q` |": "<table><row><cell>a</></><row><cell>x | y <span>p|q</></></></>",
	} {
		if got := sketch(Tree(source)); got != want {
			t.Errorf("%q:\n got %s\nwant %s", source, got, want)
		}
	}
}

func TestHeadingsAreMovedTogetherAndNothingElse(t *testing.T) {
	source := "# A #\n\n```\n# code\n```\n\n##### B\n\n- # In an item\n\n> ## In a quote\n\n\\# text\n"
	want := "### A #\n\n```\n# code\n```\n\n###### B\n\n- ### In an item\n\n> #### In a quote\n\n\\# text\n"
	if got := LevelHeadings(source, 3); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := LevelHeadings("#### A\n\n##### B", 3); got != "### A\n\n#### B" {
		t.Errorf("raised: %q", got)
	}
}

func TestCitationsAreReplacedAndNothingElse(t *testing.T) {
	source := "a [1] and [12](https://x.example) `[3]`\n\n| h |\n| - |\n| x [4] |\n\n> - q [5]\n\n```\n[6]\n```\n"
	want := "a <1> and [12](https://x.example) `[3]`\n\n| h |\n| - |\n| x <4> |\n\n> - q <5>\n\n```\n[6]\n```\n"
	if got := ReplaceCitations(source, func(n int) string { return "<" + string(rune('0'+n)) + ">" }); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
