package statement

import "github.com/ba-assistant/ba-assistant/ba"

// Classify returns the type of a statement and, for a quality requirement, the
// characteristic; functional where nothing speaks for another type.
func Classify(text string) (ba.RequirementType, ba.Quality) { return classify(wordsOf(text), nil) }

// classify weighs the cues of the statement and of the heading above it. A firm
// cue decides alone; hints decide together, and count less where the main verb
// names something that the system does for its users.
func classify(words, heading []word) (ba.RequirementType, ba.Quality) {
	needed := 2
	if isAct(words) {
		needed = 4
	}
	best, quality := needed-1, ba.Quality("")
	for _, c := range characteristics {
		n := 3*c.firm.count(words) + c.hints.count(words) + c.titled(heading)
		for _, measured := range c.measures {
			if measured(words) {
				n += 3
			}
		}
		if n > best {
			best, quality = n, c.quality
		}
	}
	other := otherType(words)
	switch {
	case obeys.in(words) && best < 6:
		return ba.RequirementConstraint, ""
	case quality == "" && other != "":
		return other, ""
	case quality != "":
		return ba.RequirementQuality, quality
	}
	return ba.RequirementFunctional, ""
}

// titled is the weight of a heading that names the characteristic: a short one,
// such as "3.4 Performance requirements", speaks for all below it.
func (c characteristic) titled(heading []word) int {
	switch {
	case !c.titles.in(heading):
		return 0
	case len(heading) <= 4:
		return 2
	}
	return 1
}

// otherType returns constraint, interface, data or business rule where the
// words say so.
func otherType(words []word) ba.RequirementType {
	switch {
	case interfaces.in(words):
		return ba.RequirementInterface
	case constraints.in(words) || platforms.in(words) && !isAct(words):
		return ba.RequirementConstraint
	case businessRules.in(words):
		return ba.RequirementBusinessRule
	case isData(words):
		return ba.RequirementData
	}
	return ""
}

// isAct reports a main verb that names a function: "shall display", "shall be
// able to cancel".
func isAct(words []word) bool {
	m := modalOf(words)
	if m.force == noForce {
		return false
	}
	i := m.next
	for i < len(words) && (fillers[words[i].s] || enablers.at(words, i) > 0) {
		i += max(1, enablers.at(words, i))
	}
	return i < len(words) && doings[words[i].s]
}

var (
	fillers  = setOf(`also automatically always then be to either both only ideally preferably`)
	enablers = phrasesOf(`be able to, able to, be capable of, have the ability to, have the capability to, provide the ability to, provide the capability to,
		allow users to, allow the user to, let users, enable the user to, provide users with the ability to`)
	doings = setOf(`allow let enable provide display show notify inform generate create add delete remove update edit modify view search find list select choose
		enter send receive store save record register cancel confirm print export import calculate compute sort filter browse assign upload download
		submit request present prompt return retrieve track log link copy move reserve schedule order purchase pay define specify mark assign change
		set start stop open close play initialize increment issue publish post`)
)

// isData reports what a thing consists of: "A class shall specify the name of
// the course and the room".
func isData(words []word) bool {
	m := modalOf(words)
	if m.force < willForce || m.next >= len(words) {
		return false
	}
	for _, w := range words[:m.at] {
		if systems[w.s] && !records[w.s] || users[w.s] {
			return false
		}
	}
	return consists.at(words, m.next) > 0
}

var (
	consists = phrasesOf(`consist of, contain, include, specify, comprise, have a unique, have the following, be identified by, be stored as, be composed of, have the fields, hold`)
	records  = setOf(`record records file files report reports message messages data log logs menu form catalog`)
)
