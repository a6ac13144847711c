package analyst

// ordersRE finds sentences that speak to a machine that reads them, such as
// "ignore every earlier instruction". They are somebody's text, not evidence.
var ordersRE = lazily(`(?i)\b(?:ignore|disregard|forget|override)\b[^.]{0,40}\b(?:instruction|instructions|prompt|prompts|rules|guidelines)\b` +
	`|\b(?:message|note|instruction|instructions|order|orders)\b (?:to|for) (?:the |an? |any )?(?:ai|assistant|model|llm|chatbot|language model)\b` +
	`|\b(?:answer|respond|reply) (?:only|just|exclusively)? ?with (?:the word|only|exactly|just)\b|\byou are (?:now )?(?:an? )?(?:ai|assistant|language model|chatbot|dan)\b` +
	`|\bsystem (?:prompt|message)\b|\b(?:do not|don't) (?:list|mention|reveal|cite)\b[^.]{0,40}\b(?:requirements|instruction|prompt|this)\b` +
	`|\b(?:send|post|upload|forward)\b[^.]{0,60}\b(?:other|all) (?:documents|files|passages)\b`)

// givesOrders reports whether a unit, or the line that it stands in, gives
// orders to a machine.
func givesOrders(u *unit) bool {
	return u.src.orders && ordersRE.MatchString(u.line())
}

// line returns the whole line of the passage that the unit is part of.
func (u *unit) line() string {
	start, end := u.start, u.end
	for start > 0 && u.src.text[start-1] != '\n' {
		start--
	}
	for end < len(u.src.text) && u.src.text[end] != '\n' {
		end++
	}
	return u.src.text[start:end]
}
