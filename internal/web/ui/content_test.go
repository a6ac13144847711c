package ui

import (
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// find returns the page of the fixtures with the given name.
func find(t *testing.T, name string) shown {
	t.Helper()
	for _, p := range pages() {
		if p.name == name {
			return p
		}
	}
	t.Fatalf("no page %q", name)
	return shown{}
}

// texts returns the text of every element that the test accepts.
func texts(t *testing.T, source string, accept func(n *html.Node) bool) []string {
	t.Helper()
	var out []string
	elements(t, source, func(n *html.Node) {
		if !accept(n) {
			return
		}
		var b strings.Builder
		for c := range n.Descendants() {
			if c.Type == html.TextNode {
				b.WriteString(c.Data)
			}
		}
		out = append(out, strings.Join(strings.Fields(b.String()), " "))
	})
	return out
}

func withClass(class string) func(n *html.Node) bool {
	return func(n *html.Node) bool {
		value, _ := attr(n, "class")
		return strings.Contains(" "+value+" ", " "+class+" ")
	}
}

func posting(action string) func(n *html.Node) bool {
	return func(n *html.Node) bool {
		a, _ := attr(n, "action")
		m, _ := attr(n, "method")
		return n.Data == "form" && a == action && m == "post"
	}
}

func TestPagesSayWhatTheirStateMeans(t *testing.T) {
	_, templates := build(t)
	for _, c := range []struct{ page, class, want string }{
		{"thread-ends", "notice", "The server stopped while this answer was being written."},
		{"thread-ends", "notice", "reached the model's length limit"},
		{"thread-ends", "notice", "Trying again helps in 20 seconds."},
		{"project", "reason", "3 of 12 pages have no text"},
		{"project", "reason", "Remove it and upload the file again."},
		{"project", "state", "Reading, 113 of 405"},
		{"project", "drop", "up to 25 MB each"},
		{"projects", "toast", "Project deleted."},
		{"signin-nothing", "notice", "No way to sign in is set up yet."},
		{"not-found", "id", "01JD9X4R6ZQ"},
		{"viewer", "cited", "up to 48 hours before"},
		{"search-none", "empty", "Nothing found"},
		{"thread", "why", "Google Gemini · gemini-3.8-flash, in place of Anthropic, which failed"},
		{"thread", "why", "Searching the documents for “cancellation fee”: Found 2 passages in 2 documents"},
		{"thread", "why", "12,480 read (9,216 from the provider's cache), 812 written"},
		{"thread", "why", "$0.0079"},
		{"settings-token", "secret", "ba_example"},
		{"settings-budget-warning", "spent", "$41.50 of $50.00 used"},
		{"settings-budget-exhausted", "notice", "You can ask again from 1 December 2026"},
		{"thread-budget-warning", "notice", "used to 83 %"},
		{"thread-budget-exhausted", "notice", "stays readable"},
		{"thread-ends", "notice", "AI budget does not pay for more"},
		{"thread-ends", "notice", "go on from 1 December 2026"},
		{"discovery", "discovery", "1 of 2 discovery areas covered"},
		{"discovery", "discovery", "Which laws, standards, contracts or internal rules apply?"},
		{"requirements-models", "faint", "Used this month: $41.50 of $50.00."},
		{"requirements-proposals", "reason", "It can be Must, Should, Could, Won't."},
		{"home-budget", "notice", "You can ask again from 1 December 2026"},
	} {
		found := texts(t, rendered(t, templates, find(t, c.page)), withClass(c.class))
		if !strings.Contains(strings.Join(found, "\n"), c.want) {
			t.Errorf("%s: no .%s says %q; they say %q", c.page, c.class, c.want, found)
		}
	}
}

func TestWhatAViewerMayNotDoIsNotOffered(t *testing.T) {
	_, templates := build(t)
	for _, c := range []struct{ page, action string }{
		{"project-viewer", "/threads"}, {"project-viewer", "/projects/p1/documents"}, {"project-viewer", "/projects/p1/delete"},
		{"project-viewer", "/projects/p1/edit"}, {"project-viewer", "/projects/p1/members"}, {"thread-viewer", "/threads/t1/messages"},
		{"thread-viewer", "/threads/t1/delete"}, {"thread-viewer", "/turns/turn/retry"},
	} {
		source := rendered(t, templates, find(t, c.page))
		if got := texts(t, source, posting(c.action)); got != nil {
			t.Errorf("%s offers %s", c.page, c.action)
		}
	}
	source := rendered(t, templates, find(t, "project"))
	if texts(t, source, posting("/projects/p1/delete")) == nil || texts(t, source, posting("/threads")) == nil {
		t.Error("the owner's page lacks the forms that the viewer's must not have")
	}
}

func TestTextOfPeopleIsShownAsText(t *testing.T) {
	_, templates := build(t)
	p := find(t, "thread")
	data := conversation(true, question(`<img src=x onerror=alert(1)> "quoted"`), answered())
	data.Thread.Title = `</title><script>alert(1)</script>`
	data.Title = data.Thread.Title
	p.data = data
	elements(t, rendered(t, templates, p), func(n *html.Node) {
		if n.Data == "img" || n.Data == "script" && n.FirstChild != nil {
			t.Errorf("<%s> came from a text", n.Data)
		}
	})
}

func TestCitationsLeadToTheCitedPlaceWithoutScripts(t *testing.T) {
	_, templates := build(t)
	var hrefs []string
	elements(t, rendered(t, templates, find(t, "thread")), func(n *html.Node) {
		if withClass("cite")(n) && n.Data == "a" {
			href, _ := attr(n, "href")
			hrefs = append(hrefs, href)
		}
	})
	if len(hrefs) != 3 || hrefs[0] != "/documents/d1?passage=pa1&version=1#cited" {
		t.Errorf("the sources lead to %q", hrefs)
	}
}

func TestABudgetThatIsUsedUpClosesTheBoxAndAWarningDoesNot(t *testing.T) {
	_, templates := build(t)
	for name, want := range map[string]bool{"thread-budget-exhausted": true, "thread-budget-warning": false, "thread": false} {
		closed := 0
		elements(t, rendered(t, templates, find(t, name)), func(n *html.Node) {
			id, _ := attr(n, "id")
			if _, disabled := attr(n, "disabled"); disabled && (id == "ask" || id == "send") {
				closed++
			}
		})
		if want != (closed == 2) || !want && closed > 0 {
			t.Errorf("%s: %d of the box's parts are closed", name, closed)
		}
	}
}

func TestModelsThatCannotBeAskedAreNotChosen(t *testing.T) {
	_, templates := build(t)
	chosen, closed := "", 0
	elements(t, rendered(t, templates, find(t, "home-budget")), func(n *html.Node) {
		value, _ := attr(n, "value")
		if !strings.HasPrefix(value, "an") {
			return
		}
		if _, is := attr(n, "selected"); is {
			chosen = value
		}
		if _, is := attr(n, "disabled"); is {
			closed++
		}
	})
	if chosen != "analyst" || closed != 2 {
		t.Errorf("chosen is %q, %d are closed", chosen, closed)
	}
}
