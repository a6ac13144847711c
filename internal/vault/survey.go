package vault

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

// Survey is what a keyring holds.
type Survey struct {
	Master   string     // id of the master key that wraps now
	Groups   []KeyGroup // ordered by kind, then by master key
	Keys     int
	Pending  int       // wrapped by another master key than the present one
	Replaced int       // keys in whose place their scope has a newer one
	Oldest   time.Time // when the oldest of the keys that seal was made; zero for none
}

// KeyGroup counts the keys of one kind of scope that one master key wrapped.
type KeyGroup struct {
	Kind   string // instance, project or user
	Master string
	Keys   int
}

// Survey counts the keys of the keyring. It asks no key service but for the
// name of the present key.
func (v *Vault) Survey(ctx context.Context) (Survey, error) {
	s := Survey{Master: v.master.ID()}
	counts := make(map[KeyGroup]int)
	var last WrappedKey
	err := v.each(ctx, func(w WrappedKey) error {
		s.Keys++
		counts[KeyGroup{Kind: kindOf(w.Scope), Master: w.Master}]++
		if w.Master != s.Master {
			s.Pending++
		}
		if w.Scope == last.Scope {
			s.Replaced++
		} else {
			s.sealing(last)
		}
		last = w
		return nil
	})
	s.sealing(last)
	for g, n := range counts {
		g.Keys = n
		s.Groups = append(s.Groups, g)
	}
	slices.SortFunc(s.Groups, func(a, b KeyGroup) int {
		return cmp.Or(strings.Compare(a.Kind, b.Kind), strings.Compare(a.Master, b.Master))
	})
	return s, err
}

// sealing counts the newest key of a scope.
func (s *Survey) sealing(w WrappedKey) {
	if w.ID != "" && (s.Oldest.IsZero() || w.CreatedAt.Before(s.Oldest)) {
		s.Oldest = w.CreatedAt
	}
}

func kindOf(scope ba.Scope) string {
	kind, _, _ := strings.Cut(string(scope), ":")
	return kind
}
