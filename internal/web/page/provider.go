package page

// AdminProviders is who answers here and with what people sign in.
type AdminProviders struct {
	AdminShell
	Providers []ProviderCard // the default first
	SignIns   []SignInCard
}

// ProviderCard is an AI provider as administrators see it.
type ProviderCard struct {
	ID, Name string
	BuiltIn  bool
	Default  bool
	State    string // "Ready"
	Tone     string // danger, warn, accent or empty
	Note     string // what the state means, and since when; may be empty
	Host     string
	Key      string // the variable that the key came from; empty where none is needed
	Last     string // how the last call ended, in words; may be empty
	LastAt   Moment
	Models   []ModelPrice
	Tested   *TestResult // of the test that was just asked for
}

// ModelPrice is a model with what it costs, in words.
type ModelPrice struct {
	Name  string
	Price string // "$3.00 in, $15.00 out"
	Note  string // such as where the price was read; may be empty
	Tone  string // danger where it is not asked for want of a price
}

// TestResult is what came of a test.
type TestResult struct {
	OK        bool
	Text, Fix string
	Cost      string // "less than $0.01"; empty where it cost nothing
}

// SignInCard is a way to sign in as administrators see it.
type SignInCard struct {
	ID, Name string
	State    string
	Tone     string
	Address  string // of the discovery document
	Redirect string // to be registered there
	Tested   *TestResult
}
