package lint

import (
	"fmt"
	"slices"
	"strings"
)

// place is where an expression stands in a set.
type place struct {
	statement int
	span      [2]int
}

// variant is one way to write a term, and where it is written so.
type variant struct {
	form   string
	places []place
}

// terms reports a term that is written in two ways: the rarer one, wherever it stands.
func (c *comparison) terms() {
	groups := make(map[string][]variant)
	for n, s := range c.all {
		for i := s.body; i < len(s.words); i++ {
			if key, form, to := s.term(i); key != "" {
				groups[key] = written(groups[key], form, place{n, [2]int{i, to}})
			}
		}
	}
	for _, key := range sortedKeys(groups) {
		c.report(InconsistentTerm, groups[key], "“%s” is “%s” elsewhere, in %s.", "Use one term for one thing, and put it into the glossary.")
	}
}

func written(list []variant, form string, p place) []variant {
	for i := range list {
		if list[i].form == form {
			list[i].places = append(list[i].places, p)
			return list
		}
	}
	return append(list, variant{form, []place{p}})
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// report reports every variant but the most frequent, the earliest of equals.
func (c *comparison) report(rule string, list []variant, reason, suggestion string) {
	if len(list) < 2 {
		return
	}
	usual := 0
	for i, v := range list {
		if len(v.places) > len(list[usual].places) {
			usual = i
		}
	}
	other := list[usual].places[0].statement
	for i, v := range list {
		if i == usual {
			continue
		}
		for _, p := range v.places {
			c.add(rule, p.statement, other, p.span, fmt.Sprintf(reason, v.form, list[usual].form, c.name(other)), suggestion)
		}
	}
}

// term returns the key of the term that begins at i, how it is written, and
// where it ends; an empty key where none of interest does.
func (s *statement) term(i int) (key, form string, to int) {
	low := s.low(i)
	if next := s.low(i + 1); signs[low] && next == "in" || (low == "log" || low == "sign") && next == "on" {
		return "log in", stemmed(low) + " " + next, i + 2
	}
	if s.words[i].kind != letters || small[low] || len(low) < 3 {
		return "", "", 0
	}
	if v, ok := spellings[low]; ok {
		return v, low, i + 1
	}
	if a, b, hyphen := strings.Cut(stemmed(low), "-"); hyphen && len(a) > 0 && len(b) > 2 && !particles[b] && closed[a+b] {
		return a + b, stemmed(low), i + 1
	}
	if closed[stemmed(low)] {
		return stemmed(low), stemmed(low), i + 1
	}
	if next := s.at(i + 1); next.kind == letters && closed[low+stemmed(next.low)] {
		return low + stemmed(next.low), low + " " + stemmed(next.low), i + 2
	}
	return "", "", 0
}

var signs = set(`log logs sign signs`)

var particles = set(`in up out on off over down back`)

// closed are terms that are written as one word, as two, or with a hyphen.
var closed = set(`email online offline username filename database workflow timestamp dropdown popup homepage webpage
	website checkbox metadata multiuser endpoint timezone barcode touchscreen datacenter datacentre codebase
	smartphone spreadsheet whitelist blacklist allowlist filesystem hostname keyword firewall helpdesk chatbot dataset
	subsystem nonfunctional preconfigured runtime lifecycle stakeholder toolbar subsection predefined nonvolatile watchdog
	datastore datalink waypoint airspace worldwide healthcare rulebook backdoor nonterminal subinterval`)

// spellings are words that are spelled in two ways, by the British one.
var spellings = func() map[string]string {
	m := make(map[string]string)
	for _, pair := range strings.Fields(`colour:color authorise:authorize authorised:authorized authorisation:authorization organisation:organization
		organisations:organizations centre:center catalogue:catalog licence:license behaviour:behavior cancelled:canceled customise:customize
		initialise:initialize synchronise:synchronize synchronisation:synchronization optimise:optimize analyse:analyze favourite:favorite
		recognise:recognize grey:gray labelled:labeled administrator:admin administrators:admins`) {
		a, b, _ := strings.Cut(pair, ":")
		m[a], m[b] = a, a
	}
	return m
}()

// systems are units of the same quantity that belong to different systems.
var systems = func() map[string][2]string {
	m := make(map[string][2]string)
	for _, line := range []string{
		"length metric mm cm m km millimetres millimeters centimetres centimeters metres meters metre meter kilometres kilometers",
		"length imperial inch inches feet foot ft yard yards mile miles",
		"mass metric g kg gram grams kilogram kilograms", "mass imperial lb lbs pound pounds ounce ounces oz",
		"temperature Celsius °c celsius", "temperature Fahrenheit °f fahrenheit",
		"volume metric litre litres liter liters ml", "volume imperial gallon gallons pint pints",
		"speed metric km/h kmh kph", "speed imperial mph",
		"data decimal kb mb gb tb kilobytes megabytes gigabytes", "data binary kib mib gib tib kibibytes mebibytes gibibytes",
	} {
		list := strings.Fields(line)
		for _, unit := range list[2:] {
			m[unit] = [2]string{list[0], list[1]}
		}
	}
	return m
}()

// units reports values of one quantity in units of two systems.
func (c *comparison) units() {
	groups := make(map[string][]variant)
	for n, s := range c.all {
		for quantity, list := range s.measures() {
			if len(list) == 1 { // a value given in both systems is consistent
				for _, at := range list[0].places {
					groups[quantity] = written(groups[quantity], list[0].form, place{n, at.span})
				}
			}
		}
	}
	for _, key := range sortedKeys(groups) {
		c.report(InconsistentUnit, groups[key], "The unit is "+"“%s”"+" here and “%s” elsewhere, in %s.", "Use one system of units throughout.")
	}
}

// measures returns the systems of units in a statement, by quantity.
func (s *statement) measures() map[string][]variant {
	var found map[string][]variant
	for i := s.body; i < len(s.words); i++ {
		if s.words[i].kind != number {
			continue
		}
		unit, to := s.low(i+1), i+2
		if glued := strings.TrimLeft(s.low(i), "0123456789.,"); len(glued) > 1 { // 30km; 4G is no mass
			unit, to = glued, i+1
		}
		if unit == "°" && i+2 < len(s.words) {
			unit, to = "°"+s.low(i+2), i+3
		}
		if s.low(to) == "/" && s.at(to+1).kind == letters {
			unit, to = unit+"/"+s.low(to+1), to+2
		}
		if system, ok := systems[unit]; ok {
			if found == nil {
				found = make(map[string][]variant)
			}
			found[system[0]] = written(found[system[0]], system[1], place{span: [2]int{i, to}})
		}
	}
	return found
}
