package analyst

import (
	"fmt"
	"strings"
	"unicode"
)

// language is one that is recognised by its most frequent words. Its words are
// left out of searches; everything else is searched as it is written.
type language struct {
	name  string
	words map[string]bool
}

var english = wordSet(`the of and to in is are was for that it with as on be at by this have from or an not what which who when where how
	do does can may must shall should will we i you they there their our my your if then than but so no yes all any please`)

var languages = []language{
	{"German", wordSet(`der die das den dem des ein eine einen einem einer eines und oder aber ist sind war waren wird werden wurde kann können darf dürfen
		muss müssen soll sollen will wollen hat haben nicht kein keine auf für mit von zu zum zur im in am an bei nach aus über unter bis wie was wer wen wem
		wann wo warum welche welcher welches wir ich sie er es ihr uns ihre unsere man auch nur noch schon wenn dass bitte mehr viel viele wieviel lange`)},
	{"French", wordSet(`le la les un une des du de et ou mais est sont était être avoir a ont pour par avec sans sur dans en au aux ce cette ces qui que quoi
		quand où comment pourquoi combien quel quelle quels quelles nous vous je tu il elle ils elles on ne pas plus peut peuvent doit doivent il y s'il plaît bonjour
		notre votre leur se son sa ses`)},
	{"Spanish", wordSet(`el la los las un una unos unas de del y o pero es son era ser estar tiene tienen para por con sin sobre en al este esta estos estas
		que qué quién quiénes cuándo dónde cómo cuánto cuánta cuántos cuántas cuál cuáles nosotros yo tú usted ellos no más puede pueden debe deben se su sus hola hasta`)},
	{"Italian", wordSet(`il lo la i gli le un una uno di del della dei delle e o ma è sono era essere avere ha hanno per con senza su in al questo questa
		che chi quando dove come quanto quanta quanti quante quale quali perché noi io tu voi loro non più può possono deve devono si suo sua buongiorno fino`)},
	{"Portuguese", wordSet(`o os as um uma de do da dos das e ou mas é são era ser estar tem têm para por com sem sobre em no na ao este esta que quem quando
		onde como quanto quanta quantos quantas qual quais porque nós eu você eles não mais pode podem deve devem se seu sua olá até`)},
	{"Dutch", wordSet(`de het een en of maar is zijn was waren wordt worden kan kunnen mag mogen moet moeten zal wil heeft hebben niet geen op voor met van naar
		te in aan bij uit over onder tot hoe wat wie wanneer waar waarom welke wij ik zij hij jullie ons onze ook alleen nog als dat alstublieft hoeveel lang`)},
}

// russian are the frequent words that are left out of searches in Cyrillic letters.
var russian = wordSet(`и в во на с со о об от до по из к ко у за при для без под над не ни ли же бы или а но что чем чего кто кого кому когда где куда как какой какая
	какое какие сколько почему зачем это этот эта эти тот та те мы вы он она они я ты есть быть был была было были может могут должен должны нужно`)

// scripts whose presence tells a language that is not written in Latin letters.
var scripts = []struct {
	name  string
	table *unicode.RangeTable
}{
	{"Japanese", unicode.Hiragana}, {"Japanese", unicode.Katakana}, {"Chinese", unicode.Han}, {"Korean", unicode.Hangul},
	{"Russian or another language in Cyrillic letters", unicode.Cyrillic}, {"Arabic", unicode.Arabic}, {"Hebrew", unicode.Hebrew},
	{"Greek", unicode.Greek}, {"Hindi", unicode.Devanagari}, {"Thai", unicode.Thai},
}

// languageOf returns the language of a text where it is clearly not English,
// or nil. Its words may be empty.
func languageOf(s string) *language {
	if l := scriptOf(s); l != nil {
		return l
	}
	words := wordsOf(s)
	own := hits(words, english)
	var best *language
	most := max(own, 1)
	for i := range languages {
		if n := hits(words, languages[i].words); n > most {
			best, most = &languages[i], n
		}
	}
	return best
}

func hits(words []string, set map[string]bool) int {
	n := 0
	for _, w := range words {
		if set[w] {
			n++
		}
	}
	return n
}

// scriptOf returns the language of a script that most letters belong to.
func scriptOf(s string) *language {
	letters := 0
	counts := make([]int, len(scripts))
	for _, r := range s {
		if !unicode.IsLetter(r) {
			continue
		}
		letters++
		for i, script := range scripts {
			if unicode.Is(script.table, r) {
				counts[i]++
			}
		}
	}
	for i, n := range counts {
		if n*3 > letters && n > 0 { // Japanese mixes scripts
			l := &language{name: scripts[i].name}
			if scripts[i].table == unicode.Cyrillic {
				l.words = russian
			}
			return l
		}
	}
	return nil
}

// remark says that a text is not in English and what that means.
func (l *language) remark() string {
	return fmt.Sprintf("I take this for %s. My rules read English best, so I answer in English and search for your words as they are written.", l.name)
}

// withoutFrequent leaves the frequent words of the language out.
func (l *language) withoutFrequent(s string) string {
	if l == nil || len(l.words) == 0 {
		return s
	}
	var kept []string
	for _, w := range strings.Fields(s) {
		if bare := strings.ToLower(strings.Trim(w, `.,;:!?¿¡"'«»()`)); !l.words[bare] {
			kept = append(kept, w)
		}
	}
	if len(kept) == 0 {
		return s
	}
	return strings.Join(kept, " ")
}
