package analyst

import "strings"

var months = wordSet(`january february march april may june july august september october november december
	jan feb mar apr jun jul aug sep sept oct nov dec`)

const monthNames = `(?:January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?`

// dateRE finds dates, times of day and named times in running text.
var dateRE = lazily(`\b\d{1,2}(?:st|nd|rd|th)? (?:of )?` + monthNames + `(?:,? \d{4})?\b` +
	`|\b` + monthNames + ` \d{1,2}(?:st|nd|rd|th)?(?:,? \d{4})?\b|\b` + monthNames + `,? \d{4}\b` +
	`|\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b` +
	`|\b(?:between )?\d{1,2}:\d{2}(?: ?(?:am|pm|AM|PM))?(?: (?:and|to|until) \d{1,2}:\d{2}(?: ?(?:am|pm|AM|PM))?)?` +
	`|\b(?:Q[1-4]|[Qq]uarter [1-4]) ?(?:19|20)\d\d\b|\b(?:before|after|until|by|since) (?:Easter|Christmas|summer|winter|spring|autumn)(?: \d{4})?\b` +
	`|\b(?:every|each) (?:night|day|morning|evening|week|month|year|hour|quarter|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b` +
	`|\b(?:daily|weekly|monthly|quarterly|annually|yearly|nightly|hourly|immediately|at once)\b` +
	`|\b(?:on )?the day before\b|\b(?:in|since|until|by|from|before|after) (?:19|20)\d\d\b`)

// dates returns the spans of dates and times in text.
func dates(text string) [][]int { return dateRE.FindAllStringIndex(text, -1) }

// isDateNumber reports whether a number is the day or the year of a date.
func isDateNumber(text string, tokens []token, first, last int) bool {
	if first > 0 && months[tokens[first-1].word] && tokens[first-1].capital {
		return true
	}
	if last+1 < len(tokens) && months[tokens[last+1].word] && tokens[last+1].capital {
		return true
	}
	if first > 1 && months[tokens[first-2].word] && tokens[first-2].capital && len(tokens[first].word) == 4 {
		return true
	}
	w := tokens[first].word
	return first == last && len(w) == 4 && (strings.HasPrefix(w, "19") || strings.HasPrefix(w, "20")) && !followedByUnit(text, tokens, last)
}

func followedByUnit(text string, tokens []token, i int) bool {
	if strings.HasPrefix(strings.TrimLeft(text[tokens[i].end:], " "), "%") {
		return true
	}
	if i+1 >= len(tokens) {
		return false
	}
	_, ok := units()[tokens[i+1].stem]
	return ok
}
