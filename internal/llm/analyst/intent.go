package analyst

import (
	"strings"
	"unicode"
)

// intent is what a message wants.
type intent int

const (
	states intent = iota // tells something
	asks                 // asks the documents
	rubbish
	greets
	thanks
	asksHelp
	asksIdentity
	skips
	goesOn
	begins
	asksCoverage
	asksEdges
	asksStories
	asksCriteria
	asksBRD
	asksRequirements
	asksDocuments
	asksSummary
	asksComparison
	asksRefinement
	answersFinding
)

// intentRule recognises an intent by the whole message, in lower case and
// without courtesies.
type intentRule struct {
	re     pattern
	intent intent
}

const (
	wantsRE        = `(?:draft|write|create|generate|make|produce|prepare|give|show|propose|suggest|derive|turn (?:this|that|it|these|everything) into|i (?:need|want)|can you (?:draft|write|make)|let's (?:write|draft))`
	projectPattern = `(?:tell me )?what(?: is|'s) (?:this|the|our|my) (?:project|product|system|app|application|software|initiative|workspace)(?: all)? about|what (?:do|are) we (?:build|building|making)(?: here)?[?. ]*$`
	gapRE          = `(?: \S+){0,5}? `
)

// projectRE finds a question for what the whole project is about.
var projectRE = lazily(`^(?:` + projectPattern + `)`)

// intentRules are tried in order.
var intentRules = []intentRule{
	{lazily(`^(?:thanks|thank you|thx|cheers|great|perfect|nice|well done|good job|awesome|excellent)\b[\w ,!.]{0,40}$`), thanks},
	{lazily(`^(?:help|\?+|what can (?:you|i) do(?: here)?|how (?:does this|do you|can you) (?:work|help)(?: me)?|what (?:are you able|else can you|do you) (?:to )?do|how do i (?:start|begin|use (?:this|you))|what should i (?:do|ask|say)|commands|options|menu)[?!. ]*$`), asksHelp},
	{lazily(`^(?:who|what) are you\b|\bare you (?:an? )?(?:ai|bot|human|robot|machine|chatgpt|claude|gpt|llm|real|model)\b|\b(?:which|what) (?:ai )?(?:model|llm|ai) (?:are|is|do|powers)\b|\b(?:connect|use|enable|add|switch to|configure|set up|plug in) (?:an? |the |another |my )?(?:ai |real |language |different )?(?:model|llm|ai provider|provider|claude|gemini|gpt|chatgpt|deepseek|openai|anthropic|ollama)\b|\bsystem prompt\b|^(?:ignore|forget|disregard) (?:all |your |every |the |any )*(?:previous |earlier )?(?:instructions|rules)\b|\bapi key\b.*\b(?:set|connect|model|where|how)\b`), asksIdentity},
	{lazily(`^(?:skip|skip (?:this|it|that)(?: one| question)?|pass|next question|no idea|(?:i )?(?:don't|do not|dont) know(?: yet)?(?: that| this)?|(?:i'm |i am |we are |we're )?not sure(?: yet)?|unknown|tbd|to be (?:decided|defined|clarified)|unclear|later|(?:we'?ll|i'?ll) (?:see|check|ask|find out)(?: later)?|i have to ask|no answer|dunno|idk|nobody knows|not (?:yet )?(?:decided|discussed|defined|known)(?: yet)?|we (?:don't|do not) know(?: yet)?)[.! ]*$`), skips},
	{lazily(`^(?:summary|summarise|summarize|recap|status|overview|coverage|where (?:are|do) we(?: stand)?|what (?:have we|did we|do we have|have i|is) (?:covered|discussed|said|so far|open|missing|still open|left)(?: so far| yet)?|what(?:'s| is) (?:still )?(?:open|missing|left|covered)(?: so far)?|(?:show|give)(?: me)? (?:the |a )?(?:summary|recap|status|coverage|overview)(?: so far| of (?:this|our) (?:conversation|discussion|talk))?|(?:summarise|summarize|recap) (?:so far|what (?:we|i) (?:have )?(?:said|discussed|covered)[\w ]*|(?:this|our|the) (?:conversation|discussion|talk|meeting|interview)))[?!. ]*$`), asksCoverage},
	{lazily(`\bedge cases?\b|\bcorner cases?\b|\bwhat (?:could|can|might) go wrong\b|\bexceptional cases\b|\bunhappy paths?\b`), asksEdges},
	{lazily(`^` + wantsRE + `\b` + gapRE + `?(?:acceptance criteri(?:a|on)|given[ /,-]*when[ /,-]*then|gherkin|test cases|scenarios)\b|^(?:the )?acceptance criteria\b`), asksCriteria},
	{lazily(`^` + wantsRE + `\b` + gapRE + `?(?:user )?stor(?:y|ies)\b|^(?:the )?user stories\b`), asksStories},
	{lazily(`^` + wantsRE + `\b` + gapRE + `?(?:brd|business requirements? document|requirements? document|business requirements|specification|outline)\b|^(?:the )?brd\b`), asksBRD},
	{lazily(`^(?:draft|write|extract|derive|collect|generate|produce|list|show|give|make)\b` + gapRE + `?(?:all )?(?:the )?requirements(?: list)?(?: (?:from|about|for|on|regarding|concerning|of) .{2,100})?[.! ]*$|^requirements list\b`), asksRequirements},
	{lazily(`^(?:which|what) (?:documents|files|docs)(?: exist| (?:are|were) (?:there|here|uploaded|available|ready|in (?:this|the|my|our) project)| (?:do|did|have|can) (?:you|i|we) (?:have|see|know|use|read|upload|uploaded|got)[\w ]{0,30})?[?. ]*$|^(?:list|show)(?: me)?(?: all)?(?: the| my| our)? (?:documents|files|docs|uploads)[.! ]*$|^(?:documents|files)$`), asksDocuments},
	{lazily(`^(?:summarise|summarize|sum up|give (?:me )?(?:a |an )?(?:short |brief |quick )?(?:summary|overview) (?:of|about|on)|(?:a |short |brief )*(?:summary|overview) of|what(?:'s| is)(?: written)? in|what (?:is|are) (?:the|these|this|our|my) (?:documents?|files?|specification|spec|minutes|meeting notes|transcript)(?: all)? about|` + projectPattern + `|outline|what does .{3,80} (?:contain|cover)|what do (?:the|these|our|my)(?: uploaded)? (?:documents|files) (?:contain|cover|say)[?. ]*$)`), asksSummary},
	{lazily(`^compare\b|\bdifferences? between\b|\bhow (?:does|do|is|are) .+ differ\b|\b(?:versus|vs\.?)\b|\bwhere do (?:the|our|my|these) documents (?:disagree|contradict|differ)|\bcontradict(?:ion|ions|ory)?\b|\bdisagree\b|\binconsisten`), asksComparison},
	{lazily(`^(?:refine|review|check|lint|work through|go through|walk through|improve|analy[sz]e|proofread|critique)\b|\b(?:ambigu\w+|vague(?:ness)?|unclear|weak|untestable|not testable|not verifiable|missing actors?)\b.{0,40}\b(?:words?|requirements?|statements?|wording|sentences?|points?|document|specification)\b|\b(?:which|what|find|show|list)\b.{0,40}\b(?:ambigu\w+|vague|unclear|weak|untestable|not verifiable)\b|\bquality of the requirements\b`), asksRefinement},
	{lazily(`^(?:(?:let's |let us |please |can we |can you |shall we |we can |could you )*(?:start|begin|kick off|kickoff|lead|guide|interview|ask (?:me|us))(?: me| us| off)?(?: with| through)?(?: the| a| an| some)?(?: discovery| interview| questions?| framework| conversation| elicitation| requirements| feature| session| one question at a time| from the beginning| over| now)*|discovery|interview me|ask me(?: questions)?|start over)[.! ]*$|\b(?:lead|guide|walk|take) (?:me|us) through (?:the )?(?:discovery|questions|framework|areas)\b|\b(?:discovery framework|one question at a time)\b`), begins},
	{lazily(`^(?:next|go on|continue|carry on|proceed|go ahead|keep going|more|ok|okay|k|yes|yep|sure|fine|right|alright|good|understood|got it|next one|next finding|weiter|back to (?:the )?(?:discovery|questions|interview))[.!, ]*$`), goesOn},
}

var greetingRE = lazily(`^(?:hi|hello|hey|hallo|good (?:morning|afternoon|evening|day)|greetings|hi there|hello there|hey there|howdy|servus|moin|bonjour|hola|ciao)\b[\s,!.:;-]*(?:(?:there|everyone|all|team|analyst|assistant|again)\b[\s,!.:;-]*)*`)

// intentOf reads a message. pending says that a question of ours stands open.
func intentOf(message string, pending bool) intent {
	if isRubbish(message) {
		return rubbish
	}
	s := plain(message)
	s = greetingRE.ReplaceAllString(s, "")
	if strings.Trim(s, " ?!.,") == "" {
		if strings.ContainsAny(message, "?") && !greetingRE.MatchString(plain(message)) {
			return asksHelp
		}
		return greets
	}
	bare := strings.TrimSpace(pleaseRE.ReplaceAllString(s, ""))
	for _, r := range intentRules {
		if len(bare) <= maxCommand && r.re.MatchString(bare) {
			if r.intent == goesOn && pending && nextRE.MatchString(bare) {
				return skips
			}
			return r.intent
		}
	}
	if looksLikeQuestion(message, pending) {
		return asks
	}
	return states
}

// nextRE finds what leaves an open question behind.
var nextRE = lazily(`^(?:next|go on|continue|carry on|proceed|move on|next one|next finding)\b`)

// maxCommand is the length in bytes beyond which a message is content, not a command.
const maxCommand = 300

var pleaseRE = lazily(`^(?:please|kindly|now|then|ok|okay|so|and|well)[, ]+|[, ]+please[.! ]*$`)

// plain lower-cases a message and evens out its apostrophes and spaces.
func plain(s string) string {
	if len(s) > 4*maxCommand {
		s = strings.ToValidUTF8(s[:4*maxCommand], "")
	}
	s = strings.ToLower(strings.NewReplacer("’", "'", "‘", "'", "`", "'").Replace(s))
	return strings.Join(strings.Fields(s), " ")
}

var askRE = lazily(`^(?:please )?(?:tell|show|find|search|look up|look for|explain|describe|list|name|give me|quote|check whether|i'?d like to know|i (?:want|need) to know|do (?:you|we) know|(?:can|could) you (?:tell|show|find|explain|list|give|look)|what about|how about|according to|and (?:what|how|who|when|where|which|why|for|the|if)|define|enumerate)\b`)

// looksLikeQuestion reports whether a message asks. While a question of ours is
// open, a few words are an answer to it; else they are something to look for.
func looksLikeQuestion(message string, pending bool) bool {
	s := plain(message)
	s = strings.TrimSpace(greetingRE.ReplaceAllString(s, ""))
	words := wordsOf(s)
	if len(words) == 0 {
		return false
	}
	first := words[0]
	asking := strings.HasSuffix(strings.TrimRight(s, ` "')`), "?")
	switch {
	case askRE.MatchString(s), asking && !pending, asking && (questionWords[first] || auxiliaries[first]):
		return true
	case questionWords[first] && first != "when", auxiliaries[first] && first != "can" && first != "will" && first != "may" && first != "must" && !pending:
		return true
	case asking:
		return lastAsks(s)
	}
	return !pending && len(words) <= 4 && !statesSomething(words)
}

// lastAsks reports whether the last sentence begins like a question.
func lastAsks(s string) bool {
	spans := sentences(s)
	if len(spans) == 0 {
		return false
	}
	last := spans[len(spans)-1]
	words := wordsOf(s[last[0]:last[1]])
	return len(words) > 0 && (questionWords[words[0]] || auxiliaries[words[0]] || askRE.MatchString(s[last[0]:last[1]]))
}

// statesSomething reports whether a few words are a statement: they hold a verb
// of being or wanting.
func statesSomething(words []string) bool {
	for _, w := range words {
		if auxiliaries[w] || statingVerbs[w] {
			return true
		}
	}
	return false
}

var statingVerbs = wordSet(`want wants need needs needed use uses build building create plan launch replace improve think believe decided agreed i we our my they must shall`)

// isRubbish reports whether a message holds next to nothing to read: few
// letters among many marks, or one run that is no word.
func isRubbish(s string) bool {
	letters, marks, words := 0, 0, 0
	for _, r := range s {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r):
			letters++
		case !unicode.IsSpace(r):
			marks++
		}
	}
	for w := range strings.FieldsSeq(s) {
		if len(w) <= 40 {
			words++
		}
	}
	switch {
	case letters == 0:
		return strings.Trim(s, "? ") != "" || s == ""
	case words == 0:
		return true
	}
	return marks > 3*letters && marks > 10 || mashed(s)
}

// mashed reports whether a message is a single word without vowels or one of
// the same few keys, as from a cat on the keyboard.
func mashed(s string) bool {
	if strings.ContainsFunc(s, unicode.IsSpace) || len(s) < 5 || len(s) < 8 && strings.ToUpper(s) == s {
		return false // several words, or an abbreviation
	}
	vowels, distinct := 0, make(map[rune]bool)
	for _, r := range strings.ToLower(s) {
		if r > unicode.MaxASCII || unicode.IsDigit(r) {
			return false
		}
		if strings.ContainsRune("aeiouy", r) {
			vowels++
		}
		distinct[r] = true
	}
	return vowels == 0 || len(distinct) <= 2
}
