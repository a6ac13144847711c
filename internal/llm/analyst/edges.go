package analyst

import (
	"fmt"
	"strings"
)

// edge is a question about a case that is easily forgotten, asked where words
// of the conversation or the documents suggest it.
type edge struct {
	when pattern
	ask  string
}

// edges in the order of how much they usually change.
var edges = []edge{
	{lazily(`(?i)\b(?:book|books|booking|bookings|booked|reserve|reserves|reservation|reservations|appointment|appointments|slot|slots|seat|seats)\b`), "Two people take the last free slot at the same moment: who gets it, and what does the other one see?"},
	{lazily(`(?i)\b(?:cancel|cancels|cancelled|cancelling|cancellation|cancellations)\b`), "Somebody cancels after the time has passed, or twice, or only a part: what happens, and who is told?"},
	{lazily(`(?i)\b(?:pay|pays|paid|payment|payments|price|prices|fee|fees|invoice|invoices|checkout|credit card|refund|refunds)\b`), "The payment fails half-way, or the price changes between choosing and paying: which price holds, and what is undone?"},
	{lazily(`(?i)\b(?:e-?mail|e-?mails|sms|text message|text messages|notif\w+|remind\w*|alert|alerts)\b`), "A message cannot be delivered (wrong address, full mailbox, opted out): who notices, and what is tried next?"},
	{lazily(`(?i)\b(?:upload\w*|file|files|attachment|attachments|photo|photos|import|imports|imported)\b`), "A file is empty, far too large, of the wrong kind, or comes twice: what is kept, and what does the person read?"},
	{lazily(`(?i)\b(?:approv\w+|sign off|signs off|release[sd]? by|four[- ]eyes)\b`), "The approver is away, refuses, or approves after the deadline: who steps in, and what does the requester see?"},
	{lazily(`(?i)\b(?:account|accounts|log ?in|logs? in|sign[- ]in|password|passwords|register|registers|registration)\b`), "Somebody loses access, changes the phone number or leaves the company: what becomes of the account and of what is under way?"},
	{lazily(`(?i)\b(?:interface|interfaces|integrat\w+|api|sync\w*|sap|crm|erp|billing|export|exports|hand(?:s|ed)? over)\b`), "The other system is down, answers late, or gets the same record twice: what is retried, and who sees what is missing?"},
	{lazily(`(?i)\b(?:child|children|minor|minors|parent|parents|age|under \d+|under (?:sixteen|eighteen)|guardian)\b`), "Somebody crosses the age limit between ordering and using: which rule holds, and who may see the data from then on?"},
	{lazily(`(?i)\b(?:personal data|health data|gdpr|delete|deletes|deletion|privacy|retention)\b`), "Somebody asks for deletion while a case is still open or must be kept by law: what goes, what stays, and who decides?"},
	{lazily(`(?i)\b(?:waiting list|queue|queues|waitlist)\b`), "The next in the queue does not answer: how long does the offer stand, and who comes then?"},
	{lazily(`(?i)\b(?:mobile|phone|phones|app|apps|offline|tablet|tablets|warehouse|field)\b`), "The connection drops in the middle: what is saved, what is sent twice, and how does the person know?"},
	{lazily(`(?i)\b(?:search|searches|list|lists|report|reports|dashboard|overview|filter|filters)\b`), "There is nothing to show, or there are 10,000 entries: what does the person see, and what is still usable?"},
	{lazily(`(?i)\b(?:role|roles|permission|permissions|rights|manager|managers|admin|admins|administrator|delegate|access)\b`), "Somebody's rights are taken away while they work: what happens to what they have open and have not saved?"},
	{lazily(`(?i)\b(?:stock|inventory|order|orders|delivery|deliveries|ship\w*|warehouse)\b`), "Less is there than was promised: is the order split, delayed or cancelled, and who decides?"},
	{lazily(`(?i)\b(?:countries|international|languages|translation|time ?zone|time ?zones|abroad|global)\b`), "Two people in different time zones, or on the day of the clock change, look at the same time: which one holds?"},
	{lazily(`(?i)\b(?:date|dates|day|days|week|weeks|hours|deadline|deadlines|calendar|schedule|schedules)\b`), "The time limit falls on a holiday, or on the day of the clock change: does it move, and who tells people?"},
	{lazily(`(?i)\b(?:edit|edits|change|changes|update|updates|modify|form|forms|record|records)\b`), "Two people change the same record: does the last one win, is one warned, and can it be undone?"},
	{lazily(`(?i)\b(?:loyalty|points|voucher|vouchers|discount|discounts|reward|rewards|coupon|coupons)\b`), "Something is returned after its points or discount were used: what is taken back, and may the balance be negative?"},
	{lazily(`(?i)\b(?:replac\w+|migrat\w+|legacy|old system|existing data)\b`), "Records of the old system are incomplete or exist twice: which rule decides, and what happens to what is under way on the day of the change?"},
}

// edgeCases returns up to limit questions that fit the sentences: first those
// at the limits of numbers that were named, then by the words.
func edgeCases(facts []string, limit int) []string {
	var cases []string
	for _, f := range facts {
		for _, q := range quantities(f, tokenise(f)) {
			if q.bound != "" && len(cases) < (limit+1)/2 {
				cases = append(cases, boundaryCase(f, q))
			}
		}
	}
	text := strings.Join(facts, "\n")
	for _, e := range edges {
		if len(cases) >= limit {
			break
		}
		if m := e.when.FindString(text); m != "" {
			cases = append(cases, fmt.Sprintf("%s (you said %s)", e.ask, quoted(m)))
		}
	}
	return cases
}

// boundaryCase asks about the exact value of a limit.
func boundaryCase(fact string, q quantity) string {
	return fmt.Sprintf("Exactly at the limit: does %s include the value itself, and what happens just beyond it? (you said %s)",
		quoted(limitPhrase(fact, tokenise(fact), q)), own(fact, 80))
}

// limitPhrase returns a limit as it is written, with the words before it that
// make it one and what is counted.
func limitPhrase(text string, tokens []token, q quantity) string {
	start, end := q.start, q.end
	if q.first > 0 && bounds[tokens[q.first-1].word] {
		start = tokens[q.first-1].start
	}
	if q.first > 1 && leadsBound[tokens[q.first-2].word] {
		start = tokens[q.first-2].start
	}
	if q.class == countValue && q.last+1 < len(tokens) {
		next := tokens[q.last+1]
		if strings.TrimSpace(text[q.end:next.start]) == "" && !stopWords[next.word] {
			end = next.end
		}
	}
	return lowerFirst(text[start:end])
}

// leadsBound are the words before "to", "than", "least" that belong to them.
var leadsBound = wordSet(`up at more less fewer no not later`)

// proposeEdges answers a request for edge cases, from what was said and, in a
// project, from what the documents say about the topic.
func proposeEdges(t *turn) (string, bool) {
	topic := topicOf(t.talk.asked, asksEdges)
	facts := t.talk.covered().described()
	var found []ranked
	if t.desk.canSearch() {
		var ready bool
		if found, ready = t.statements(topic); !ready {
			return "", false
		}
	}
	var blocks []string
	if cases := edgeCases(facts, 6); len(cases) > 0 && topic == "" {
		blocks = append(blocks, "**From what you said:**\n\n"+numbered(cases))
	}
	if cases := edgesOf(found, 6); len(cases) > 0 {
		blocks = append(blocks, "**From the documents:**\n\n"+numbered(cases))
	}
	if len(blocks) == 0 {
		return "I need something to work from. Tell me what the feature does, with its numbers and limits, or name a topic that the documents hold.", true
	}
	return strings.Join(append(blocks, "Which of these can happen, and what should the system do then? Answer one at a time if you like."), "\n\n"), true
}

// edgesOf returns edge cases for statements of documents, with their sources.
func edgesOf(list []ranked, limit int) []string {
	var cases []string
	used := make(map[string]bool)
	for _, r := range list {
		for _, q := range quantities(r.text(), r.tokens) {
			if q.bound != "" && r.kind != row && len(cases) < (limit+1)/2 {
				cases = append(cases, fmt.Sprintf("Exactly at the limit: does %s include the value itself, and what happens just beyond it? It stands in %s",
					quoted(limitPhrase(r.text(), r.tokens, q)), r.cited(-1)))
				break
			}
		}
	}
	for _, e := range edges {
		for _, r := range list {
			if len(cases) < limit && !used[e.ask] && e.when.MatchString(r.text()) {
				used[e.ask] = true
				cases = append(cases, fmt.Sprintf("%s It follows from %s", e.ask, r.cited(-1)))
			}
		}
	}
	return cases
}
