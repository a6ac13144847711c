package check

import (
	"fmt"
	"time"

	"github.com/ba-assistant/ba-assistant/preflight/manifest"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/tree"
)

// Load reads code and manifests of a tree into an Input. Git, Names, Answers
// and URL are the caller's to fill.
func Load(t *tree.Tree, now time.Time) (*Input, error) {
	code, err := repo.Load(t)
	if err != nil {
		return nil, fmt.Errorf("read the code: %w", err)
	}
	deploy := manifest.Load(t)
	code.SetEntries(entries(code, deploy))
	return &Input{Tree: t, Code: code, Deploy: deploy, Now: now}, nil
}
