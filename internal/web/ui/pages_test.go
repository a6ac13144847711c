package ui

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// maxFirstPage is what a page and all that it loads may weigh, compressed.
const maxFirstPage = 60_000

// rendered returns the HTML of one page of the fixtures.
func rendered(t *testing.T, templates *Templates, p shown) string {
	t.Helper()
	w := httptest.NewRecorder()
	if err := templates.Write(w, http.StatusOK, p.template, p.data); err != nil {
		t.Fatalf("%s: %v", p.name, err)
	}
	return w.Body.String()
}

// elements calls visit for every element of the document.
func elements(t *testing.T, source string, visit func(n *html.Node)) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(source))
	if err != nil {
		t.Fatal(err)
	}
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode {
			visit(n)
		}
	}
}

func attr(n *html.Node, key string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val, true
		}
	}
	return "", false
}

func TestPagesHoldNoInlineScriptStyleOrHandler(t *testing.T) {
	_, templates := build(t)
	for _, p := range pages() {
		elements(t, rendered(t, templates, p), func(n *html.Node) {
			if n.Data == "script" && n.FirstChild != nil || n.Data == "style" {
				t.Errorf("%s: inline <%s>", p.name, n.Data)
			}
			for _, a := range n.Attr {
				if a.Key == "style" || strings.HasPrefix(a.Key, "on") || strings.HasPrefix(strings.ToLower(a.Val), "javascript:") {
					t.Errorf("%s: <%s %s=%q>", p.name, n.Data, a.Key, a.Val)
				}
			}
		})
	}
}

func TestPagesLoadOnlyTheirOwnAssets(t *testing.T) {
	assets, templates := build(t)
	for _, p := range pages() {
		elements(t, rendered(t, templates, p), func(n *html.Node) {
			for _, key := range []string{"src", "href"} {
				value, ok := attr(n, key)
				if !ok || n.Data == "a" {
					continue
				}
				name, own := strings.CutPrefix(value, assets.prefix)
				if _, exists := assets.byName[name]; !own || !exists {
					t.Errorf("%s: <%s %s=%q> is no asset of ours", p.name, n.Data, key, value)
				}
			}
		})
	}
}

func TestEveryControlHasANameAndEveryIdIsUnique(t *testing.T) {
	_, templates := build(t)
	for _, p := range pages() {
		ids, labels := map[string]bool{}, map[string]bool{}
		source := rendered(t, templates, p)
		elements(t, source, func(n *html.Node) {
			if id, ok := attr(n, "id"); ok && id != "" {
				if ids[id] && !p.part && !strings.HasPrefix(p.name, "thread-ends") {
					t.Errorf("%s: the id %q is there twice", p.name, id)
				}
				ids[id] = true
			}
			if to, ok := attr(n, "for"); ok {
				labels[to] = true
			}
		})
		elements(t, source, func(n *html.Node) {
			kind, _ := attr(n, "type")
			if !slices.Contains([]string{"input", "select", "textarea"}, n.Data) || kind == "hidden" || kind == "radio" {
				return
			}
			if id, _ := attr(n, "id"); !labels[id] {
				t.Errorf("%s: <%s> %q has no label", p.name, n.Data, id)
			}
		})
	}
}

func TestEveryBehaviourIsAModuleAndEveryModuleIsKnown(t *testing.T) {
	assets, templates := build(t)
	main := string(assets.byName["js/main.js"].plain)
	used := map[string]bool{}
	for _, p := range pages() {
		for _, match := range regexp.MustCompile(`data-behaviour="([^"]+)"`).FindAllStringSubmatch(rendered(t, templates, p), -1) {
			for name := range strings.FieldsSeq(match[1]) {
				used[name] = true
			}
		}
	}
	for name := range used {
		if assets.byName["js/behaviours/"+name+".js"] == nil || !strings.Contains(main, "'"+name+"'") {
			t.Errorf("the behaviour %q is used and has no module, or main.js does not know it", name)
		}
	}
	for file := range assets.byName {
		if path.Dir(file) == "js/behaviours" && !used[strings.TrimSuffix(path.Base(file), ".js")] {
			t.Errorf("%s is bound by no page", file)
		}
	}
}

func TestModulesAreShortAndWriteHTMLInOnePlaceOnly(t *testing.T) {
	assets, _ := build(t)
	risky := regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|\beval\(|new Function|setAttribute\('(?:on|style|src)`)
	imported := regexp.MustCompile(`(?:from|import) '(\.[^']+)'`)
	for name, file := range assets.byName {
		if path.Ext(name) != ".js" {
			continue
		}
		if lines := bytes.Count(file.plain, []byte("\n")); lines > 150 {
			t.Errorf("%s has %d lines; split it", name, lines)
		}
		if found := risky.Find(file.plain); found != nil && name != "js/html.js" {
			t.Errorf("%s uses %s", name, found)
		}
		for _, match := range imported.FindAllSubmatch(file.plain, -1) {
			if target := path.Join(path.Dir(name), string(match[1])); assets.byName[target] == nil {
				t.Errorf("%s imports %s, which does not exist", name, target)
			}
		}
	}
}

func TestAPageWithAllThatItLoadsIsLight(t *testing.T) {
	assets, templates := build(t)
	for _, p := range pages() {
		if p.part {
			continue
		}
		source := rendered(t, templates, p)
		total := len(newAsset("page.html", []byte(source)).gzip())
		loaded := map[string]bool{"app.css": true, "img/icon.svg": true, "js/main.js": true}
		for _, match := range regexp.MustCompile(`data-behaviour="([^"]+)"`).FindAllStringSubmatch(source, -1) {
			for name := range strings.FieldsSeq(match[1]) {
				addModule(assets, "js/behaviours/"+name+".js", loaded)
			}
		}
		for name := range loaded {
			total += len(assets.byName[name].gzip())
		}
		if total > maxFirstPage {
			t.Errorf("%s weighs %d bytes compressed, more than %d", p.name, total, maxFirstPage)
		}
		if strings.HasPrefix(p.name, "signin-everything") || p.name == "thread" {
			t.Logf("%s: %d bytes compressed in %d requests", p.name, total, len(loaded)+1)
		}
	}
}

// addModule adds a module and all that it imports.
func addModule(assets *Assets, name string, loaded map[string]bool) {
	if loaded[name] {
		return
	}
	loaded[name] = true
	for _, match := range regexp.MustCompile(`from '(\.[^']+)'`).FindAllSubmatch(assets.byName[name].plain, -1) {
		addModule(assets, path.Join(path.Dir(name), string(match[1])), loaded)
	}
}
