package statement

import (
	"strings"
	"unicode/utf8"

	"github.com/ba-assistant/ba-assistant/internal/extract"
)

// list is the items below a requirement that ends in a colon.
type list struct {
	unit  unit
	lead  Candidate // the words that lead into the list
	rule  Rule      // of the lead
	items []unit
}

func (l *list) add(u unit) { l.items = append(l.items, u) }

// lead opens a list if the sentence ends in a colon and asks for something.
func (f *finder) lead(u unit, start, end int, rule Rule) bool {
	text := withoutMark(u.text[start:end])
	if !strings.HasSuffix(text, ":") || f.section() == apart {
		return false
	}
	if words := wordsOf(text); rule == "" && (leftOut(text, words) || modalOf(words).force < shouldForce) {
		return false
	}
	if next := f.after(u.last); next < 0 || f.blocks[next].Kind != extract.ListItem && listMark(f.blocks[next].Text) == 0 {
		return false
	}
	if rule == "" {
		rule = RuleListItem
	}
	f.list = &list{unit: u, lead: f.candidate(u, start, end, rule), rule: rule}
	return true
}

// after returns the next block that is no page head or foot, or -1.
func (f *finder) after(i int) int {
	for i++; i < len(f.blocks); i++ {
		if f.blocks[i].Kind != extract.Margin {
			return i
		}
	}
	return -1
}

// closeList makes candidates of the open list: one of each item that is a
// clause, or one of the whole where the items are things.
func (f *finder) closeList() {
	l := f.list
	f.list = nil
	switch {
	case l == nil:
	case len(l.items) == 0:
		f.emit(l.lead)
	case l.enumerates() && f.adjacent(l):
		f.emit(f.enumeration(l))
	default:
		for _, item := range l.items {
			f.item(l, item)
		}
	}
}

// maxEnumeration bounds, in bytes, what is kept together as one statement.
const maxEnumeration = 1200

// enumerates reports a list of things, which together are one requirement.
func (l *list) enumerates() bool {
	size := len(l.lead.Quote)
	for _, item := range l.items {
		words := wordsOf(item.text[item.from:])
		size += len(item.text)
		if len(words) > 16 || modalOf(words).force >= shouldForce {
			return false
		}
		if len(words) > 2 && verbs[words[0].s] {
			return false
		}
	}
	return size <= maxEnumeration && !endsOpen(l.lead.Quote)
}

// endsOpen reports a lead whose items end the sentence: "The system shall:".
func endsOpen(lead string) bool {
	words := wordsOf(withoutMark(lead))
	if len(words) < 2 {
		return false
	}
	switch last := words[len(words)-2].s; last {
	case "shall", "must", "should", "will", "to", "can", "may", "muss", "soll", "doit", "должна", "должен":
		return true
	}
	return false
}

// adjacent reports whether nothing stands between the lead and its items.
func (f *finder) adjacent(l *list) bool {
	return l.items[len(l.items)-1].last-l.unit.first == l.blocks()-1
}

func (l *list) blocks() int {
	n := l.unit.last - l.unit.first + 1
	for _, item := range l.items {
		n += item.last - item.first + 1
	}
	return n
}

// enumeration is the lead with all items.
func (f *finder) enumeration(l *list) Candidate {
	c := l.lead
	text := []string{withoutMark(c.Text)}
	for _, item := range l.items {
		text = append(text, strings.TrimRight(withoutMark(oneLine(item.text[item.from:])), ";,. ")+";")
	}
	c.Last = l.items[len(l.items)-1].last
	whole := f.joined(c.First, c.Last)
	_, c.End = trimSpan(whole, c.Start, len(whole))
	c.Quote = whole[c.Start:c.End]
	c.Text = strings.TrimSuffix(strings.Join(text, " "), ";")
	return c
}

// item makes a statement of one item: its own sentence, or the lead with it.
func (f *finder) item(l *list, u unit) {
	start, end := trimSpan(u.text, u.from, u.end)
	if start == end {
		return
	}
	own := u.text[start:end]
	c := f.candidate(u, start, end, RuleListItem)
	if words := wordsOf(own); modalOf(words).force >= shouldForce && subjectOf(own, words, modalOf(words).at).any() {
		c.Rule = setting{section: f.section()}.judge(own, words)
		if c.Rule != "" {
			f.emit(c)
		}
		return
	}
	c.Lead = &Span{l.lead.First, l.lead.Start, l.lead.End}
	if c.SourceID == "" {
		c.SourceID = l.lead.SourceID
	}
	stem := strings.TrimRight(strings.TrimSuffix(withoutMark(l.lead.Text), ":"), " ")
	if !endsOpen(l.lead.Quote) {
		stem += ":"
	}
	c.Text = stem + " " + lowerFirst(strings.TrimRight(oneLine(own), ";,"))
	f.emit(c)
}

func (s subject) any() bool { return s.system || s.user || s.name }

// lowerFirst makes "Send alerts" go on a sentence; an acronym stays.
func lowerFirst(s string) string {
	_, n := utf8.DecodeRuneInString(s)
	first, _, _ := strings.Cut(s, " ")
	if acronym(first) {
		return s
	}
	return strings.ToLower(s[:n]) + s[n:]
}

// itemRule takes an item below a heading of requirements: "Allow a mirror site",
// "Login with a smart card".
func itemRule(text string, words []word) Rule {
	if len(words) < minWords || leftOut(text, words) || strings.HasSuffix(text, ":") || isTitleCase(text, words) {
		return ""
	}
	return RuleSection
}

// verbs are actions that begin an item.
var verbs = setOf(`accept access add adjust advise alert allow analyze apply archive assign attach authenticate authorize automate back be block build calculate
	cancel capture change check choose clear close collect combine communicate compare comply compute conduct configure confirm connect control convert copy create
	customize deactivate define delete deliver deny deregister describe design detect determine disable display disseminate distribute download edit enable enforce ensure
	enter establish estimate evaluate execute export filter find format forward generate give guarantee handle have hide hold identify implement import include indicate
	inform initialize initiate insert install integrate interact interface issue keep launch limit link list load locate lock log maintain make manage mark match measure
	merge minimize modify monitor move navigate notify obtain offer open operate order organize override pay perform place play post present preserve prevent print
	process prohibit prompt protect provide publish purchase put query read receive recognize record recover redirect reduce refresh register reject release remove
	rename replace report request require reset resolve respond restart restore restrict resume retain retrieve return review route run save schedule search secure select
	send set share show shut sign sort specify start stop store submit support suspend switch synchronize terminate test track transfer transform translate transmit
	trigger turn undo unlock update upload use validate verify view warn withdraw write`)
