package ba

import "testing"

func TestIDsSortInTheOrderOfTheirMaking(t *testing.T) {
	last := ""
	for range 20_000 { // more than a millisecond has numbers for
		id := NewID[string]()
		if _, err := ParseID[string](id); err != nil || id[14] != '7' || id <= last {
			t.Fatalf("%s after %s: %v", id, last, err)
		}
		last = id
	}
}

func TestIDsGoOnWhereTheTimeIsSetBack(t *testing.T) {
	var c clock
	ms, n := c.next(1000, 0xffff)
	if ms != 1000 || n != counterStart {
		t.Fatalf("%d %d", ms, n)
	}
	for range 3 * (counterBits + 1) {
		later, m := c.next(10, 5)
		if later < ms || later == ms && m <= n || m > counterBits {
			t.Fatalf("%d %d after %d %d", later, m, ms, n)
		}
		ms, n = later, m
	}
	if ms <= 1000 || ms > 1010 {
		t.Errorf("it ran %d ms ahead", ms-1000)
	}
}

func TestADerivedIDIsTheSameForTheSameAndOfItsTime(t *testing.T) {
	from := NewID[string]()
	id := DerivedID[ThreadID](from, "a", "bc")
	if again := DerivedID[ThreadID](from, "a", "bc"); again != id {
		t.Errorf("%s, and then %s", id, again)
	}
	if parsed, err := ParseID[ThreadID](string(id)); err != nil || parsed != id || id[14] != '8' || string(id[:13]) != from[:13] {
		t.Errorf("%s from %s: %v", id, from, err)
	}
	for _, other := range []ThreadID{DerivedID[ThreadID](from, "ab", "c"), DerivedID[ThreadID](from, "a"), DerivedID[ThreadID](NewID[string](), "a", "bc")} {
		if other == id {
			t.Errorf("%s also for something else", id)
		}
	}
}
