package storetest

import (
	"testing"
	"time"
)

func TestInstancesKnowHowManyOthersRun(t *testing.T) {
	Each(t, func(t *testing.T, e Engine) {
		clock := NewClock()
		db := e.New(t, clock.Set)
		see := func(id string, want int) {
			t.Helper()
			others, err := db.SeeInstance(t.Context(), id, clock.Now().Add(-30*time.Second))
			if err != nil || others != want {
				t.Errorf("%s sees %d others, %v; want %d", id, others, err, want)
			}
		}
		see("one", 0)
		see("one", 0)
		see("two", 1)
		see("three", 2)
		if err := db.LeaveInstance(t.Context(), "three"); err != nil {
			t.Fatal(err)
		}
		see("one", 1)
		clock.Add(20 * time.Second)
		see("one", 1)
		clock.Add(20 * time.Second)
		see("one", 0) // two was not seen for 40 s
	})
}
