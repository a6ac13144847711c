package analyst

import (
	"strings"
	"sync"
)

// The tables of this file are lists of lower-case words, written as texts.

// stopWords carry no meaning of their own in a question.
var stopWords = wordSet(`
	a about after again ago all also although always am an and any are aren't as at be because been before being
	between both but by can can't cannot could couldn't did didn't do does doesn't doing don't done down during each
	either else ever few for from further get gets got had has hasn't have haven't having he her here hers herself him
	himself his how however i if i'd i'll i'm i've in into is isn't it it's its itself just least less like many may
	me might more most much must my myself neither no nor not now of off often on once one only onto or other others ought
	our ours out over own per please quite rather really shall she should shouldn't since so some still such
	than that that's the their theirs them themselves then there there's these they they're this those though through till
	to too under until up upon us very via was wasn't we we're were weren't what what's when where where's whether which
	while who who's whom whose why will with within without won't would wouldn't yes yet you your yours`)

// frameWords belong to asking, not to what is asked about.
var frameWords = wordSet(`
	answer anything anybody anyone ask asked asking briefly concerning describe detail details document documents doc docs exactly exist exists
	explain file files find give know known list listed look lookup mention mentioned mentions name
	overview question quote quotes regarding respect say says said saying see show something
	source sources specify specified state stated states stipulate stipulated summarise summarize summary tell text think thing
	things uploaded want wanted wants everything according currently possible possibly actually whole want wondering understand understanding
	written write passage passages line`)

// genericWords say something, but too little to decide whether a passage fits.
var genericWords = wordSet(`
	able allow allowed allows amount application apply applies available back big call called case certain come comes current day days defined
	define different duration early enough exact expected first frequently general given go goes going good happen happens happened hold
	holding include included includes including keep kind kinds last late long longest maximum minimum need needed needs new next number
	old order part people period permitted place planned point possible product program project provide provided provides put rate
	reason regular require required requires right rule rules same set shortest single size sort start system take taken takes time times
	total type types use used uses using value version way ways work works working information info year years hour hours minute minutes week weeks month
	months second seconds percent high higher highest low lower lowest large larger largest small smaller smallest main old
	fast quickly quick soon far deep heavy do make made makes happen occur occurs held stand stands mean means meaning
	requirement requirements forbid forbids forbidden prohibit prohibits prohibited support supports supported contain contains
	send sends sent shown handed done calculated handled treated called`)

// negations turn a statement round.
var negations = wordSet(`no not never none nobody nothing without neither nor cannot can't don't doesn't won't isn't aren't
	wasn't weren't shouldn't mustn't excluded excludes excluding except forbidden prohibited refused`)

// obligations are the words by which a requirement is recognised.
var obligations = wordSet(`shall must should may will can needs need requires required has have`)

// questionWords begin a question.
var questionWords = wordSet(`what which who whom whose when where why how`)

// auxiliaries begin a question that is answered with yes or no.
var auxiliaries = wordSet(`is are was were do does did can could may might must shall should will would has have had isn't aren't
	doesn't don't didn't can't cannot couldn't shouldn't won't wouldn't hasn't haven't`)

// pronouns point to what was said before.
var pronouns = wordSet(`it its it's they them their theirs he she his her him this that these those one ones there`)

// wordSet splits a text into a set of its words.
func wordSet(text string) map[string]bool {
	set := make(map[string]bool)
	for w := range strings.FieldsSeq(text) {
		set[w] = true
	}
	return set
}

// stemmed is stemSet, worked out when it is first used.
func stemmed(text string) func() map[string]bool {
	return sync.OnceValue(func() map[string]bool { return stemSet(text) })
}

// stemSet is wordSet of the words' stems.
func stemSet(text string) map[string]bool {
	set := make(map[string]bool)
	for w := range strings.FieldsSeq(text) {
		for _, s := range terms(w) {
			set[s] = true
		}
	}
	return set
}
