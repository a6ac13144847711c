package analyst

import "strings"

// demand is a statement taken apart: who shall do what, under which condition.
type demand struct {
	id        string // such as REQ-10, empty where it has none
	actor     string // as written, without its article
	system    bool   // the actor is a system, not a person
	modal     string // shall, may, ... in lower case
	denied    bool   // shall not
	able      bool   // shall be able to, may, can: a wish rather than a duty
	action    string // verb and what follows, without condition and reason
	condition string // of "if", "when", "as long as", with the word
	reason    string // of "so that", "in order to", "because", without the word
	follows   bool   // it begins with "afterwards", "then": it needs the one before
	source    string // where it comes from, for the reader
	text      string // the whole statement
}

var (
	idRE        = lazily(`^\[?([A-Z][A-Za-z]{0,9}(?:[-_ ]?[A-Z]{1,5})?[-_. ]?\d+(?:[.-]\d+)*[a-z]?)\]?[:.)]?\s+`)
	demandRE    = lazily(`(?i)^(?:(?:the|an?|each|every|all|any|our|both)\s+)?((?:[\p{L}\d'’/&-]+\s+){0,5}?[\p{L}\d'’/&-]+)\s+(shall|must|should|may|can|will|needs? to|has to|have to|wants? to|would like to|want to be able to|wants to be able to)\s+(not\s+|never\s+)?(?:(be able to|be allowed to|have the ability to|be possible to)\s+)?(.+)$`)
	wantRE      = lazily(`(?i)^(?:the |our |an? |each |every |all )?((?:[\p{L}'’-]+\s+){0,3}?[\p{L}'’-]+)\s+(?:wants?|needs?|would like)\s+(to\s+)?(.+)$`)
	systemRE    = lazily(`(?i)\b(?:system|software|application|app|platform|solution|website|site|portal|page|tool|server|client|database|interface|program|service|product|component|module|function|device)\b|\b(?:systems|applications|apps|pages|tools|servers|databases|interfaces|programs|services|components|modules|functions|devices)\b`)
	leadingRE   = lazily(`(?i)^((?:if|when|whenever|once|after|before|while|as soon as|unless|where|in case|upon|during|for each|for every)\b[^,]{3,120}),\s+(.+)$`)
	trailingRE  = lazily(`(?i)\s+((?:if|when|whenever|unless|as long as|provided that|as soon as|while|once|in case)\s+.+)$`)
	reasonEndRE = lazily(`(?i),?\s+(?:so that|in order to|in order that|because|since|to ensure that|otherwise)\s+(.+)$`)
)

var (
	adverbRE  = lazily(`(?i)^(?:then|afterwards|otherwise|also|so|and|but|therefore|in addition|moreover|furthermore|in this case|please)[,:]?\s+`)
	notActors = wordSet(`there you which who what that nothing something`)
)

// takeApart reads a statement; ok is false where it names nobody who shall do
// something.
func takeApart(text string) (d demand, ok bool) {
	d.text = text
	s := strings.TrimRight(strings.TrimSpace(text), ". ;")
	if m := idRE.FindStringSubmatch(s); m != nil {
		d.id, s = m[1], s[len(m[0]):]
	}
	if m := leadingRE.FindStringSubmatch(s); m != nil {
		d.condition, s = lowerFirst(m[1]), m[2]
	}
	if m := adverbRE.FindString(s); m != "" {
		d.follows, s = true, s[len(m):]
	}
	m := demandRE.FindStringSubmatch(s)
	if m == nil {
		return d.takeWish(s)
	}
	d.actor, d.modal, d.denied, d.action = m[1], strings.ToLower(m[2]), m[3] != "", m[5]
	if first, _, _ := strings.Cut(strings.ToLower(d.actor), " "); pronouns[first] || notActors[first] {
		return d, false
	}
	d.able = m[4] != "" || d.modal == "may" || d.modal == "can" || strings.HasPrefix(d.modal, "want") || d.modal == "would like to"
	d.system = systemRE.MatchString(d.actor) || !isRole(headOf(d.actor)) && !d.able
	d.cutEnds()
	return d, d.action != ""
}

// takeWish reads "patients want a reminder".
func (d demand) takeWish(s string) (demand, bool) {
	m := wantRE.FindStringSubmatch(s)
	if m == nil || !isRole(m[1]) {
		return d, false
	}
	d.actor, d.modal, d.able, d.action = m[1], "want to", true, m[3]
	if m[2] == "" {
		d.action = "have " + d.action
	}
	d.cutEnds()
	return d, d.action != ""
}

// cutEnds takes reason and condition off the end of the action.
func (d *demand) cutEnds() {
	if m := reasonEndRE.FindStringSubmatchIndex(d.action); m != nil {
		d.reason, d.action = d.action[m[2]:m[3]], d.action[:m[0]]
	}
	if m := trailingRE.FindStringSubmatchIndex(d.action); m != nil && d.condition == "" {
		d.condition, d.action = d.action[m[2]:m[3]], d.action[:m[0]]
	}
	d.action = strings.TrimRight(strings.TrimSpace(d.action), ".,; ")
}

// isRole reports whether a phrase names a person or a group: its last noun does.
func isRole(phrase string) bool {
	tokens := tokenise(phrase)
	if len(tokens) == 0 {
		return false
	}
	for _, t := range tokens {
		if t.word == "system" {
			return false
		}
	}
	last := tokens[len(tokens)-1]
	if roles()[last.stem] || last.word == "we" || last.word == "somebody" || last.word == "nobody" || last.word == "everybody" || last.word == "i" {
		return true
	}
	return len(tokens) > 1 && roles()[tokens[0].stem]
}

// isAim reports whether a demand is the aim of the whole rather than a part of
// it: we want to build, to introduce, to have.
func (d demand) isAim() bool {
	verb, _, _ := strings.Cut(strings.ToLower(d.action), " ")
	return isSpeaker(d.actor) && aimVerbs[verb]
}

var aimVerbs = wordSet(`build introduce launch replace create develop implement have improve reduce increase make get start offer become be grow save`)

func isSpeaker(actor string) bool {
	return strings.EqualFold(actor, "i") || strings.EqualFold(actor, "we")
}

// headOf returns what an actor is, without what it is of.
func headOf(actor string) string {
	for _, link := range []string{" of ", " in ", " from ", " at ", " with ", " who ", " that "} {
		if head, _, found := strings.Cut(actor, link); found {
			return head
		}
	}
	return actor
}

// passive reports whether the action is done to the actor: "be stored".
func (d demand) passive() bool { return strings.HasPrefix(strings.ToLower(d.action), "be ") }

// thirdPerson returns the action with its first verb in the third person.
func thirdPerson(action string) string {
	verb, rest, _ := strings.Cut(action, " ")
	if rest != "" {
		rest = " " + rest
	}
	return conjugate(verb) + rest
}

func conjugate(verb string) string {
	switch v := strings.ToLower(verb); {
	case v == "be":
		return "is"
	case v == "have":
		return "has"
	case v == "do" || v == "go":
		return v + "es"
	case strings.HasSuffix(v, "ly"): // an adverb before the verb
		return verb
	case hasAnySuffix(v, "s", "x", "z", "ch", "sh"):
		return verb + "es"
	case strings.HasSuffix(v, "y") && len(v) > 1 && !strings.ContainsRune("aeiou", rune(v[len(v)-2])):
		return verb[:len(verb)-1] + "ies"
	}
	return verb + "s"
}

func hasAnySuffix(s string, suffixes ...string) bool {
	for _, x := range suffixes {
		if strings.HasSuffix(s, x) {
			return true
		}
	}
	return false
}

var (
	stepRE     = lazily(`(?i)[,;.]\s*(?:and\s+)?|\s+(?:and\s+)?then\s+|\s+and\s+(?:the|an?)\b`)
	stepWhoRE  = lazily(`(?i)^(?:then |and |finally,? |first,? |next,? |after that,? |afterwards,? )*(?:the|an?|our|each|every)?\s*([\p{L}-]+(?: [\p{L}-]+)?) ([\p{L}]{2,}s) (.+)$`)
	notAVerbRE = lazily(`^(?:is|was|has|does|this|his|its|as|us|always|customers|users|days|hours)$`)
)

// stepsIn takes the deeds of people out of a description of a flow: "the barista
// scans the code".
func stepsIn(text string) []demand {
	var steps []demand
	from := 0
	cuts := stepRE.FindAllStringIndex(text, -1)
	for _, c := range append(cuts, []int{len(text), len(text)}) {
		part := strings.TrimSpace(text[from:c[0]])
		from = c[0] + len(strings.TrimRight(text[c[0]:c[1]], "theanTHEAN "))
		part = strings.TrimLeft(part, ",;. ")
		m := stepWhoRE.FindStringSubmatch(part)
		if m == nil || notAVerbRE.MatchString(strings.ToLower(m[2])) || systemRE.MatchString(m[1]) {
			continue
		}
		if first, _, _ := strings.Cut(strings.ToLower(m[1]), " "); pronouns[first] || stopWords[first] {
			continue
		}
		steps = append(steps, demand{actor: m[1], able: true, action: baseForm(strings.ToLower(m[2])) + " " + m[3], text: part})
	}
	return steps
}

// baseForm takes the third person off a verb.
func baseForm(verb string) string {
	switch {
	case strings.HasSuffix(verb, "ies") && len(verb) > 4:
		return verb[:len(verb)-3] + "y"
	case hasAnySuffix(verb, "sses", "xes", "ches", "shes", "oes"):
		return verb[:len(verb)-2]
	}
	return verb[:len(verb)-1]
}
