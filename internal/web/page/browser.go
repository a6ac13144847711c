package page

import "strings"

// named is a mark in a browser's description of itself and what it means. The
// order counts: browsers claim to be others as well.
type named struct{ mark, name string }

var browsers = []named{{"Edg", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"}, {"FxiOS", "Firefox"}, {"SamsungBrowser", "Samsung Internet"},
	{"Chrome/", "Chrome"}, {"CriOS", "Chrome"}, {"Safari/", "Safari"}, {"curl/", "curl"}}

var systems = []named{{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"Mac OS X", "Mac"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"}}

// BrowserName returns "Chrome on Windows" for a User-Agent header, and
// "Unknown browser" where nothing is recognised.
func BrowserName(agent string) string {
	browser, system := find(browsers, agent), find(systems, agent)
	switch {
	case browser == "" && system == "":
		return "Unknown browser"
	case browser == "":
		return "Browser on " + system
	case system == "":
		return browser
	}
	return browser + " on " + system
}

func find(list []named, agent string) string {
	for _, n := range list {
		if strings.Contains(agent, n.mark) {
			return n.name
		}
	}
	return ""
}
