package artifact_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/ba-assistant/ba-assistant/internal/extract"
	"github.com/ba-assistant/ba-assistant/internal/testenv"
)

const childVerb = "extract-child"

func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == childVerb {
		os.Exit(extract.ChildMain(os.Stdin, os.Stdout))
	}
	os.Exit(m.Run())
}

// supervisor reads documents in children of this test program.
func supervisor() *extract.Supervisor {
	dir, err := os.UserCacheDir()
	if err != nil {
		dir = os.TempDir()
	}
	s := &extract.Supervisor{Args: []string{childVerb}, CacheDir: filepath.Join(dir, "ba-assistant-test", "pdf")}
	if testenv.Race { // whose own memory counts too
		s.MemoryMB = 3 << 10
	}
	return s
}
