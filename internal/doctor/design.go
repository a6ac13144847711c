package doctor

// What cannot be configured into this program. The tests named in
// docs/development.md prove each.
var (
	assets     = byDesign("OWN-20", "The front end is a release build", "the pages are embedded in the binary, compressed, under fingerprinted addresses.", "P5", "C6", "T5", "T6", "R5", "V5")
	fonts      = byDesign("OWN-21", "No font is fetched from elsewhere", "the pages use the fonts of the system and ask no other site for anything.", "G6")
	state      = byDesign("OWN-22", "The state of a sign-in is bound to the browser", "state, nonce and PKCE verifier are in a sealed cookie of ten minutes; nothing is kept in memory.", "P7", "S3", "D2")
	middleware = byDesign("OWN-23", "The middleware is in its one order", "the order is stated in one place and tested; errors carry the headers too.", "G8")
	limits     = byDesign("OWN-24", "Requests are limited", "ten a second for each person, one a second for each address at the door.", "S5")
	quotas     = byDesign("OWN-25", "The limits of AI providers are respected", "a refused call is tried again when the provider says so, and the person is told.", "G7")
	redaction  = byDesign("OWN-26", "No secret reaches the log", "values of secrets are removed from logs and errors.", "S4")
	messages   = byDesign("OWN-27", "Errors say what to do", "each error is a sentence for the person, with a request id for the log.", "C10", "U2")
)
