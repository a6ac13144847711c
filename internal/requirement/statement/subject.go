package statement

import (
	"unicode"
	"unicode/utf8"
)

// systems are what is specified; users are who works with it.
var (
	systems = setOf(`system systems application app software product solution tool service services server client clients interface gui ui
		module modules component components device devices program platform website site page pages portal database subsystem network
		engine feature function functions screen window dialog form menu report reports api library package controller unit equipment
		radio terminal display workstation console store agent scheduler editor parser processor hardware website web-site webpage gateway
		backend frontend repository registry catalog search message messages data file files record records log logs`)
	users = setOf(`user users customer customers administrator administrators admin operator operators player players staff member members manager
		managers driver drivers patron patrons person people employee employees client clients visitor visitors student students faculty
		supplier suppliers buyer buyers seller sellers owner owners author authors reviewer reviewers editor publishers publisher analyst developer developers
		provider providers subscriber subscribers agent agents contributor contributors donor librarian teacher patient doctor clinician nurse officer
		personnel everyone anyone nobody they he she you`)
	papers = setOf(`section sections chapter chapters appendix specification srs deliverable figure diagram
		paragraph subsection requirement requirements reader readers author authors project team`)
	// These are papers only as "this document".
	thesePapers = setOf(`document documents paper report table tables plan version release phase work analysis guide manual standard deliverables`)
)

// purposes are what an "is to" often speaks of without asking for anything.
var purposes = setOf(`purpose goal goals aim aims intent intention objective objectives idea task step principle key challenge word point approach mission`)

// subject is what a clause is about, as far as its words tell.
type subject struct{ system, user, paper, name, purpose, self bool }

// subjectOf reads the words before the verb at i, back to the last comma.
func subjectOf(text string, words []word, i int) subject {
	var s subject
	for k := i - 1; k >= 0 && i-k <= 10; k-- {
		w := words[k]
		if (w.s == "," || w.s == ";" || w.s == ":") && k < i-1 {
			break
		}
		s.system = s.system || systems[w.s]
		s.user = s.user || users[w.s]
		s.paper = s.paper || papers[w.s] || k > 0 && thesePapers[w.s] && (words[k-1].s == "this" || words[k-1].s == "these")
		s.self = s.self || w.s == "we" || w.s == "i" || w.s == "us"
		s.purpose = s.purpose || purposes[w.s]
		s.name = s.name || k > 0 && capital(text[w.start:]) || acronym(text[w.start:w.end])
	}
	return s
}

func capital(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsUpper(r)
}

// acronym reports two capitals in a word, as in TCS, HATS-GUI and MultiMahjongClient.
func acronym(s string) bool {
	n := 0
	for _, r := range s {
		if unicode.IsUpper(r) {
			n++
		}
	}
	return n >= 2
}
