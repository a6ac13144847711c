package lint

import "strings"

// The closed classes of English that the rules look at.
var (
	modals       = set(`shall must should will may might could would can cannot can't won't mustn't shouldn't couldn't shan't`)
	binding      = set(`shall must will should`)
	determiners  = set(`a an the this that these those its their his her your our my each every any all some no`)
	beForms      = set(`be is are was were been being`)
	conjunctions = set(`and or but nor`)
	subordinates = set(`if when while where that which who whom whose whenever wherever until unless because since although though as than whether before after once so what how`)
	prepositions = set(`of in on at by for from to with within without into onto over under between among during through via per about against across behind below above upon after before until until towards toward
		inside outside near except beyond using including`)
	numerals = set(`one two three four five six seven eight nine ten twelve twenty fifty hundred hundreds thousand thousands million`)
	pronouns = set(`i you he she it we they this that these those`)
	adverbs  = set(`not also only always never then still even just already thus therefore either both first
		again once further`)
	// persons are what people are called in requirements.
	persons = set(`user users customer customers client clients operator operators administrator administrators admin admins
		manager managers employee employees person persons people staff driver drivers player players
		student students teacher teachers member members visitor visitors owner owners author authors editor editors reviewer
		reviewers supplier suppliers vendor contractor bidder buyer seller patient patients doctor nurse nurses officer officers
		agent agents analyst analysts clerk clerks supervisor supervisors technician engineer engineers tester developer
		developers guest guests passenger passengers dispatcher citizen citizens applicant applicants everyone everybody
		anyone somebody someone i we you they he she shopper shoppers subscriber subscribers stakeholder stakeholders
		participant participants planner realtor realtors instructor instructors trainer trainee cashier caller callers`)
)

// adverb reports whether a word may stand between a verb and its auxiliary.
func adverb(low string) bool {
	return adverbs[low] || strings.HasSuffix(low, "ly") && len(low) > 4
}

// endsClause reports whether a clause may end at the word at i.
func (s *statement) endsClause(i int) bool {
	if i >= len(s.words) {
		return true
	}
	switch s.low(i) {
	case ".", ";", ":", ",", "!", "?", "(", ")", "–", "—":
		return true
	}
	return false
}

// skipAdverbs returns the index of the first word from i on that is no adverb.
func (s *statement) skipAdverbs(i int) int {
	for i < len(s.words) && s.words[i].kind == letters && adverb(s.low(i)) {
		i++
	}
	return i
}

// irregular are past participles that do not end in -ed.
var irregular = set(`sent shown given taken made done written read held kept built found seen known chosen drawn driven
	broken lost met paid sold told understood brought bought caught thought withdrawn overwritten rewritten hidden
	frozen spoken stolen worn thrown grown put set cut shut hit split spread reset rebuilt undone begun run rerun
	dealt fed led laid left lent meant sought spent taught won wound bound forbidden overridden undertaken input output
	born borne`)

// participles that rather describe a state than an act that somebody performs.
var states = set(`authorised authorized based located interested related limited dedicated experienced concerned required
	allowed permitted able supposed intended expected used needed entitled obliged associated composed comprised involved
	compatible licensed interconnected unattended unauthorised unauthorized qualified skilled aged detailed advanced
	integrated distributed centralized centralised automated structured unlimited unrestricted restricted closed situated
	named titled called derived inclined committed exempted`)

// participle reports whether a word looks like a past participle of an act.
func participle(low string) bool {
	if irregular[low] {
		return true
	}
	if states[low] || len(low) < 5 || !strings.HasSuffix(low, "ed") {
		return false
	}
	return !strings.HasSuffix(low, "eed") || low == "agreed" || low == "guaranteed"
}
