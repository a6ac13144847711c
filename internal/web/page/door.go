package page

// Provider is one way to sign in.
type Provider struct {
	ID   string // google, microsoft, oidc: decides the button
	Name string
	Href string
}

// SignIn is the page at the door.
type SignIn struct {
	Shell
	Providers []Provider
	Dev       bool // offers the sign-in of development
	ReturnTo  string
	Setup     bool // no administrator exists yet
}

// Setup is where the first administrator enters the code from the console.
type Setup struct {
	Shell
	Problem string
}

// Invitation is where an invited person comes in.
type Invitation struct {
	Shell
	Token   string
	Project string
	Role    string
	Email   string
	Problem string
}

// Problem is the error page.
type Problem struct {
	Shell
	Status     int
	Heading    string
	Detail     string
	RequestID  string
	RetryAfter int // seconds
	Fields     []string
	BackHref   string
	BackName   string
	Actions    []Link // other ways on
}

// Privacy says what is stored of a person.
type Privacy struct{ Shell }
