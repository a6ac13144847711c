package deploy

import "github.com/ba-assistant/ba-assistant/preflight/check"

// Checks returns the checks of this package, in the order of the catalogue.
func Checks() []check.Check {
	return []check.Check{
		auth06,
		sec06, sec08, sec09,
		key05, key06,
		data01, data02, data03, data04, data05, data06, data07, data08, data09, data11, data12, data13, data14, data15, data16, data17,
		web01, web02, web03, web06, web07, web08, web14, web15, web18,
		tls07, tls08,
		sse02, sse06,
		env01, env02, env03, env04, env05, env06, env07, env08, env09, env10, env11, env12, env13, env14,
		man01, man02, man03, man04, man05, man06, man07, man08, man09, man10, man11, man12,
		run01, run02, run03,
	}
}
