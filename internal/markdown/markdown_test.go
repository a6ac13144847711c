package markdown

import (
	"strings"
	"testing"
)

func joined(blocks []Block) string {
	var parts []string
	for _, b := range blocks {
		parts = append(parts, b.HTML)
	}
	return strings.Join(parts, "\n")
}

func TestEachKindOfBlockBecomesItsElement(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"heading below the page's levels", "# Scope", "<h3>Scope</h3>"},
		{"paragraph with emphasis", "a **b** *c* ~~d~~ `e`", "<p>a <strong>b</strong> <em>c</em> <del>d</del> <code>e</code></p>"},
		{"task list", "- [x] done\n- [ ] open", "<ul>\n<li>☑ done</li>\n<li>☐ open</li>\n</ul>"},
		{"ordered list keeps its start", "3. c", "<ol start=\"3\">\n<li>c</li>\n</ol>"},
		{"fence with language", "```sql\nselect 1 < 2\n```", "<pre><code class=\"language-sql\">select 1 &lt; 2\n</code></pre>"},
		{"placeholder in angle brackets stays readable", "The <customer name> shall pay", "<p>The &lt;customer name&gt; shall pay</p>"},
		{"underlined text is no heading", "Total\n---", "<p>Total</p>\n<hr>"},
	} {
		if got := joined(Render(c.in)); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
	if got := Render(" \n\n"); got != nil {
		t.Errorf("blank text gave %v", got)
	}
}

func TestTablesScrollByThemselvesAndKeepAlignment(t *testing.T) {
	got := joined(Render("| A | B |\n|---|--:|\n| x | 1 |"))
	for _, want := range []string{`<div class="scroll" tabindex="0"><table>`, `<th align="right">B</th>`, `<td align="right">1</td>`, "</tbody>\n</table></div>"} {
		if !strings.Contains(got, want) {
			t.Errorf("missing %s in %s", want, got)
		}
	}
	if strings.Count(got, "</tbody>") != 1 {
		t.Errorf("body closed more than once: %s", got)
	}
}

func TestLinksNameTheirHostAndLeaveNoTrace(t *testing.T) {
	const open = `target="_blank" rel="noopener noreferrer nofollow">`
	for _, c := range []struct{ in, want string }{
		{"[plan](https://example.com/a)", `<a href="https://example.com/a" ` + open + `plan <span class="host">(example.com)</span></a>`},
		{"https://example.com/a", `<a href="https://example.com/a" ` + open + `https://example.com/a</a>`},
		{"[example.com.evil](https://evil.test)", `(evil.test)</span>`},
		{"[example.com](https://example.com.evil.test)", `(example.com.evil.test)</span>`},
		{"[bank](https://bank.com@evil.test/)", `(evil.test)</span>`},
		{"[pay](https://pаypal.com)", `(xn--`},
		{"[us](mailto:a@example.com)", `(a@example.com)</span>`},
		{"[here](/auth/logout)", `<p>here</p>`},
		{"[x](javascript:alert(1))", `<p>x</p>`},
		{"[x](data:text/html;base64,AAAA)", `<p>x</p>`},
		{"![chart](https://evil.test/p.png?d=secret)", open + `Image: chart <span class="host">(evil.test)</span></a>`},
		{"![chart](file:///etc/passwd)", `<p>Image: chart</p>`},
	} {
		if got := joined(Render(c.in)); !strings.Contains(got, c.want) {
			t.Errorf("%s:\n got %s\nwant %s", c.in, got, c.want)
		}
	}
}

func TestNumbersInBracketsAreCitations(t *testing.T) {
	button := `<button type="button" class="cite" data-citation="2" aria-label="Source 2">2</button>`
	if got := joined(Render("Paid [2].")); got != "<p>Paid "+button+".</p>" {
		t.Error(got)
	}
	for _, plain := range []string{"[2026]", "[0]", "`[2]`", "[a]"} {
		if got := joined(Render(plain)); strings.Contains(got, "cite") {
			t.Errorf("%s became a citation: %s", plain, got)
		}
	}
	if got := joined(Render("[2](https://example.com)")); strings.Contains(got, "data-citation") {
		t.Errorf("a link became a citation: %s", got)
	}
	cite := func(n int) (string, bool) { return "/documents/d?passage=p&n=1", n == 1 }
	got := joined(RenderCited("[1][2]", cite))
	if want := `<p><a class="cite" href="/documents/d?passage=p&amp;n=1" data-citation="1" aria-label="Source 1">1</a>[2]</p>`; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}
