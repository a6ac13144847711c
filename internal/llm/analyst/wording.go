package analyst

import (
	"fmt"
	"strings"
)

var (
	passiveRE  = lazily(`(?i)\b(?:shall|must|should|will|may|can|has to|have to|is to|are to)(?: not)? be (?:\w+ly )?(\w+(?:ed|en|wn|ught|ld|nt|pt|de|ne|ut|id))\b`)
	byRE       = lazily(`(?i)\bby (?:the |an? |each |every |all )?(\w+)`)
	compoundRE = lazily(`(?i)\b(?:shall|must|should)\b.{8,}?\b(?:and|or|as well as)\b.{0,40}?\b(?:shall|must|should)\b|\b(?:shall|must|should)\b[^.]*\band/or\b`)
	comparerRE = lazily(`(?i)\b(?:as (?:\w+ )as possible|if possible|where (?:possible|applicable|appropriate)|as needed|as required|if (?:necessary|needed|required)|in time|state of the art|at least once in a while|and so on|without undue delay)\b`)
)

// wording returns what is weak about the wording of a statement.
func wording(r ranked) (flaw, bool) {
	if !r.obliges() || r.kind == row || r.list {
		return flaw{}, false
	}
	text := r.text()
	if m := comparerRE.FindString(text); m != "" {
		return weak(vague, r, "a way out: "+quoted(m), "The condition leaves open when it must be met, so nobody can say that it was not.", "Under which condition exactly must it be met?"), true
	}
	for i, t := range r.tokens {
		if ask, ok := vagueWords[t.word]; ok && !(t.word == "many" && strings.Contains(strings.ToLower(text), "how many")) {
			f := weak(vague, r, "a vague word: "+quoted(text[t.start:t.end]), "Two testers could come to different results.", ask)
			f.must = i
			return f, true
		}
	}
	if m := passiveRE.FindStringSubmatchIndex(text); m != nil && !namesActor(text[m[1]:]) {
		return weak(actorless, r, "no actor", fmt.Sprintf("It says what %s, but not who or what does it.", quoted(strings.ToLower(text[m[0]:m[1]]))), "Who, or which system, does it?"), true
	}
	if compoundRE.MatchString(text) {
		return weak(compound, r, "several demands in one sentence", "One can be met and the other not; they need a number and a test each.", "May I take it as separate requirements? Which of them are there?"), true
	}
	return flaw{}, false
}

func weak(rank int, r ranked, what, why, ask string) flaw {
	return flaw{rank, what, why, ask, r, -1, nil}
}

// namesActor reports whether a "by" follows that names who acts: not a means or a time.
func namesActor(after string) bool {
	for _, m := range byRE.FindAllStringSubmatch(after, -1) {
		for _, t := range tokenise(m[1]) {
			if roles()[t.stem] || t.word == "system" || t.word == "application" || t.word == "software" || t.word == "user" {
				return true
			}
		}
	}
	return false
}

// reviewSaid reviews what the person said, where there are no documents.
func (t *turn) reviewSaid() string {
	var lines []string
	for _, s := range t.talk.covered().all() {
		for _, tok := range tokenise(s) {
			if ask, ok := vagueWords[tok.word]; ok {
				lines = append(lines, fmt.Sprintf("%s in %s. %s", quoted(s[tok.start:tok.end]), own(s, 120), ask))
				break
			}
		}
	}
	if len(lines) == 0 {
		return "There is nothing to review yet: this conversation is in no project with documents, and I found no vague word in what you said."
	}
	return "**Words in what you said that cannot be verified as they stand:**\n\n" + numbered(lines)
}
