package vault_test

import (
	"bytes"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

var place = vault.AD{Purpose: "message", Row: "0190", Version: 3}

func TestWhatIsSealedComesBackByteForByte(t *testing.T) {
	v := newVault(t)
	for _, plain := range [][]byte{nil, {}, {0}, []byte("text"), bytes.Repeat([]byte{0xff, 0}, 1<<20)} {
		sealed, err := v.Seal(t.Context(), scope, place, plain)
		ok(t, err)
		if len(sealed) != len(plain)+vault.Overhead {
			t.Errorf("%d bytes became %d", len(plain), len(sealed))
		}
		if len(plain) > 3 && bytes.Contains(sealed, plain) {
			t.Error("the plain text is in the sealed value")
		}
		got, err := v.Open(t.Context(), scope, place, sealed)
		if ok(t, err); !bytes.Equal(got, plain) {
			t.Errorf("%d bytes came back, want %d", len(got), len(plain))
		}
	}
}

func TestTheSameTextIsSealedDifferentlyEachTime(t *testing.T) {
	v := newVault(t)
	seen := make(map[string]bool)
	for range 1000 {
		seen[string(seal(t, v, place, "text"))] = true
	}
	if len(seen) != 1000 {
		t.Errorf("%d of 1000 sealed values differ", len(seen))
	}
}

func TestASealedValueOpensAtItsOwnAddressAlone(t *testing.T) {
	v, ctx := newVault(t), t.Context()
	sealed := seal(t, v, place, "text")
	seal(t, v, place, "another") // the key of the scope is in memory
	_, err := v.Seal(ctx, "project:two", place, nil)
	ok(t, err)
	for name, at := range map[string]struct {
		scope ba.Scope
		ad    vault.AD
	}{
		"another scope":                {"project:two", place},
		"a scope without a key":        {"project:three", place},
		"another purpose":              {scope, vault.AD{Purpose: "message citations", Row: "0190", Version: 3}},
		"another row":                  {scope, vault.AD{Purpose: "message", Row: "0191", Version: 3}},
		"the version before":           {scope, vault.AD{Purpose: "message", Row: "0190", Version: 2}},
		"the version after":            {scope, vault.AD{Purpose: "message", Row: "0190", Version: 4}},
		"no version":                   {scope, vault.AD{Purpose: "message", Row: "0190"}},
		"a border moved to the left":   {scope, vault.AD{Purpose: "messag", Row: "e0190", Version: 3}},
		"a border moved to the right":  {scope, vault.AD{Purpose: "message0", Row: "190", Version: 3}},
		"purpose and row exchanged":    {scope, vault.AD{Purpose: "0190", Row: "message", Version: 3}},
		"an empty row":                 {scope, vault.AD{Purpose: "message0190", Version: 3}},
		"a version that is not a text": {scope, vault.AD{Purpose: "message", Row: "01903"}},
	} {
		if plain, err := v.Open(ctx, at.scope, at.ad, sealed); err == nil {
			t.Errorf("%s: it opened as %q", name, plain)
		}
	}
}

func TestAnAlteredValueIsNotOpened(t *testing.T) {
	v := newVault(t)
	sealed := seal(t, v, place, "a text of some length")
	for i := range sealed {
		altered := slices.Clone(sealed)
		altered[i] ^= 1
		if _, err := v.Open(t.Context(), scope, place, altered); err == nil {
			t.Errorf("byte %d was altered, and it opened", i)
		}
	}
	for _, cut := range [][]byte{nil, {}, sealed[:1], sealed[:vault.Overhead-1], sealed[:len(sealed)-1], sealed[1:], append(slices.Clone(sealed), 0)} {
		if _, err := v.Open(t.Context(), scope, place, cut); err == nil {
			t.Errorf("%d bytes of %d opened", len(cut), len(sealed))
		}
	}
}

// file seals the pieces of a file.
func file(t testing.TB, v *vault.Vault, pieces ...string) [][]byte {
	t.Helper()
	sealed := make([][]byte, len(pieces))
	for i, p := range pieces {
		var err error
		sealed[i], err = v.SealPiece(t.Context(), scope, place, i, i == len(pieces)-1, []byte(p))
		ok(t, err)
	}
	return sealed
}

// reading opens pieces in the order given, and expects the end after the last.
func reading(t testing.TB, v *vault.Vault, sealed [][]byte) (string, error) {
	t.Helper()
	var all []byte
	for i, s := range sealed {
		plain, err := v.OpenPiece(t.Context(), scope, place, i, i == len(sealed)-1, s)
		if err != nil {
			return string(all), err
		}
		all = append(all, plain...)
	}
	return string(all), nil
}

func TestAFileThatWasCutReorderedDoubledOrExtendedIsNoticed(t *testing.T) {
	v := newVault(t)
	s := file(t, v, "one ", "two ", "three ", "four")
	other := file(t, v, "ONE ", "TWO ", "THREE ", "FOUR")
	if text, err := reading(t, v, s); err != nil || text != "one two three four" {
		t.Fatalf("%q, %v", text, err)
	}
	elsewhere, err := v.SealPiece(t.Context(), scope, vault.AD{Purpose: "message", Row: "other", Version: 3}, 1, false, []byte("two "))
	ok(t, err)
	value := seal(t, v, place, "two ")
	for name, pieces := range map[string][][]byte{
		"its end is missing":         {s[0], s[1], s[2]},
		"its start is missing":       {s[1], s[2], s[3]},
		"a piece is missing":         {s[0], s[2], s[3]},
		"two pieces are exchanged":   {s[0], s[2], s[1], s[3]},
		"a piece is there twice":     {s[0], s[1], s[1], s[2], s[3]},
		"the end is there twice":     {s[0], s[1], s[2], s[3], s[3]},
		"it goes on with another":    {s[0], s[1], s[2], s[3], other[0]},
		"a piece of another file":    {s[0], elsewhere, s[2], s[3]},
		"a value instead of a piece": {s[0], value, s[2], s[3]},
		"the last piece alone":       {s[3]},
	} {
		if text, err := reading(t, v, pieces); err == nil {
			t.Errorf("%s: it was read as %q", name, text)
		}
	}
	if _, err := v.Open(t.Context(), scope, place, s[0]); err == nil {
		t.Error("a piece passed for a value")
	}
}

func TestARotatedScopeSealsAnewAndOpensTheOld(t *testing.T) {
	ring, ctx := newRing(t), t.Context()
	v := open(t, local(t, 1), ring)
	old := seal(t, v, place, "old")
	word := blinded(t, v, scope, "invoice")
	ok(t, v.RotateDataKey(ctx, scope))
	fresh := seal(t, v, place, "new")
	if bytes.Equal(old[:9], fresh[:9]) {
		t.Error("the key is the same")
	}
	for _, vault := range []*vault.Vault{v, open(t, local(t, 1), ring)} {
		for want, sealed := range map[string][]byte{"old": old, "new": fresh} {
			if got, err := vault.Open(ctx, scope, place, sealed); err != nil || string(got) != want {
				t.Errorf("%q, %v, want %q", got, err, want)
			}
			if current, err := vault.Current(ctx, scope, sealed); err != nil || current != (want == "new") {
				t.Errorf("%s is current: %v (%v)", want, current, err)
			}
		}
		if again := blinded(t, vault, scope, "invoice"); again != word {
			t.Errorf("the word became %s, it was %s: what was indexed before is lost", again, word)
		}
	}
	if err := v.RotateDataKey(ctx, "project:none"); ba.KindOf(err) != ba.NotFound {
		t.Errorf("a scope without a key was rotated: %v", err)
	}
}

func TestADestroyedScopeNeverOpensAgain(t *testing.T) {
	ring, ctx := newRing(t), t.Context()
	v := open(t, local(t, 1), ring)
	sealed := seal(t, v, place, "text")
	if has, err := v.Has(ctx, scope); err != nil || !has {
		t.Errorf("it has no key (%v)", err)
	}
	ok(t, v.DeleteScope(ctx, scope))
	ok(t, v.DeleteScope(ctx, scope))
	if has, err := v.Has(ctx, scope); err != nil || has {
		t.Errorf("it has a key (%v)", err)
	}
	seal(t, v, place, "a new key is made")
	for _, vault := range []*vault.Vault{v, open(t, local(t, 1), ring)} {
		if plain, err := vault.Open(ctx, scope, place, sealed); err == nil || ba.KindOf(err) != ba.Internal {
			t.Errorf("it opened as %q (%v)", plain, err)
		}
	}
}

func TestInstancesThatMakeTheFirstKeyAtOnceUseTheSame(t *testing.T) {
	ring, ctx := newRing(t), t.Context()
	sealed := make(chan []byte)
	const instances = 8
	for range instances {
		v := open(t, local(t, 1), ring)
		go func() {
			s, err := v.Seal(ctx, scope, place, []byte("text"))
			if err != nil {
				t.Error(err)
			}
			sealed <- s
		}()
	}
	v, first := open(t, local(t, 1), ring), []byte(nil)
	for range instances {
		s := <-sealed
		if first == nil {
			first = s
		}
		if plain, err := v.Open(ctx, scope, place, s); err != nil || string(plain) != "text" || !bytes.Equal(s[:9], first[:9]) {
			t.Errorf("%q (%v) under key %x, want %x", plain, err, s[1:9], first[1:9])
		}
	}
}

func blinded(t testing.TB, v *vault.Vault, scope ba.Scope, word string) string {
	t.Helper()
	b, err := v.Blinder(t.Context(), scope)
	ok(t, err)
	return b.Term(word)
}

func TestABlindedTermIsTheSameInItsScopeAndUnrelatedInOthers(t *testing.T) {
	v := newVault(t)
	seen := make(map[string]string)
	for _, s := range []ba.Scope{scope, "project:two", "user:ana"} {
		for i := range 3000 {
			word := fmt.Sprintf("word%d", i)
			b := blinded(t, v, s, word)
			if len(b) != 12 || strings.Trim(b, "abcdefghijklmnopqrstuvwxyz") != "" {
				t.Fatalf("%q is not twelve letters", b)
			}
			if other := seen[b]; other != "" {
				t.Fatalf("%s of %s is %s of another", word, s, other)
			}
			seen[b] = word
			if i%500 == 0 && blinded(t, v, s, word) != b {
				t.Errorf("%s has two blinded forms", word)
			}
		}
	}
}

func TestALookUpValueDependsOnItsPurposeAndEveryByte(t *testing.T) {
	v, ctx := newVault(t), t.Context()
	find := func(purpose, value string) string {
		h, err := v.Lookup(ctx, purpose, value)
		if ok(t, err); len(h) != 32 {
			t.Fatalf("%d bytes", len(h))
		}
		return string(h)
	}
	want := find("email", "ana@example.com")
	if find("email", "ana@example.com") != want {
		t.Error("it is different each time")
	}
	for _, other := range [][2]string{{"identity", "ana@example.com"}, {"email", "ana@example.co"}, {"emaila", "na@example.com"}, {"", "emailana@example.com"}} {
		if find(other[0], other[1]) == want {
			t.Errorf("%v gives the same", other)
		}
	}
}

// A file of 200 MB is sealed, and opened, a piece at a time.
func TestMemoryStaysFlatWhileALargeFileIsSealed(t *testing.T) {
	const size, pieces, most = 1 << 20, 200, 24 << 20
	v := newVault(t)
	piece := bytes.Repeat([]byte("0123456789abcdef"), size/16)
	seal(t, v, place, "the key is made")
	before, highest := heap(), uint64(0)
	for i := range pieces {
		sealed, err := v.SealPiece(t.Context(), scope, place, i, i == pieces-1, piece)
		ok(t, err)
		plain, err := v.OpenPiece(t.Context(), scope, place, i, i == pieces-1, sealed)
		if ok(t, err); !bytes.Equal(plain, piece) {
			t.Fatalf("piece %d is another", i)
		}
		if i%10 == 0 {
			highest = max(highest, heap())
		}
	}
	t.Logf("the heap grew from %d MB to %d MB at most", before>>20, highest>>20)
	if highest > before+most {
		t.Errorf("the heap grew by %d MB, want %d MB at most", (highest-before)>>20, most>>20)
	}
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func BenchmarkSeal(b *testing.B) {
	v := newVault(b)
	for _, size := range []int{256, 16 << 10, 1 << 20} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			plain := make([]byte, size)
			b.SetBytes(int64(size))
			for b.Loop() {
				if _, err := v.Seal(b.Context(), scope, place, plain); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
