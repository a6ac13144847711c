package requirement

import (
	"context"
	"strconv"
	"sync"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/llm/analyst"
)

// The bounds of what is looked through for discovery areas beside requirements
// and notes: the conversations used last.
const (
	talksLookedAt  = 10
	talkLookedAt   = 100 // messages of each, the oldest
	maxCachedTexts = 50_000
)

// areaCache remembers which areas a text touches. A text is known by its id
// and version; of those the text never changes.
type areaCache struct {
	mu   sync.Mutex
	seen map[string]uint32
}

func newAreaCache() *areaCache { return &areaCache{seen: make(map[string]uint32)} }

func (c *areaCache) touches(id string, version int, text string) uint32 {
	key := id + "/" + strconv.Itoa(version)
	c.mu.Lock()
	touched, known := c.seen[key]
	c.mu.Unlock()
	if known {
		return touched
	}
	touched = analyst.Touches(text)
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.seen) >= maxCachedTexts {
		clear(c.seen)
	}
	c.seen[key] = touched
	return touched
}

// areasOf tells which areas of the framework anything in the project touches.
// It stops looking once all are. What requirements touch is stored with them,
// and is touched already.
func (s *Service) areasOf(ctx context.Context, a ba.Actor, project ba.ProjectID, touched uint32, notes []ba.Note) ([]Area, error) {
	framework := analyst.Areas()
	whole := uint32(1)<<len(framework) - 1
	for i := 0; i < len(notes) && touched != whole; i++ {
		n := &notes[i]
		touched |= s.areas.touches(string(n.ID), n.Version, n.Text+"\n"+n.Answer)
	}
	if touched != whole {
		more, err := s.talked(ctx, a, project)
		if err != nil {
			return nil, err
		}
		touched |= more
	}
	areas := make([]Area, len(framework))
	for i, f := range framework {
		areas[i] = Area{Title: f.Title, Question: f.Question, Touched: touched&(1<<i) != 0}
	}
	return areas, nil
}

// typeAreas are the areas to which a requirement belongs by its type alone.
var typeAreas = map[ba.RequirementType]string{ba.RequirementFunctional: "Main flow", ba.RequirementConstraint: "Constraints",
	ba.RequirementInterface: "Processes and interfaces", ba.RequirementData: "Processes and interfaces"}

// touchedBy works out the areas of a requirement.
func touchedBy(r *ba.Requirement) uint32 {
	touched := analyst.Touches(r.Statement + "\n" + r.Rationale)
	for i, f := range analyst.Areas() {
		if f.Title == typeAreas[r.Type] {
			touched |= 1 << i
		}
	}
	return touched
}

// talked tells which areas people spoke about in the project's conversations.
func (s *Service) talked(ctx context.Context, a ba.Actor, project ba.ProjectID) (uint32, error) {
	threads, err := s.Store.Threads(ctx, a, project, ba.Page{Limit: talksLookedAt})
	if err != nil {
		return 0, err
	}
	var touched uint32
	for _, t := range threads.Items {
		messages, err := s.Store.Messages(ctx, a, t.ID, ba.Page{Limit: talkLookedAt})
		if err != nil {
			return 0, err
		}
		for _, m := range messages.Items {
			if m.Role == ba.MessageUser {
				touched |= s.areas.touches(string(m.ID), 0, m.Text)
			}
		}
	}
	return touched, nil
}
