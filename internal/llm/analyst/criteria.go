package analyst

import (
	"fmt"
	"strings"
)

// draftCriteria writes acceptance criteria, one for each demand, and one more
// where a limit needs its exact value tested.
func draftCriteria(t *turn) (string, bool) {
	m, ready := t.gather(asksCriteria)
	if !ready {
		return "", false
	}
	if len(m.demands) == 0 {
		return m.nothingToDraft("acceptance criteria"), true
	}
	blocks := []string{fmt.Sprintf("**Draft acceptance criteria%s**\n\n%s Where a source says nothing, the place stays open (…).", m.about(), draftMark)}
	for i, d := range m.demands[:min(len(m.demands), maxDrafted)] {
		blocks = append(blocks, d.criterion(i+1))
	}
	if more := shortened(len(m.demands)); more != "" {
		blocks = append(blocks, more)
	}
	blocks = append(blocks, m.concerns()...)
	return strings.Join(append(blocks, "**Missing in most sources:** what starts it, and what the person sees when it fails. Ask for both."), "\n\n"), true
}

// criterion writes the demand as Given, When, Then.
func (d demand) criterion(n int) string {
	given, when, then := d.parts()
	name := d.id
	if name == "" {
		name = fmt.Sprintf("AC-%d", n)
	}
	lines := []string{
		fmt.Sprintf("**%s** %s", escape(name), d.source),
		"",
		"- **Given** " + given,
		"- **When** " + when,
		"- **Then** " + then,
	}
	if limit, ok := d.limit(); ok {
		lines = append(lines, fmt.Sprintf("- **And at the limit** (derived): the exact value of %s is tested too; whether it is inside must be decided: …", quoted(limit)))
	}
	return strings.Join(lines, "\n")
}

// parts returns the three parts. The trigger of a system's deed is its
// condition, or a moment that the action names.
func (d demand) parts() (given, when, then string) {
	actor := lowerFirst(definite(d.actor))
	if first, _, _ := strings.Cut(d.actor, " "); strings.ToUpper(first) == first {
		actor = definite(d.actor) // an abbreviation
	}
	switch {
	case isSpeaker(d.actor):
		actor = "the person"
	case !d.system:
		actor = "the " + strings.ToLower(d.actor)
	}
	condition := conditionText(d.condition)
	if condition == "" && d.follows {
		condition = "the case of the statement before it"
	}
	switch {
	case d.system && condition != "":
		return "…", escape(condition), escape(actor + " " + d.deed())
	case d.system:
		if moment := momentOf(d.action); moment != "" {
			return "…", "it is " + escape(moment), escape(actor + " " + d.deed())
		}
		return "…", "… *(what starts it is not stated)*", escape(actor + " " + d.deed())
	case d.denied:
		return given0(condition), escape(actor + " tries to " + d.action), "it is refused, and the person reads why"
	case d.able:
		return given0(condition), escape(actor + " " + plural(d.actor, d.action)), "it is accepted, and … *(what is seen then is not stated)*"
	}
	return given0(condition), "… *(what starts it is not stated)*", escape(actor + " has to " + d.action + ", and without it the system does not go on")
}

func given0(condition string) string {
	if condition == "" {
		return "…"
	}
	return escape(condition)
}

// deed is what the system does, in the third person.
func (d demand) deed() string {
	if rest, ok := strings.CutPrefix(d.action, "be "); ok && d.denied {
		return strings.Fields(plural(d.actor, d.action))[0] + " not " + rest
	}
	if d.denied {
		return "does not " + d.action
	}
	return plural(d.actor, d.action)
}

// plural conjugates the action for one or for several.
func plural(actor, action string) string {
	if head := strings.ToLower(headOf(actor)); strings.HasSuffix(head, "s") && !strings.HasSuffix(head, "ss") {
		if rest, ok := strings.CutPrefix(action, "be "); ok {
			return "are " + rest
		}
		return action
	}
	return thirdPerson(action)
}

// conditionText takes the word off that begins a condition.
func conditionText(condition string) string {
	for _, w := range []string{"if ", "whenever ", "when ", "as long as ", "provided that ", "in case ", "as soon as ", "once "} {
		if rest, ok := strings.CutPrefix(strings.ToLower(condition), w); ok {
			return condition[len(condition)-len(rest):]
		}
	}
	return condition
}

// momentOf returns a moment in an action, such as "48 hours before the appointment".
func momentOf(action string) string {
	tokens := tokenise(action)
	for _, q := range quantities(action, tokens) {
		if q.class != durationValue || q.last+1 >= len(tokens) {
			continue
		}
		if w := tokens[q.last+1].word; w == "before" || w == "after" {
			return action[q.start:endOfPhrase(action, tokens, q.last+1)]
		}
	}
	return ""
}

// limit returns the first value that is a limit, as it is written.
func (d demand) limit() (string, bool) {
	tokens := tokenise(d.action)
	for _, q := range quantities(d.action, tokens) {
		if q.bound != "" && q.class != shareValue {
			return limitPhrase(d.action, tokens, q), true
		}
	}
	return "", false
}
