package analyst

import "strings"

// vagueWords maps a word that cannot be verified to the question that makes it
// precise. (ISO/IEC/IEEE 29148, 5.2.7, lists such words.)
var vagueWords = func() map[string]string {
	m := make(map[string]string)
	for _, g := range []struct{ words, ask string }{
		{"fast faster fastest quick quickly rapid rapidly swift swiftly slow promptly responsive", "Within how many seconds, for which share of the requests, with how many users at once?"},
		{"soon shortly timely asap", "Within which time, counted from what?"},
		{"friendly easy easily simple simply intuitive intuitively convenient conveniently comfortable ergonomic", "Who must be able to do what without help, in which time or with how many errors?"},
		{"appropriate appropriately suitable adequate adequately proper properly reasonable reasonably sensible relevant necessary", "By which rule does one decide, and who decides?"},
		{"flexible flexibly scalable extensible adaptable modular", "Which change must be possible, by whom, at what effort, up to which load?"},
		{"secure securely safe safely reliable reliably robust stable resilient", "Against what, and measured how?"},
		{"modern attractive nice elegant clean seamless seamlessly", "How would a tester tell that it is met?"},
		{"several some few various numerous multiple many", "How many at least, and how many at most?"},
		{"often frequently regularly periodically sometimes usually normally generally typically mostly occasionally", "How often exactly, and what are the exceptions?"},
		{"etc", "What else belongs to the list? It must be complete to be tested."},
		{"approximately roughly nearly almost", "Which tolerance is allowed?"},
		{"minimise minimize maximise maximize optimal optimally optimise optimize improve improved better efficient efficiently effective effectively", "From which value to which value, measured how?"},
	} {
		for w := range strings.FieldsSeq(g.words) {
			m[w] = g.ask
		}
	}
	return m
}()
