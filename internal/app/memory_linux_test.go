package app

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

func TestPagesThatOnlyTheStartNeededAreGivenBack(t *testing.T) {
	before := residentFile(t)
	if err := dropProgram(); err != nil {
		t.Fatal(err)
	}
	if after := residentFile(t); after > before*3/4 {
		t.Errorf("%d kB of files were resident, then %d kB", before, after)
	}
}

// residentFile returns how many kilobytes of files are mapped and in memory.
func residentFile(t *testing.T) int {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "RssFile:")
	kb := 0
	if _, err := fmt.Sscan(rest, &kb); err != nil {
		t.Fatal(err)
	}
	return kb
}
