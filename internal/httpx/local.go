package httpx

import (
	"net/url"
	"strings"
	"unicode/utf8"
)

const maxLocalPath = 2048

// LocalPath returns s and true where s is safe to redirect to: a path of this
// site, with its query and fragment. It must start with one '/', have no
// scheme, host, backslash or control character, and still be so after
// decoding, however often it was encoded (RFC 9700, section 4.11).
func LocalPath(s string) (string, bool) {
	if len(s) > maxLocalPath || !utf8.ValidString(s) {
		return "", false
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" {
		return "", false
	}
	for decoded, rounds := s, 0; ; rounds++ {
		if !looksLocal(decoded) || rounds > 4 {
			return "", false
		}
		path, _, _ := strings.Cut(decoded, "?")
		again, err := url.PathUnescape(path)
		if err != nil {
			return "", false
		}
		if again == path {
			return s, true
		}
		decoded = again
	}
}

func looksLocal(s string) bool {
	if s == "" || s[0] != '/' || strings.HasPrefix(s, "//") {
		return false
	}
	path, _, _ := strings.Cut(s, "?")
	if strings.Contains(path+"/", "/../") || strings.Contains(path+"/", "/./") {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool {
		return r < 0x20 || r == 0x7f || r == '\\' || r >= 0x80 && r < 0xa0 || r == 0x2028 || r == 0x2029
	})
}
