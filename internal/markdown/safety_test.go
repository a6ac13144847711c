package markdown

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// hostile holds texts that have broken other renderers.
var hostile = []string{
	"<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[a](javascript:alert(1))", "[a](JaVaScRiPt&colon;alert(1))",
	"[a](&#106;avascript:alert(1))", "[a](vbscript:x)", "<a href=\"javascript:x\">x</a>", "<javascript:alert(1)>", "![a](javascript:alert(1))",
	"[a](https://x.test/\"onmouseover=\"alert(1))", "[a](https://x.test 'onclick=alert(1)')", "```\"><script>alert(1)</script>\nx\n```",
	"| <img src=x onerror=1> |\n|---|\n| <svg/onload=1> |", "<svg><style><img src=x onerror=alert(1)></style></svg>", "<math><mi//xlink:href=\"data:x,<script>\">",
	"[x]: javascript:alert(1)\n\n[x]", "&lt;script&gt;", "\x00<scr\x00ipt>", "<!-- --><script>", "<iframe src=//evil.test>", "[a](//evil.test/x)",
	"<https://x.test/\u2028onerror=1>", "`<script>`", "    <script>", "- <script>\n  - <b onclick=x>", "> <form action=//e.test><button>", "[![i](https://e.test/i.png)](https://e.test)",
	strings.Repeat("[", 3000), strings.Repeat("*a ", 2000), strings.Repeat("> ", 500) + "x", "[1](", "![", "a\xffb", "\\", "`", "| a",
}

var allowedAttrs = []string{"href", "target", "rel", "class", "type", "data-citation", "aria-label", "tabindex", "start", "align"}

// checkSafe fails where the HTML holds anything that loads or runs.
func checkSafe(t *testing.T, source, rendered string) {
	t.Helper()
	z := html.NewTokenizer(strings.NewReader(rendered))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return
		case html.StartTagToken, html.SelfClosingTagToken:
			tok := z.Token()
			if slices.Contains([]string{"script", "img", "svg", "style", "iframe", "form", "input", "math", "object", "link", "meta", "base"}, tok.Data) {
				t.Fatalf("%q gave <%s>: %s", source, tok.Data, rendered)
			}
			for _, a := range tok.Attr {
				checkAttr(t, source, a)
			}
		case html.CommentToken, html.DoctypeToken:
			t.Fatalf("%q gave a comment or doctype: %s", source, rendered)
		}
	}
}

func checkAttr(t *testing.T, source string, a html.Attribute) {
	t.Helper()
	if !slices.Contains(allowedAttrs, a.Key) {
		t.Fatalf("%q gave the attribute %s", source, a.Key)
	}
	if a.Key != "href" {
		return
	}
	u, err := url.Parse(a.Val)
	if err != nil || !slices.Contains([]string{"http", "https", "mailto"}, u.Scheme) {
		t.Fatalf("%q gave a link to %q", source, a.Val)
	}
}

func TestHostileTextLoadsAndRunsNothing(t *testing.T) {
	for _, source := range hostile {
		checkSafe(t, source, joined(Render(source)))
	}
}

func FuzzRenderIsSafeAndStreamsTheSame(f *testing.F) {
	for _, source := range append(hostile, sample, strings.Repeat("- ", 40)+"one\n"+strings.Repeat("  ", 40)+"- two\n- three") {
		f.Add(source, uint8(7))
	}
	f.Fuzz(func(t *testing.T, source string, step uint8) {
		if len(source) > 4000 {
			return
		}
		final := joined(Render(source))
		checkSafe(t, source, final)
		var shown []string
		s := NewStream(nil)
		size := max(int(step)%32+1, len(source)/200) // a few hundred renders at most
		for rest := source; rest != ""; {
			n := min(size, len(rest))
			shown = apply(shown, s.Write(rest[:n]))
			checkSafe(t, source, strings.Join(shown, "\n"))
			rest = rest[n:]
		}
		shown = apply(shown, s.Close())
		if got := strings.Join(slices.DeleteFunc(shown, func(h string) bool { return h == "" }), "\n"); got != dropEmpty(Render(source)) {
			t.Fatalf("streamed\n%q\nwant\n%q", got, final)
		}
	})
}

func dropEmpty(blocks []Block) string {
	return joined(slices.DeleteFunc(blocks, func(b Block) bool { return b.HTML == "" }))
}
