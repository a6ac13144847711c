package page

// Discovery is what is known of each area of the discovery framework, as seen
// from a conversation.
type Discovery struct{ Areas []DiscoveryArea }

// Touched counts the areas that something was said about.
func (d Discovery) Touched() int {
	n := 0
	for _, a := range d.Areas {
		if a.Touched {
			n++
		}
	}
	return n
}

// DiscoveryArea is an area with what says something of it.
type DiscoveryArea struct {
	Area
	Quote string
	By    string // what it is that says so
	Href  string
}
