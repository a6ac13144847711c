package analyst

import (
	"slices"
	"strings"
	"unicode"
)

// fit returns a bonus for holding the kind of value that was asked for, a malus
// for lacking it, and whether it is there.
func (q *question) fit(r *ranked) (bonus float64, fits bool) {
	switch q.kind {
	case amountKind:
		if q.value == frequencyValue {
			return pick(frequencyRE.MatchString(r.text()+" "+r.section()), 0.2, -0.25)
		}
		if v, ok := q.bestQuantity(r); ok {
			if q.counted != "" && q.value == countValue && v.unit != q.counted {
				return 0.05, true
			}
			return 0.2, true
		}
		return -0.25, false
	case timeKind:
		if len(dates(r.text())) > 0 {
			return 0.2, true
		}
		if _, ok := q.bestQuantity(r); ok {
			return 0.2, true
		}
		return -0.2, false
	case personKind:
		if q.phrase != "" && q.introduces(r.unit) {
			return 0.45, true
		}
		if q.asksUsers() && r.listsUsers() {
			return 0.45, true
		}
		return pick(r.namesSomebody(), 0.15, -0.15)
	case placeKind:
		return pick(placePhraseRE.MatchString(r.text()), 0.1, -0.05)
	case reasonKind:
		return pick(reasonRE.MatchString(r.text()), 0.2, -0.05)
	case mannerKind:
		return pick(mannerRE.MatchString(r.text()), 0.08, 0)
	case meaning:
		if q.onlyNames(r.unit) {
			return -1, false
		}
		return pick(q.defines(r.unit), 0.3, 0)
	case listing:
		return pick(r.obliges() || r.kind == row, 0.06, 0)
	}
	return 0, true
}

// onlyNames reports whether a unit holds the words that are to be explained and
// no others: "(CCTNS)".
func (q *question) onlyNames(u *unit) bool {
	phrase := stemsOf(tokenise(q.phrase))
	for _, t := range u.tokens {
		if !stopWords[t.word] && !slices.Contains(phrase, t.stem) {
			return false
		}
	}
	return true
}

func pick(fits bool, bonus, malus float64) (float64, bool) {
	if fits {
		return bonus, true
	}
	return malus, false
}

var (
	frequencyRE   = lazily(`(?i)\b(?:every|each|per) (?:\w+ )?(?:second|minute|hour|night|day|morning|evening|week|month|quarter|year|time)s?\b|\b(?:hourly|daily|nightly|weekly|monthly|quarterly|annual|annually|yearly|twice|once|times)\b|\bevery \d+`)
	placePhraseRE = lazily(`(?i:\b(?:database|server|folder|cloud|data cent(?:er|re)|country|building|room)\b)|\b(?:at|in|within|near|from|to) (?:the )?\p{Lu}|\b(?:at|in|within|inside|outside) the \w+`)
	reasonRE      = lazily(`(?i)\b(?:because|so that|in order to|due to|since|therefore|reason|goal|objective|otherwise|thus|hence|as a result|purpose|to ensure|to avoid|to prevent)\b`)
	mannerRE      = lazily(`(?i)\b(?:by|via|through|using|with|per|over|means of)\b|\b(?:message|e-mail|email|sms|letter|telephone|phone|online|automatically|manually)\b`)
)

// introduces reports whether a unit says who holds the role that was asked for:
// "The client for this project is: Steve Goschnick", "Mara Lindqvist (owner)".
func (q *question) introduces(u *unit) bool {
	for _, at := range findStems(u.tokens, stemsOf(tokenise(q.phrase))) {
		for i := at + 1; i < min(len(u.tokens)-2, at+6); i++ {
			if w := u.tokens[i].word; (w == "is" || w == "are") && u.tokens[i+1].capital && u.tokens[i+2].capital {
				return true
			}
		}
		if at >= 2 && u.tokens[at-1].capital && u.tokens[at-2].capital && strings.HasSuffix(u.text()[:u.tokens[at].start], "(") {
			return true
		}
	}
	return false
}

// asksUsers reports whether a question asks who works with the system.
func (q *question) asksUsers() bool {
	return slices.ContainsFunc(q.terms, func(t qterm) bool { return userWords()[t.stems[0]] })
}

// listsUsers reports whether a unit stands in a section that lists who works
// with the system, such as "User Classes and Characteristics".
func (u *unit) listsUsers() bool {
	heading := u.sectionTokens()
	for i, t := range heading {
		last := i+1 == len(heading)
		if userWords()[t.stem] && (last && i < 2 && strings.HasSuffix(t.word, "s") || !last && userListWords()[heading[i+1].stem]) {
			return true
		}
	}
	return false
}

var (
	userWords     = stemmed(`user actor`)
	userListWords = stemmed(`class characteristic role group type profile and`)
)

// roles are nouns for people and what acts like them.
var roles = stemmed(`patient reader borrower tenant resident passenger parent guardian owner manager user administrator admin customer client department team therapist
	doctor nurse staff desk employee analyst author vendor supplier contractor operator engineer developer tester sponsor director
	officer chief head supervisor clerk agent guest visitor member student teacher trustee board council committee minister authority
	agency company organisation person people carer insurer auditor inspector driver dispatcher controller player seller buyer
	merchant cashier accountant lawyer police citizen applicant personnel buyer reviewer approver stakeholder participant participants
	caller leader leaders public government state county city commission secretary system institution bank courier technician physician`)

// namesSomebody reports whether a unit names a person, a role or a body, other
// than the one that was asked about.
func (r *ranked) namesSomebody() bool {
	for i, t := range r.tokens {
		if slices.Contains(r.hits, i) {
			continue
		}
		if roles()[t.stem] && t.word != "system" {
			return true
		}
		if t.capital && i > 0 && r.tokens[i-1].capital && !months[t.word] && unicode.IsLetter(rune(t.word[0])) {
			return true
		}
	}
	return false
}

// defines reports whether a unit says what the phrase of the question is.
func (q *question) defines(u *unit) bool {
	if q.phrase == "" {
		return false
	}
	if expands(u, q.phrase) {
		return true
	}
	phrase := tokenise(q.phrase)
	if u.label != "" && slices.Equal(stemsOf(u.labelTokens()), stemsOf(phrase)) {
		return true
	}
	at := findStems(u.tokens, stemsOf(phrase))
	if len(at) == 0 {
		return false
	}
	if u.kind == row {
		return len(u.cells) > 1 && slices.Equal(stemsOf(tokenise(u.cells[0])), stemsOf(phrase))
	}
	after := at[0] + len(phrase)
	lead := strings.TrimSpace(u.text()[u.tokens[after-1].end:])
	if at[0] <= 3 && (definingRE.MatchString(lead) && !passiveLeadRE.MatchString(lead) || strings.HasPrefix(lead, "(")) {
		return true
	}
	before := u.text()[:u.tokens[at[0]].start]
	return strings.HasSuffix(before, "(") && at[0] <= 12 || calledRE.MatchString(strings.TrimSpace(before))
}

var (
	definingRE    = lazily(`(?i)^(?:\([^)]{1,40}\) )?(?:is|are|was|means|mean|refers to|stands for|denotes|describes|consists of|comprises|=|:|–|—|-)(?:\s|$)`)
	passiveLeadRE = lazily(`(?i)^(?:is|are|was) (?:not |also |being |to be |only )?(?:\w+ed|made|given|sent|found|paid|held|sued|required|taken|shown|set)\b`)
	calledRE      = lazily(`(?i)(?:called|known as|referred to as|termed)(?: an?| the)?$`)
)

// bestQuantity returns the value of the asked class that stands nearest to what
// was asked about; of a row, the cell whose column fits best.
func (q *question) bestQuantity(r *ranked) (quantity, bool) {
	text := r.text()
	var best quantity
	bestDistance := 1 << 20
	for _, v := range quantities(text, r.tokens) {
		if !q.accepts(r.unit, v) {
			continue
		}
		v = r.resolve(v)
		d := distance(v, r.hits)
		if r.kind == reply {
			d = v.first // the answer comes first
		}
		if q.counted != "" && v.unit == q.counted {
			d -= 8
		}
		if d < bestDistance {
			best, bestDistance = v, d
		}
	}
	return best, bestDistance < 1<<20
}

// accepts reports whether a value is of the class that was asked for.
func (q *question) accepts(u *unit, v quantity) bool {
	if q.measure != "" && v.unit != q.measure {
		return false
	}
	if u.kind == row {
		return q.acceptsCell(u, v)
	}
	switch q.value {
	case anyValue:
		return true
	case countValue:
		return v.class == countValue || v.class == shareValue || q.counted != "" && v.unit == q.counted
	case durationValue:
		return v.class == durationValue || v.class == countValue && v.bound != "" && v.unit == "" || q.long && v.class == sizeValue
	case frequencyValue:
		return false
	case dateValue:
		return v.class == durationValue
	case moneyValue: // a fee may be a part of a price
		return v.class == moneyValue || v.class == shareValue
	}
	return v.class == q.value
}

// distance is how many tokens lie between a value and the nearest word of the
// question; what stands before the value is nearer than what comes after.
func distance(v quantity, hits []int) int {
	best := 1 << 10
	for _, h := range hits {
		switch {
		case h < v.first:
			best = min(best, v.first-h)
		case h > v.last:
			best = min(best, 2*(h-v.last)+1)
		default:
			best = 0
		}
	}
	return best
}
