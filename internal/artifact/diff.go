package artifact

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
)

// Difference is how something in one version compares with another.
type Difference string

// The differences.
const (
	Same    Difference = "same"
	Added   Difference = "added"
	Removed Difference = "removed"
	Changed Difference = "changed"
)

// Diff is what distinguishes two versions of an artifact.
type Diff struct {
	From, To     ba.Artifact
	Sections     []SectionDiff     // all of both, in the order of To
	Requirements []RequirementDiff // those that differ, by number
}

// SectionDiff is a section of both versions, word by word.
type SectionDiff struct {
	Key   string
	Title string
	State Difference
	Words []Run // empty where nothing differs
}

// RequirementDiff is a requirement of both versions, field by field.
type RequirementDiff struct {
	Key    string
	State  Difference
	Fields []FieldDiff
}

// FieldDiff is a field that differs.
type FieldDiff struct {
	Name          string // statement, type, quality, priority, rationale, criteria, status, sources
	Before, After string
}

// Compare returns what distinguishes two versions. Zero is the newest for to,
// and for from the one before to.
func (s *Service) Compare(ctx context.Context, a ba.Actor, id ba.ArtifactID, from, to int) (Diff, error) {
	after, err := s.Store.Artifact(ctx, a, id, to)
	if err != nil {
		return Diff{}, err
	}
	if from == 0 {
		from = max(1, after.Version-1)
	}
	before, err := s.Store.Artifact(ctx, a, id, from)
	if err != nil {
		return Diff{}, err
	}
	return Diff{From: before, To: after, Sections: compareSections(before.Sections, after.Sections), Requirements: compareRequirements(before.Requirements, after.Requirements)}, nil
}

func compareSections(before, after []ba.Section) []SectionDiff {
	var list []SectionDiff
	for _, s := range after {
		at := slices.IndexFunc(before, func(b ba.Section) bool { return b.Key == s.Key })
		if at < 0 {
			list = append(list, SectionDiff{s.Key, s.Title, Added, Words("", s.Text)})
			continue
		}
		d := SectionDiff{s.Key, s.Title, Same, nil}
		if before[at].Title != s.Title || before[at].Text != s.Text || !slices.Equal(before[at].Requirements, s.Requirements) {
			d.State, d.Words = Changed, Words(withTitle(before[at], s), withTitle(s, before[at]))
		}
		list = append(list, d)
	}
	for _, s := range before {
		if !slices.ContainsFunc(after, func(a ba.Section) bool { return a.Key == s.Key }) {
			list = append(list, SectionDiff{s.Key, s.Title, Removed, Words(s.Text, "")})
		}
	}
	return list
}

// withTitle is the text, with the title in front where the other version has another.
func withTitle(s, other ba.Section) string {
	if s.Title == other.Title {
		return s.Text
	}
	return s.Title + "\n\n" + s.Text
}

func compareRequirements(before, after []ba.Requirement) []RequirementDiff {
	old := make(map[ba.RequirementID]ba.Requirement, len(before))
	for _, r := range before {
		old[r.ID] = r
	}
	var list []RequirementDiff
	for _, r := range after {
		was, there := old[r.ID]
		delete(old, r.ID)
		switch fields := fieldsOf(was, r); {
		case !there:
			list = append(list, RequirementDiff{r.Key(), Added, []FieldDiff{{"statement", "", r.Statement}}})
		case len(fields) > 0:
			list = append(list, RequirementDiff{r.Key(), Changed, fields})
		}
	}
	for _, r := range old {
		list = append(list, RequirementDiff{r.Key(), Removed, []FieldDiff{{"statement", r.Statement, ""}}})
	}
	slices.SortFunc(list, func(x, y RequirementDiff) int { return cmp.Compare(x.Key, y.Key) })
	return list
}

// fieldsOf returns the fields in which two states of a requirement differ.
func fieldsOf(before, after ba.Requirement) []FieldDiff {
	var fields []FieldDiff
	add := func(name, was, is string) {
		if was != is {
			fields = append(fields, FieldDiff{name, was, is})
		}
	}
	add("statement", before.Statement, after.Statement)
	add("type", string(before.Type), string(after.Type))
	add("quality", string(before.Quality), string(after.Quality))
	add("priority", string(before.Priority), string(after.Priority))
	add("rationale", before.Rationale, after.Rationale)
	add("criteria", criteriaText(before.Criteria), criteriaText(after.Criteria))
	add("status", string(before.Status), string(after.Status))
	add("sources", linksText(before.Links), linksText(after.Links))
	return fields
}

func criteriaText(criteria []ba.Criterion) string {
	lines := make([]string, len(criteria))
	for i, c := range criteria {
		lines[i] = "Given " + c.Given + ", when " + c.When + ", then " + c.Then
	}
	return strings.Join(lines, "\n")
}

func linksText(links []ba.Link) string {
	lines := make([]string, len(links))
	for i, l := range links {
		lines[i] = placeOf(l) + ": " + l.Quote
		if l.State == ba.LinkSuspect {
			lines[i] += " (suspect)"
		}
	}
	return strings.Join(lines, "\n")
}
