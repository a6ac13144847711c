package page

// Why is how an answer was made: who answered, what was looked up for it, and
// what it used. Numbers are written out; empty ones are not known, or nothing.
type Why struct {
	Model   Model
	Instead string // whose place the model took, because that one failed
	Steps   []Step
	Input   string // tokens
	Cached  string // of them, from the provider's cache
	Output  string
	Cost    string // as dollars
	Stop    string // the provider's own word for the end
}

// Step is one use of a tool.
type Step struct {
	Asked   string
	Summary string
	Failed  bool
	Found   []Found
}

// Found is a passage that the model was shown.
type Found struct {
	N        int
	Href     string
	Filename string
	Place    string
}
