package analyst

// Area is a part of the discovery framework, with the question that opens it.
type Area struct {
	Title    string
	Question string
}

// Areas returns the framework, in the order of asking.
func Areas() []Area {
	all := make([]Area, len(areas))
	for i := range areas {
		all[i] = Area{Title: areas[i].title, Question: areas[i].ask}
	}
	return all
}

// Touches returns for each area, in the order of Areas, whether a text says
// anything that belongs to it: bit i is the area i.
func Touches(text string) uint32 {
	var touched uint32
	for _, s := range factsIn(text) {
		for i := range areas {
			if touched&(1<<i) == 0 && areas[i].strongly(s) {
				touched |= 1 << i
			}
		}
	}
	return touched
}

// Says returns for each area, in the order of Areas, the first sentence of a
// text that belongs to it; empty where none does.
func Says(text string) []string {
	said := make([]string, len(areas))
	for _, s := range factsIn(text) {
		for i := range areas {
			if said[i] == "" && areas[i].strongly(s) {
				said[i] = s
			}
		}
	}
	return said
}
