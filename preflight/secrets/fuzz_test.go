package secrets

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

func FuzzParseEnv(f *testing.F) {
	f.Add([]byte("A=b\nexport C='d e'\n# x\nF=\"g\nh\"\n"))
	f.Add([]byte("\xff\xfeA\x00=\x00b\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, v := range ParseEnv(b) {
			if v.Name == "" || v.Line < 1 {
				t.Fatalf("%+v", v)
			}
			Classify(v.Name, v.Value)
		}
	})
}

// FuzzMask proves that a mask never holds more than it may.
func FuzzMask(f *testing.F) {
	f.Add("ghp_abcdefghijklmnopqrstuvwxyz0123456789")
	f.Add("postgres://app:secretsecret@db.host/app")
	f.Add("-----BEGIN PRIVATE KEY-----\nabc")
	f.Fuzz(func(t *testing.T, value string) {
		m := Mask(value)
		if strings.ContainsAny(m, "\n\x1b") {
			t.Fatalf("%q", m)
		}
		if len(value) > 12 && !strings.Contains(value, "://") && !strings.HasPrefix(value, "-----BEGIN") && strings.Contains(m, value[len(value)/2:]) && len(value[len(value)/2:]) > 7 {
			t.Fatalf("the mask %q shows half of the value", m)
		}
	})
}

// FuzzPatch reads what git prints, which quotes the repository's own bytes.
func FuzzPatch(f *testing.F) {
	f.Add([]byte("\x00 1700000000\ndiff --git a/.env b/.env\nnew file mode 100644\nindex 0000000..1111111\n--- /dev/null\n+++ b/.env\n@@ -0,0 +1,2 @@\n+A=b\n+C=d\n"))
	f.Add([]byte("diff --git \"a/\\303\\244\" \"b/\\303\\244\"\nBinary files differ\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		p := newPatchReader(bytes.NewReader(b))
		p.began = func(int, time.Time) error { return nil }
		p.emit = func(a *addition) error {
			if a.path == "" && a.text != "" {
				t.Fatalf("text of no file: %q", a.text)
			}
			return nil
		}
		start := time.Now()
		if err := p.run(); err != nil {
			t.Skip("git never prints this")
		}
		if took := time.Since(start); took > 5*time.Second {
			t.Fatalf("%d bytes took %v", len(b), took)
		}
	})
}
