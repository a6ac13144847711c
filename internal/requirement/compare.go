package requirement

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/quote"
	"github.com/ba-assistant/ba-assistant/internal/term"
)

// compare looks the quotes of links up in a new version of their document and
// returns the links that change: those whose quote stands in it still move to
// its passages, the others become suspect, with what stands in their place.
func compare(links []ba.SurveyedLink, quoted map[ba.PassageID]ba.Passage, now []ba.Passage) []ba.SurveyedLink {
	if len(links) == 0 {
		return nil
	}
	v := newVersion(now)
	for _, p := range quoted {
		for _, text := range quote.Sentences(p.Text) {
			v.kept[quote.Flat(text)] = true
		}
	}
	after := slices.Clone(links)
	var lost []*ba.SurveyedLink
	for i := range after {
		l := &after[i]
		at, found := v.find(l.Quote, quoted[l.Passage])
		if !found {
			l.State, l.Now = ba.LinkSuspect, ""
			lost = append(lost, l)
			continue
		}
		if p := v.passages[at]; l.Passage != p.ID {
			l.Passage, l.Version, l.Locator = p.ID, p.Version, p.Locator
		}
		l.State, l.Now = ba.LinkVerified, ""
	}
	v.replace(lost, quoted)
	var changed []ba.SurveyedLink
	for i, l := range after {
		if l.Link != links[i].Link {
			changed = append(changed, l)
		}
	}
	return changed
}

// version is the text of a version in which quotes are looked for.
type version struct {
	passages  []ba.Passage
	texts     []quote.Text
	kept      map[string]bool // sentences that stood there before: none took another's place
	sentences []sentence      // made when first needed
	byTerm    map[string][]int
}

type sentence struct {
	text string
	seq  int // of its passage
	size int // different terms
}

func newVersion(passages []ba.Passage) *version {
	v := &version{passages: slices.Clone(passages), texts: make([]quote.Text, len(passages)), kept: make(map[string]bool)}
	for i := range v.passages {
		v.passages[i].Text = strings.ToValidUTF8(v.passages[i].Text, "\uFFFD")
		v.texts[i] = quote.NewText(v.passages[i].Text)
	}
	return v
}

// find returns the passage in which a quote stands, the one nearest to where
// it stood. A quote that was a whole sentence must be one still: with words
// added at its end it has changed.
func (v *version) find(words string, old ba.Passage) (int, bool) {
	flat := quote.Flat(words)
	begins, ends := true, true
	if start, end, found := quote.Find(old.Text, words); found {
		begins, ends = beginsSentence(old.Text, start), endsSentence(old.Text, end)
	}
	best := -1
	for i := range v.passages {
		if v.stands(i, flat, begins, ends) && (best < 0 || abs(v.passages[i].Seq-old.Seq) < abs(v.passages[best].Seq-old.Seq)) {
			best = i
		}
	}
	if best < 0 { // the new version may be cut into passages elsewhere
		for i := range max(len(v.passages)-1, 0) {
			both := v.passages[i].Text + "\n" + v.passages[i+1].Text
			if standsIn(quote.NewText(both), both, flat, begins, ends) {
				return i, true
			}
		}
	}
	return best, best >= 0
}

func abs(n int) int { return max(n, -n) }

func (v *version) stands(i int, flat string, begins, ends bool) bool {
	return standsIn(v.texts[i], v.passages[i].Text, flat, begins, ends)
}

func standsIn(t quote.Text, text, flat string, begins, ends bool) bool {
	for from := 0; ; {
		start, end, found := t.FindFlat(flat, from)
		if !found {
			return false
		}
		first, last := t.Place(start), t.Place(end)
		if (!begins || beginsSentence(text, first)) && (!ends || endsSentence(text, last)) {
			return true
		}
		from = start + 1
	}
}

// beginsSentence reports whether a sentence, line, cell or list item begins at
// a place.
func beginsSentence(text string, at int) bool {
	before := strings.TrimRightFunc(text[:at], unicode.IsSpace)
	if before == "" || strings.ContainsRune(text[len(before):at], '\n') {
		return true
	}
	r, _ := utf8.DecodeLastRuneInString(before)
	return strings.ContainsRune(".!?:;|。•–—-*)\"”»", r)
}

// endsSentence reports whether a sentence, line, cell or list item ends at a
// place. A line that goes on with a small letter does not end.
func endsSentence(text string, at int) bool {
	last, _ := utf8.DecodeLastRuneInString(text[:at])
	after := strings.TrimLeftFunc(text[at:], unicode.IsSpace)
	next, _ := utf8.DecodeRuneInString(after)
	switch {
	case after == "", strings.ContainsRune(".!?。", last):
		return true
	case strings.ContainsRune(".!?;|。", next):
		return true
	}
	return strings.ContainsRune(text[at:len(text)-len(after)], '\n') && !unicode.IsLower(next)
}

// alike is how much of the terms of two sentences must be the same for one to
// stand in the other's place.
const alike = 0.5

// successor is a sentence that may stand in a quote's place.
type successor struct {
	quote    string // flat
	sentence int
	score    float64
	distance int // from where the quote stood
}

// replace finds what stands in the place of lost quotes: of the sentences that
// are new in the version, each for the quote that it is most like.
func (v *version) replace(lost []*ba.SurveyedLink, quoted map[ba.PassageID]ba.Passage) {
	if len(lost) == 0 {
		return
	}
	v.index()
	var pairs []successor
	for _, l := range lost {
		pairs = append(pairs, v.successors(l.Quote, quoted[l.Passage].Seq)...)
	}
	slices.SortStableFunc(pairs, func(x, y successor) int {
		return cmp.Or(cmp.Compare(y.score, x.score), x.distance-y.distance, x.sentence-y.sentence)
	})
	now := make(map[string]string)
	owner := make(map[int]string)
	for _, p := range pairs {
		if _, has := now[p.quote]; has || owner[p.sentence] != "" {
			continue
		}
		now[p.quote], owner[p.sentence] = cut(v.sentences[p.sentence].text, ba.MaxQuoteLen), p.quote
	}
	for _, l := range lost {
		l.Now = now[quote.Flat(l.Quote)]
	}
}

// successors returns the new sentences that are enough like a quote.
func (v *version) successors(words string, seq int) []successor {
	terms := differentTerms(words)
	shared := make(map[int]int)
	for _, t := range terms {
		for _, i := range v.byTerm[t] {
			shared[i]++
		}
	}
	var found []successor
	for i, n := range shared {
		if score := 2 * float64(n) / float64(len(terms)+v.sentences[i].size); score >= alike {
			found = append(found, successor{quote.Flat(words), i, score, abs(v.sentences[i].seq - seq)})
		}
	}
	return found
}

// index makes the sentences of the version, once.
func (v *version) index() {
	if v.byTerm != nil {
		return
	}
	v.byTerm = make(map[string][]int)
	for _, p := range v.passages {
		for _, text := range quote.Sentences(p.Text) {
			if v.kept[quote.Flat(text)] {
				continue
			}
			terms := differentTerms(text)
			for _, t := range terms {
				v.byTerm[t] = append(v.byTerm[t], len(v.sentences))
			}
			v.sentences = append(v.sentences, sentence{text: text, seq: p.Seq, size: len(terms)})
		}
	}
}

func differentTerms(text string) []string {
	terms := term.Terms(text)
	slices.Sort(terms)
	return slices.Compact(terms)
}

// cut shortens a text between words.
func cut(text string, most int) string {
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	short := string(runes[:most])
	if i := strings.LastIndexFunc(short, unicode.IsSpace); i > 0 {
		short = short[:i]
	}
	return short
}
