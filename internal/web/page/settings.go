package page

// Settings is the page of one's own account.
type Settings struct {
	Shell
	Role     string
	Meter    Meter
	Sessions []Session
	Tokens   []Token
	Created  *NewToken // shown once
	Problem  string
}

// Session is one signed-in browser.
type Session struct {
	ID      string
	Name    string // "Chrome on Windows"
	Current bool
	Used    Moment
	Began   Moment
	Expires Moment
}

// Token is one personal API token.
type Token struct {
	ID      string
	Name    string
	Access  string
	Used    Moment
	Expires Moment
}

// NewToken is a token with its secret.
type NewToken struct {
	Name   string
	Secret string
}
