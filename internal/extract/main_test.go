package extract_test

import (
	"os"
	"testing"

	"github.com/ba-assistant/ba-assistant/internal/extract"
)

// childVerb makes this test program play the child process.
const childVerb = "extract-child"

func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == childVerb {
		os.Exit(extract.ChildMain(os.Stdin, os.Stdout))
	}
	if len(os.Args) == 2 && badChildren[os.Args[1]] != nil {
		badChildren[os.Args[1]]()
		os.Exit(0)
	}
	os.Exit(m.Run())
}
