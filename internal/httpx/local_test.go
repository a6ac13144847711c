package httpx

import (
	"net/url"
	"strings"
	"testing"
)

func TestRedirectsGoToLocalPathsOnly(t *testing.T) {
	for _, s := range []string{"/", "/projects", "/projects/1?tab=a&b=%2F%2Fx", "/threads/1#m-2", "/search?q=caf%C3%A9", "/a%20b", "/a//b", "/x?next=https://evil.example"} {
		if got, ok := LocalPath(s); !ok || got != s {
			t.Errorf("%q was refused", s)
		}
	}
	for _, s := range []string{
		"", "projects", "//evil.example", `/\evil.example`, `\/evil.example`, "https://evil.example/", "javascript:alert(1)", "/%2Fevil.example", "/%2f%2fevil.example",
		"/%5cevil.example", "/%255cevil.example", "/%25252fevil.example", "/\t/evil.example", "/%09/evil.example", "/\x00", "/a\r\nSet-Cookie: x=1", "/%0d%0aSet-Cookie:x", "/..//evil.example",
		"/%2e%2e//evil.example", "/./x", "//", "///evil.example", "/\u2028", "/\u0085", "/\xff", "/%zz", "/" + strings.Repeat("a", 3000), "http:/x", "/a/..", "?x=1", "#x", "//user@evil.example", `/a\b`,
	} {
		if _, ok := LocalPath(s); ok {
			t.Errorf("%q was taken", s)
		}
	}
}

func FuzzLocalPathsStayOnTheSite(f *testing.F) {
	for _, s := range []string{"/a?b#c", "//x", "/%2f", `/\x`, "/%25%32%66"} {
		f.Add(s)
	}
	base, _ := url.Parse("https://ba.example/auth/google/callback")
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := LocalPath(s)
		if !ok {
			return
		}
		// Browsers drop tabs and line ends and read '\' as '/'; whatever is left
		// must still lead to this site.
		seen := strings.NewReplacer("\\", "/", "\t", "", "\n", "", "\r", "").Replace(strings.TrimSpace(got))
		u, err := base.Parse(seen)
		if err != nil || u.Host != "ba.example" || u.Scheme != "https" {
			t.Errorf("%q leads to %v (%v)", s, u, err)
		}
	})
}
