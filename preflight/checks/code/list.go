package code

import "github.com/ba-assistant/ba-assistant/preflight/check"

// Checks returns the checks of this package, in the order of the catalogue.
func Checks() []check.Check {
	return []check.Check{
		auth01, auth02, auth03, auth04, auth05, auth09, auth10, auth11, auth13, auth14,
		sec07,
		key01, key02, key03, key04, key07, key08,
		data20,
		cors01, cors02, cors03, cors04, cors05, cors06, cors07, cors08, cors11,
		web09, web10, web11, web12, web13, web16, web17,
		state01, state02, state03, state04, state05, state06,
		tls06, tls10, tls11, tls12,
		sse01, sse03, sse04, sse05, sse08, sse09, sse10, sse11, sse12, sse13,
		hlt01, hlt02, hlt03, hlt04, hlt06,
		log01, log02, log03, log04,
		err01, mid01, rate01, rate02, rate03, perf01, adm01, mail01,
	}
}
