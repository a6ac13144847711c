package lint

// vagueReference reports that no name or number says what is referred to.
func vagueReference(s *statement, from, to int) bool {
	if subordinates[s.low(from-2)] { // when the latest version holds
		return false
	}
	switch s.low(from) {
	case "latest", "newest", "most": // the acronym names the product, not its version
		if s.named(to, false) {
			return false
		}
	default:
		if s.named(to, true) {
			return false
		}
	}
	switch s.low(from) {
	case "latest", "newest", "current", "most":
		if s.low(to-1) == "version" || s.low(to-1) == "versions" || s.low(to-1) == "of" {
			return beforeProduct(s, to)
		}
	case "international", "national", "existing", "common", "legal", "safety", "local", "government", "state", "federal", "privacy":
		return complies(s, from)
	}
	return true
}

// named reports that a number, or where acronyms count an acronym, stands
// right behind i.
func (s *statement) named(i int, acronyms bool) bool {
	for j := i; j < min(i+8, len(s.words)); j++ {
		if w := s.words[j]; w.kind == number || acronyms && w.acronym() {
			return true
		}
	}
	return false
}

// complies reports that the reference is one that something has to follow.
func complies(s *statement, from int) bool {
	for i := max(0, from-24); i < from; i++ {
		if obeys[s.low(i)] {
			return true
		}
	}
	return false
}

var obeys = set(`comply complies complying compliant compliance conform conforms conformance accordance according adhere adheres
	defined meet meets satisfy follow follows fulfil fulfill`)

// beforeProduct reports that a version of some named product is meant.
func beforeProduct(s *statement, to int) bool {
	for i := to; i < min(to+5, len(s.words)); i++ {
		if s.words[i].capital() {
			return true
		}
	}
	return false
}
