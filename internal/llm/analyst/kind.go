package analyst

import (
	"strings"
)

// kindRule says what a question that matches wants.
type kindRule struct {
	re    pattern
	kind  kind
	value class
	soft  bool // a statement without a value answers too
}

// kindRules are tried in order; the first that matches decides.
var kindRules = []kindRule{
	{lazily(`^(?:for |after |within |in )?how (?:much|many) (?:time|hours|minutes|days|weeks|months|years|seconds)\b|^(?:for |after |within |in )?how long\b|^how (?:old|soon|fast|quickly|early|late)\b|what age|which age|(?:up to|from|at|until) (?:what|which) age`), amountKind, durationValue, false},
	{lazily(`^how often|^how frequently|what (?:frequency|interval)`), amountKind, frequencyValue, false},
	{lazily(`^how (?:much|expensive)\b.*\b(?:cost|costs|price|pay|paid|charge|charged|fee|budget|spend|expensive|owe)|^what (?:does|do|did|will|would|is|are)\b.*\b(?:cost|price|fee|prices|fees|charge|tariff|budget)\b|^how expensive`), amountKind, moneyValue, false},
	{lazily(`^(?:what|which) (?:percentage|percent|share|proportion|fraction)|^how (?:large|big|high) .*\b(?:share|percentage|proportion)|availability|uptime`), amountKind, shareValue, false},
	{lazily(`^how (?:large|big|far|wide|deep|high|heavy)\b|what size`), amountKind, sizeValue, false},
	{lazily(`^(?:up to |by |to |at )?how (?:many|much)\b|^what (?:is |are )?(?:the )?(?:number|count|amount|quantity|total)\b|(?:maximum|minimum) number`), amountKind, countValue, false},
	{lazily(`^what(?:'s| is| are) (?:the |our )?.*\b(?:(?:response|reaction|processing|loading|load|waiting|retention|delivery|lead|start(?:-?up)?|recovery|session) (?:times?|periods?|timeouts?)|durations?|latenc(?:y|ies)|timeouts?)\b`), amountKind, durationValue, true},
	{lazily(`^what(?:'s| is| are) (?:the |our )?.*\b(?:time|duration|period|delay|timeout|limit|age|interval|length|size|speed|rate|temperature|weight|capacity|threshold|percentage|target)\b`), amountKind, anyValue, true},
	{lazily(`^(?:what|which)(?:'s| is| are| was)? the (?:minimum|maximum|min|max|smallest|largest|shortest|longest|highest|lowest|average|total) `), amountKind, anyValue, false},
	{lazily(`^(?:until|till|since|from|by|before|after) (?:when|what (?:date|time|day)|which (?:date|time|day))\b`), timeKind, durationValue, false},
	{lazily(`^when\b|^(?:on |at |in )?(?:what|which) (?:date|day|time|year|month|week)\b|\bdeadline\b|^what (?:is|are|was|were) the (?:\w+ )?(?:dates?|deadlines?|opening hours)`), timeKind, dateValue, false},
	{lazily(`^(?:by |to |from |for |with |of )?(?:who|whom|whose)\b|^which (?:person|people|role|roles|user|users|actor|actors|team|department|stakeholder|stakeholders)\b|^(?:list |name )(?:all )?(?:the )?(?:users|actors|roles|stakeholders|participants)|^what (?:users|actors|roles)\b`), personKind, anyValue, false},
	{lazily(`^(?:from |to )?where\b|^(?:in |at |on )?(?:what|which) (?:place|location|room|country|city|site|address)`), placeKind, anyValue, false},
	{lazily(`^why\b|^for what reason|^what (?:is|was|are|were) the (?:reason|reasons|cause|rationale)|^what for\b|^what (?:is|are) .{2,60} (?:needed|used|required|good|meant|there) for\b`), reasonKind, anyValue, false},
	{lazily(`^how (?:is|are|do|does|did|can|could|may|should|must|shall|will|would|was|were|to)\b|^in (?:what|which) way|^by (?:what|which) means`), mannerKind, anyValue, false},
	{lazily(`^what(?:'s| is| are| were) (?:the |our |all )*(?:[\w/-]+ ){1,4}(?:requirements|rules|constraints|policies|goals|objectives|risks|functions|features|steps|roles|criteria)\b`), listing, anyValue, false},
	{lazily(`^(?:what|who) (?:is|are|was) (?:meant by|understood by)\b|\b(?:mean|stand for|stands for)\b|^define\b|^definition of|^meaning of|^what(?:'s| is| are) (?:an? |the )?(?:[\w'’./&-]+ ){0,2}[\w'’./&-]+\?*$`), meaning, anyValue, false},
	{lazily(`^list\b|^enumerate\b|^which\b|^(?:give|show|name|quote) (?:me |us )?(?:all|every|the list)|^what (?:are|were) (?:the |all )|^what (?:kinds?|types?|sorts?|options?|requirements?|documents?|rules?|features?|functions?)\b|^(?:all|every)\b`), listing, anyValue, false},
}

// classify decides what the question wants.
func (q *question) classify(text string) {
	s := strings.ToLower(strings.ReplaceAll(text, "’", "'"))
	for _, r := range kindRules {
		if r.re.MatchString(s) {
			q.kind, q.value, q.soft = r.kind, r.value, r.soft
			q.refine(s, text)
			return
		}
	}
	if words := strings.Fields(s); len(words) > 0 && auxiliaries[words[0]] {
		q.kind = yesNo
	}
}

// broadRE finds questions that want everything of a kind.
var broadRE = lazily(`^(?:list|enumerate|give|show|name|quote|all|every)\b|\ball\b|\brequirements\b|\bwhat (?:kinds?|types?|sorts?)\b`)

var whichDocumentsRE = lazily(`^(?:in )?(?:which|what) (?:of the |of our )?(?:documents?|files?|docs?)\b`)

var (
	countedRE = lazily(`how (?:many|much) ((?:[\w-]+ ){0,2}?[\w-]+?)(?: (?:are|is|do|does|did|can|may|must|should|shall|will|would|has|have|was|were|in|of|for|per|with|at|on|there|were)\b|\?|$)`)
	whoIsRE   = lazily(`^who(?:'s| is| are| was| were) (?:an? |the |our )?([\w-]+)`)
	definedRE = lazily(`(?i)^(?:(?:what|who)(?:'s| is| are| was| does| do)|define|definition of|meaning of)\s+(?:meant by |understood by )?(?:an? |the )?(.+?)(?:\s+(?:mean|stand for|stands for|means))?(?:\s+(?:here|in (?:this|the|our|these) (?:project|documents?|context)))?\??$`)
)

// refine takes what is counted or defined from the question's words.
func (q *question) refine(s, text string) {
	switch q.kind {
	case amountKind, timeKind:
		q.long = strings.HasPrefix(s, "how long")
		if words := strings.Fields(s); len(words) > 1 {
			q.measure = measures[words[1]]
		}
		q.counts(s)
	case listing:
		q.broad = broadRE.MatchString(s)
		q.perDocument = whichDocumentsRE.MatchString(s)
	case meaning:
		if m := definedRE.FindStringSubmatch(strings.TrimSpace(text)); m != nil {
			q.phrase = strings.TrimSpace(m[1])
		}
		for _, w := range wordsOf(q.phrase) {
			if linkWords[w] {
				q.kind, q.phrase = topic, "" // not the name of a thing
			}
		}
	case personKind:
		if m := whoIsRE.FindStringSubmatch(s); m != nil {
			q.phrase = m[1]
		}
	}
}

// measures are the base units in which "how heavy" and the like are answered.
var measures = map[string]string{"heavy": "kilogram", "far": "metre", "wide": "metre", "deep": "metre", "high": "metre", "tall": "metre"}

// linkWords join the parts of a longer description.
var linkWords = wordSet(`of for to in on at by with from between about and or if when`)

// counts takes what is counted from "how many patients".
func (q *question) counts(s string) {
	if m := countedRE.FindStringSubmatch(s); m != nil && !auxiliaries[strings.Fields(m[1])[0]] {
		words := strings.Fields(m[1])
		if stems := terms(words[len(words)-1]); len(stems) > 0 {
			q.counted = stems[0]
		}
	}
	if q.value == countValue && q.counted == "" && strings.HasPrefix(s, "how much ") {
		q.value = anyValue
	}
}
