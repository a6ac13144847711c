package artifact

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
)

// emptied takes out of an artifact what is to be written anew. The sections
// that people added stay as they are, with the sources that their texts cite;
// of the others only the places stay, which say where those stood.
func emptied(v *ba.Artifact) {
	cited := make(map[int]bool)
	sections := make([]ba.Section, 0, len(v.Sections))
	for _, s := range v.Sections {
		if !addedByHand(s) {
			s = ba.Section{Key: s.Key, Title: s.Title}
		}
		for _, m := range citationRE.FindAllStringSubmatch(s.Text, -1) {
			n, _ := strconv.Atoi(m[1])
			cited[n] = true
		}
		sections = append(sections, s)
	}
	var sources []ba.Source
	for _, s := range v.Sources {
		if cited[s.N] {
			sources = append(sources, s)
		}
	}
	v.Sections, v.Requirements, v.Sources = sections, nil, sources
}

// addedByHand reports whether a person made the section.
func addedByHand(s ba.Section) bool { return strings.HasPrefix(s.Key, OwnSection) }

// withOwn puts the sections that people added between the planned ones, each
// after the nearest that stood before it and still is there, or at the
// beginning.
func (g *generation) withOwn(before []ba.Section) {
	for i, own := range before {
		if !addedByHand(own) {
			continue
		}
		at := 0
		for j := i - 1; j >= 0 && at == 0; j-- {
			at = 1 + slices.IndexFunc(g.v.Sections, func(s ba.Section) bool { return s.Key == before[j].Key })
		}
		own.Done = true
		g.v.Sections = slices.Insert(g.v.Sections, at, own)
		g.parts = slices.Insert(g.parts, at, part{key: own.Key, title: own.Title})
	}
}

// checkSources looks the quotes up that the kept sections cite: one that is
// not there any more becomes suspect.
func (g *generation) checkSources(ctx context.Context) error {
	for i := range g.v.Sources {
		l := &g.v.Sources[i].Link
		if l.State != ba.LinkVerified {
			continue
		}
		text, err := g.verify.source(ctx, *l)
		if err != nil {
			return err
		}
		if !Verified(*l, text) {
			l.State = ba.LinkSuspect
		}
	}
	return nil
}
