package analyst

import "github.com/ba-assistant/ba-assistant/ba"

// responders answer the intents that need more than a sentence. Each returns
// the text, or that it is not ready while the desk wants something.
var responders = map[intent]func(*turn) (string, bool){
	states:           hear,
	asks:             answerDocuments,
	rubbish:          puzzled,
	greets:           greet,
	thanks:           thank,
	asksHelp:         explain,
	asksIdentity:     identify,
	skips:            skip,
	goesOn:           goOn,
	begins:           begin,
	asksCoverage:     report,
	asksEdges:        proposeEdges,
	asksStories:      draftStories,
	asksCriteria:     draftCriteria,
	asksBRD:          draftBRD,
	asksRequirements: listRequirements,
	asksDocuments:    listDocuments,
	asksSummary:      summarise,
	asksComparison:   compare,
	asksRefinement:   review,
	answersFinding:   noteFinding,
}

// introducesFirst are the intents whose answers begin with the introduction
// when it is due; others end with it.
var introducesFirst = map[intent]bool{greets: true, asksHelp: true, begins: true, rubbish: true, states: true}

// respond works out the answer of a turn. It is not ready while the desk wants
// something.
func respond(t *turn) (text string, ready bool) {
	i := t.intent()
	text, ready = responders[i](t)
	if !ready {
		return "", false
	}
	return t.introduce(text, introducesFirst[i]), true
}

// intent reads what the message wants, in the light of what stands open.
func (t *turn) intent() intent {
	answer := t.talk.lastAnswer()
	asked, _ := askedIn(answer)
	_, finding := openFinding(answer)
	i := intentOf(t.talk.asked, asked != nil || finding)
	if finding && i == states {
		return answersFinding
	}
	if t.talk.mode == ba.ModeRefinement && i == greets && t.desk.canSearch() && t.talk.first() {
		return asksRefinement
	}
	return i
}
