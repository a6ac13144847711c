package statement

// force is how firmly a sentence asks for something.
type force int

const (
	noForce     force = iota
	canForce          // may, can
	willForce         // will
	shouldForce       // should, is recommended
	needForce         // needs to, has to, is to be, is responsible for
	shallForce        // shall, must, is required to
)

var (
	need = phrasesOf(`has to, have to, needs to, need to, is to be, are to be, is to, are to, is responsible for, are responsible for`)
	firm = phrasesOf(`shall, must, is required to, are required to, be required to,
		is required that, are required, is mandatory, are mandatory, is obliged to, are obliged to,
		is not permitted, are not permitted, is not allowed, are not allowed, is prohibited, are prohibited, is forbidden, are forbidden,
		may not, must not, shall not, cannot be allowed, is essential that, is necessary that, is only allowed, are only allowed`)
	advice = phrasesOf(`should, ought to, is recommended, are recommended, is desirable, is preferred, would preferably, it is expected that, is expected to, are expected to, we want, we need, we would like, we'd like, i want, i need, i would like, i'd like, they want, they need, users want, users need, customers want, make sure, it would be nice, it would be good, it would be great, nice to have`)
	future = phrasesOf(`will, won't`)
	able   = phrasesOf(`may, can, cannot, can't, could, is able to, are able to, is allowed to, are allowed to, is permitted to, are permitted to, is possible to, is possible for`)
)

// forces lists the verbs, the firmest first.
var forces = []struct {
	force force
	verbs phrases
}{{shallForce, firm}, {needForce, need}, {shouldForce, advice}, {willForce, future}, {canForce, able}}

// relatives before a verb make it part of a side clause: "a condition that must hold".
var relatives = setOf(`that which who whom whose what`)

// asks begin a relative clause whose verb may come after a few words: "a date
// for which a report is to be made".
var asks = setOf(`which whom whose what`)

var copulas = setOf(`is are was were has have had be been do does`)

func hasVerb(words []word) bool {
	for _, w := range words {
		if copulas[w.s] || acts[w.s] {
			return true
		}
	}
	return false
}

// sides begin a side clause, which says when or why and not what.
var sides = setOf(`if when whenever while where because since although though unless until once whereas`)

// modal is where a sentence asks, and how firmly.
type modal struct {
	force force
	at    int // index of its first word
	next  int // index of the word after it
}

// modalOf returns the firmest verb of obligation of the main clause; a verb of
// ability counts only where no firmer one stands.
func modalOf(words []word) modal {
	var best modal
	for i := range words {
		f, n := forceAt(words, i)
		if f > best.force && !inSideClause(words, i) && !isInverted(words, i) {
			best = modal{f, i, i + n}
		}
	}
	return best
}

func forceAt(words []word, i int) (force, int) {
	for _, f := range forces {
		if n := f.verbs.at(words, i); n > 0 && !isMonth(words, i) {
			return f.force, n
		}
	}
	return noForce, 0
}

// isInverted reports "Should a gate fail, ...", which is a condition.
func isInverted(words []word, i int) bool {
	return i == 0 && words[0].s == "should" && len(words) > 1 && !verbs[words[1].s] && !fillers[words[1].s] && words[1].s != "not"
}

// isMonth reports "May 1999" and "in May".
func isMonth(words []word, i int) bool {
	return words[i].s == "may" && i+1 < len(words) && (isDigits(words[i+1].s) || words[i+1].s == ",")
}

// inSideClause reports whether the verb at i belongs to a relative clause or to
// a condition that no comma has ended.
func inSideClause(words []word, i int) bool {
	for k := i - 1; k >= 0 && k >= i-12; k-- {
		w := words[k].s
		switch {
		case w == "," || w == ";" || w == ":" || w == ")":
			return false
		case relatives[w] && k == i-1, k == i-2 && w == "what":
			return k > 0 && !(k > 0 && (words[k-1].s == "ensure" || words[k-1].s == "required"))
		case asks[w] && k > 0 && i-k <= 6 && !hasVerb(words[k+1:i]):
			return true
		case sides[w] && k > 0 && i-k <= 6:
			return true
		}
	}
	return false
}
