package live

// Checks returns the checks of this package, in the order of the catalogue.
func Checks() []Check {
	return []Check{
		auth07, auth08, auth10,
		sec07, sec10,
		key09,
		data18,
		cors03, cors04, cors07, cors08, cors09, cors10,
		web03, web04, web05, web08, web09, web12, web13, web16, web19,
		state07,
		tls01, tls02, tls03, tls04, tls05, tls09,
		sse07,
		hlt03, hlt04, hlt05,
		log04,
		err02,
		rate01,
	}
}
