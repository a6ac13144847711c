package markdown

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"
	"golang.org/x/net/idna"
)

// nodes writes the kinds of node whose HTML differs from the library's own.
type nodes struct{}

func (nodes) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(ast.KindHeading, renderHeading)
	r.Register(ast.KindLink, renderLink)
	r.Register(ast.KindAutoLink, renderAutoLink)
	r.Register(ast.KindImage, renderImage)
	r.Register(extast.KindTable, renderTable)
	r.Register(extast.KindTaskCheckBox, renderTaskBox)
	r.Register(kindCitation, renderCitation)
}

// renderHeading moves headings below the page's own two levels.
func renderHeading(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	tag := "h" + strconv.Itoa(min(n.(*ast.Heading).Level+2, 6))
	if entering {
		write(w, "<", tag, ">")
	} else {
		write(w, "</", tag, ">\n")
	}
	return ast.WalkContinue, nil
}

func renderLink(w util.BufWriter, src []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	target := destination(n.(*ast.Link).Destination)
	switch {
	case target.href == "":
	case entering:
		openLink(w, target)
	default:
		closeLink(w, target, plainText(n, src))
	}
	return ast.WalkContinue, nil
}

func renderAutoLink(w util.BufWriter, src []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	link := n.(*ast.AutoLink)
	dest, label := link.URL(src), string(link.Label(src))
	if link.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(strings.ToLower(string(dest)), "mailto:") {
		dest = append([]byte("mailto:"), dest...)
	}
	target := destination(dest)
	if target.href != "" {
		openLink(w, target)
	}
	write(w, escape(label))
	if target.href != "" {
		closeLink(w, target, label)
	}
	return ast.WalkContinue, nil
}

// renderImage makes a link of an image: nothing remote is loaded, since a
// request for a picture could carry away what the conversation holds.
func renderImage(w util.BufWriter, src []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	alt := plainText(n, src)
	if alt == "" {
		alt = "without description"
	}
	var target target
	if !insideLink(n) { // which would hold a link then
		target = destination(n.(*ast.Image).Destination)
	}
	if target.href != "" {
		openLink(w, target)
	}
	write(w, "Image: ", escape(alt))
	if target.href != "" {
		closeLink(w, target, alt)
	}
	return ast.WalkSkipChildren, nil
}

func insideLink(n ast.Node) bool {
	for p := n.Parent(); p != nil; p = p.Parent() {
		if p.Kind() == ast.KindLink {
			return true
		}
	}
	return false
}

// renderTable puts the table into a box that scrolls by itself, with the
// keyboard too.
func renderTable(w util.BufWriter, _ []byte, _ ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		write(w, `<div class="scroll" tabindex="0"><table>`, "\n")
	} else {
		write(w, "</table></div>\n")
	}
	return ast.WalkContinue, nil
}

func renderTaskBox(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	if n.(*extast.TaskCheckBox).IsChecked {
		write(w, "☑ ")
	} else {
		write(w, "☐ ")
	}
	return ast.WalkContinue, nil
}

func renderCitation(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	c := n.(*citation)
	number := strconv.Itoa(c.n)
	if c.href == "" {
		write(w, `<button type="button" class="cite" data-citation="`, number, `" aria-label="Source `, number, `">`, number, `</button>`)
	} else {
		write(w, `<a class="cite" href="`, escape(c.href), `" data-citation="`, number, `" aria-label="Source `, number, `">`, number, `</a>`)
	}
	return ast.WalkContinue, nil
}

// target is where a link leads. An empty href is a link that we don't make.
type target struct{ href, shown string }

// destination accepts absolute http, https and mailto addresses; shown is the
// host (in its ASCII form, so that look-alike letters are seen) or the mailbox.
func destination(raw []byte) target {
	u, err := url.Parse(strings.TrimSpace(string(raw)))
	if err != nil {
		return target{}
	}
	switch strings.ToLower(u.Scheme) {
	case "http", "https":
		host, err := idna.Lookup.ToASCII(u.Hostname())
		if err != nil || host == "" {
			return target{}
		}
		return target{string(util.URLEscape([]byte(u.String()), false)), host}
	case "mailto":
		if u.Opaque == "" {
			return target{}
		}
		return target{u.String(), u.Opaque}
	}
	return target{}
}

func openLink(w util.BufWriter, t target) {
	write(w, `<a href="`, escape(t.href), `" target="_blank" rel="noopener noreferrer nofollow">`)
}

// closeLink names the host unless the link's own words begin with it.
func closeLink(w util.BufWriter, t target, label string) {
	label = strings.ToLower(label)
	for _, prefix := range []string{"https://", "http://", "mailto:"} {
		label = strings.TrimPrefix(label, prefix)
	}
	if rest, ok := strings.CutPrefix(label, t.shown); !ok || rest != "" && !strings.ContainsAny(rest[:1], "/?#:") {
		write(w, ` <span class="host">(`, escape(t.shown), `)</span>`)
	}
	write(w, `</a>`)
}

// plainText returns the words of a node without their marks.
func plainText(n ast.Node, src []byte) string {
	var b strings.Builder
	for child := n.FirstChild(); child != nil; child = child.NextSibling() {
		switch t := child.(type) {
		case *ast.Text:
			b.Write(t.Segment.Value(src))
		case *ast.String:
			b.Write(t.Value)
		default:
			b.WriteString(plainText(child, src))
		}
	}
	return b.String()
}

func escape(s string) string { return string(util.EscapeHTML([]byte(s))) }

// write ignores the error: the writer is a buffer in memory.
func write(w util.BufWriter, parts ...string) {
	for _, p := range parts {
		_, _ = w.WriteString(p)
	}
}
