package lint

import "strings"

// bounds come before a value that needs a unit.
var bounds = set(`within after every exceed below above under than least most`)

// dimensions are what has a unit.
var dimensions = set(`time times delay latency duration timeout interval temperature weight mass length width height depth
	distance speed velocity pressure voltage power frequency bandwidth throughput memory size respond responds response reply
	answer load loads start startup boot expire expires wait refresh complete finish display return open arrive react
	accelerate heat cool thickness radius diameter altitude range lifetime period downtime uptime`)

// counted are dimensions of one: their values need no unit.
var counted = set(`number numbers count counts score scores rating ratings rank level levels version index value values digit
	digits integer port percentage quantity ratio factor scale grade step steps priority character characters attempts
	points point table chapter figure requirement item items amount`)

// checkQuantities reports values without a unit or a tolerance, and shares of a
// hundred per cent.
func (r *report) checkQuantities(s *statement) {
	for i := s.body; i < len(s.words); i++ {
		if s.words[i].kind != number {
			continue
		}
		switch {
		case s.hundredPercent(i):
			to := s.percentEnd(i)
			r.add(Absolute, s, i, to, "“%s” can be neither reached nor shown.", "Give the share that is needed, such as 99.9 % in a month, and what happens otherwise.")
		case s.requirement() && s.lacksUnit(i):
			r.add(MissingUnit, s, i, i+1, "“%s” has no unit.", "Write the unit behind the number.")
		case s.requirement() && s.lacksTolerance(i):
			r.add(MissingTolerance, s, i, i+2, "“%s” can never be met exactly.", "Give the tolerance (±), the range, or whether it is the minimum or the maximum.")
		}
	}
}

func (s *statement) percentEnd(i int) int {
	if next := s.low(i + 1); next == "%" || next == "percent" {
		return i + 2
	}
	return i + 3 // per cent
}

// hundredPercent reports "100 % available": a share of what goes well, not of a
// discount or a scale.
func (s *statement) hundredPercent(i int) bool {
	if s.low(i) != "100" {
		return false
	}
	next := s.low(i + 1)
	if next != "%" && next != "percent" && (next != "per" || s.low(i+2) != "cent") {
		return false
	}
	for j := max(0, i-5); j < min(i+7, len(s.words)); j++ {
		switch s.low(j) {
		case "not", "cannot":
			return false
		case "available", "availability", "uptime", "reliable", "reliability", "accuracy", "accurate", "secure", "compatible", "correct", "correctness", "compliant", "compliance", "coverage", "success", "successful", "guaranteed", "safe", "satisfied", "satisfaction", "precise", "error-free":
			return true
		}
	}
	return false
}

// lacksUnit reports that a bound of something that has a unit is a bare number.
func (s *statement) lacksUnit(i int) bool {
	if !s.limits(i-1) || !s.bare(i) || !digitsOnly(s.low(i)) || strings.Contains(s.low(i), ":") || year(s.low(i)) {
		return false
	}
	measured := false
	for j := i - 1; j >= max(s.body, i-14); j-- {
		if counted[s.low(j)] {
			return false
		}
		measured = measured || dimensions[s.low(j)] || s.low(j) == "last" || s.low(j) == "take"
	}
	return measured
}

// bare reports that nothing that could be a unit follows the number at i.
func (s *statement) bare(i int) bool {
	next := s.at(i + 1)
	if i+1 >= len(s.words) {
		return true
	}
	switch next.low {
	case ".", ",", ";", ")":
		return true
	case "to":
		return s.at(i+2).kind != number
	case "when", "if", "while", "after", "before", "for", "from", "at", "during", "unless", "until", "under", "once":
		return true
	}
	return false
}

// limits reports that the word at i introduces a value: within, a timeout of, wait for.
func (s *statement) limits(i int) bool {
	switch low := s.low(i); low {
	case "of":
		return dimensions[s.low(i-1)]
	case "for":
		return s.low(i-1) == "wait"
	case "last", "take":
		return i == s.modal+1
	default:
		return bounds[low]
	}
}

func digitsOnly(low string) bool { return strings.Trim(low, "0123456789.,") == "" }

func year(low string) bool {
	return len(low) == 4 && (strings.HasPrefix(low, "19") || strings.HasPrefix(low, "20"))
}

// physical are units of what can only be met within a tolerance.
var physical = set(`v volt volts kv mv a amp amps ma w watt watts kw mm cm m km metre metres meter meters inch inches kg g gram grams
	kilogram kilograms lb pounds °c c celsius fahrenheit °f degrees hz khz mhz ghz hertz pa kpa mpa bar psi n nm newton newtons db dba lux
	rpm km/h mph ohm ohms millimetres millimeters centimetres centimeters litres liters l ml`)

// ends of a range are named before the verb: "the minimum height shall be 5 mm".
var ends = set(`minimum maximum min max threshold limit`)

// lacksTolerance reports an exact physical value: "shall weigh 5 kg".
func (s *statement) lacksTolerance(i int) bool {
	unit := s.low(i + 1)
	if unit == "°" {
		unit = "°" + s.low(i+2)
	}
	if !physical[unit] || s.modal < 0 || i < s.modal || !binding[s.low(s.modal)] {
		return false
	}
	if v := s.low(s.skipAdverbs(s.modal + 1)); v != "be" && v != "weigh" && v != "measure" && v != "have" && v != "operate" && v != "provide" && v != "deliver" {
		return false
	}
	for j := s.body; j < s.modal; j++ {
		if ends[s.low(j)] {
			return false
		}
	}
	for j := s.modal + 1; j < min(i+9, len(s.words)); j++ {
		switch s.low(j) {
		case "±", "+", "least", "most", "than", "between", "to", "within", "maximum", "minimum", "max", "min", "exceed", "up", "tolerance", "range", "from", "under", "over", "above", "below", "less", "more", "not", "and", "or", "nominal", "–", "-", "until", "accuracy", "every", "limited", "≤", "≥", "<", ">", "at":
			return false
		}
	}
	return true
}
