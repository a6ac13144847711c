package page

// BudgetNote is what is said of the budget where one writes.
type BudgetNote struct {
	Tone   string // warn or danger; empty where there is nothing to say
	Text   string
	Closed bool   // nothing can be sent
	Low    bool   // so little is left that an answer which the budget ended would not get far
	Href   string // where the note is to be had again
}

// Meter is how much of a month's budget is used.
type Meter struct {
	Percent  int
	Used     string // as dollars
	Reserved string // set aside for answers that are being written; empty for nothing
	Limit    string
	Resets   string // the day
	Note     BudgetNote
}

// Choice is a model that a conversation can begin with.
type Choice struct {
	Value   string // of the form: provider/model
	Name    string
	Closed  bool // it cannot be asked now
	Current bool
}
