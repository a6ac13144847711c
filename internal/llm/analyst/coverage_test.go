package analyst

import (
	"slices"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
)

func titles(list []*area) string {
	names := make([]string, len(list))
	for i, a := range list {
		names[i] = a.title
	}
	return strings.Join(names, ", ")
}

func TestASentenceShowsItsArea(t *testing.T) {
	for s, want := range map[string]string{
		"I want to build a loyalty programme.":                           "Objective",
		"It is used by 300 employees in two shops.":                      "Users",
		"First she selects a slot, then she confirms it.":                "Main flow",
		"Today we use paper cards and they get lost.":                    "Current pains",
		"30 % of the regulars use it within six months.":                 "Success measures",
		"Health data must stay in the country.":                          "Compliance",
		"The head of marketing decides.":                                 "Stakeholders",
		"Orders go to SAP every night by an interface.":                  "Processes and interfaces",
		"We have a budget of 20,000 euros and go live before Christmas.": "Constraints",
		"The risk is that staff give points to friends.":                 "Risks",
		"What if two people book at the same time?":                      "Edge cases",
		"GDPR applies, and the works council must agree before Easter.":  "Compliance, Stakeholders, Constraints",
		"The sky is blue.": "",
	} {
		if got := titles(areasOf(s)); got != want {
			t.Errorf("%q belongs to %q, want %q", s, got, want)
		}
	}
}

// conversed returns the coverage after messages, each answered by the analyst.
func conversed(t *testing.T, messages ...string) *coverage {
	t.Helper()
	c := &chat{}
	for _, m := range messages {
		c.say(t, m)
	}
	return c.last.talk.covered()
}

func TestOneAnswerMayCoverSeveralAreas(t *testing.T) {
	c := conversed(t, "I want to let patients book online.",
		"About 2,400 patients. Today they call, and wait eleven minutes. Health data must stay in the country.")
	for _, title := range []string{"Objective", "Users", "Current pains", "Compliance"} {
		if !has(c, areaNamed(title)) {
			t.Errorf("%s is not covered: %v", title, c.open())
		}
	}
	if next := c.next(); next.title != "Main flow" {
		t.Errorf("the next area is %s, want the first open one", next.title)
	}
}

func TestASkippedAreaIsOpenButNotAskedAgain(t *testing.T) {
	c := conversed(t, "I want to let patients book online.", "don't know")
	if users := areaNamed("Users"); !c.skipped[users] || c.next() == users || !slices.Contains(c.open(), "Users") {
		t.Errorf("skipped %v, next %s, open %v", c.skipped[users], c.next().title, c.open())
	}
}

func TestAnAreaThatWasSkippedIsCoveredOnceSomethingIsSaid(t *testing.T) {
	c := conversed(t, "I want to let patients book online.", "skip", "It will be used by 300 patients.")
	if !has(c, areaNamed("Users")) || c.skipped[areaNamed("Users")] {
		t.Errorf("open: %v", c.open())
	}
}

func TestAnAnswerToSomethingElseLeavesTheQuestionOpen(t *testing.T) {
	c := conversed(t, "I want to let patients book online.", "We have a budget of 20,000 euros.")
	if next := c.next(); next.title != "Users" || !has(c, areaNamed("Constraints")) {
		t.Errorf("the next area is %s", next.title)
	}
}

func TestAQuestionToTheDocumentsCoversNothing(t *testing.T) {
	if c := conversed(t, "Who are the users of the kiosk?"); c.begun() {
		t.Errorf("covered: %v", c.facts)
	}
}

func TestTheWholeFrameworkIsAskedOnceAndInOrder(t *testing.T) {
	c := &chat{}
	answer := c.say(t, "start discovery")
	var asked []string
	for range len(areas) + 3 {
		a, _ := askedIn(answer)
		if a == nil {
			break
		}
		asked = append(asked, a.title)
		answer = c.say(t, "skip")
	}
	var want []string
	for _, a := range areas {
		want = append(want, a.title)
	}
	if !slices.Equal(asked, want) {
		t.Errorf("asked about %v", asked)
	}
	if !strings.Contains(answer, "We have been through all areas") {
		t.Errorf("it ends with %q", answer)
	}
}

func TestAVagueAnswerIsAskedBackOnce(t *testing.T) {
	c := &chat{}
	c.say(t, "I want to let patients book online.")
	first := c.say(t, "Users are patients and it must be easy to use for them.")
	if !strings.Contains(first, `**Users (2 of 11), more precisely:** You said "easy".`) {
		t.Errorf("a vague word is answered with %q", first)
	}
	if second := c.say(t, "Without help, in three minutes, and it must be fast."); strings.Contains(second, "**Users (") {
		t.Errorf("the same area is asked a third time: %q", second)
	}
}

func TestAnAnswerToTheQuestionCountsThoughItHoldsAWordOfAnotherArea(t *testing.T) {
	c := &coverage{facts: make(map[*area][]string), skipped: make(map[*area]bool), probed: make(map[*area]bool)}
	users := areaNamed("Users")
	c.add("About 40 people use it on every shift; the station head reads the results.", users.question(ba.ModeFree))
	if !has(c, users) || !has(c, areaNamed("Stakeholders")) {
		t.Errorf("noted: %+v", c.facts)
	}
	c.add("The budget is 20000 euros and the deadline is in June.", areaNamed("Success measures").question(ba.ModeFree))
	if has(c, areaNamed("Success measures")) || !has(c, areaNamed("Constraints")) {
		t.Errorf("another matter was taken for the answer: %+v", c.facts)
	}
}
