package requirement

import (
	"cmp"
	"context"
	"encoding/base64"
	"slices"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
)

// Sort is by what a list is ordered.
type Sort string

// The orders. The empty one is by number.
const (
	ByNumber    Sort = "number"
	ByUpdated   Sort = "updated"
	ByPriority  Sort = "priority"
	ByStatus    Sort = "status"
	ByType      Sort = "type"
	ByStatement Sort = "statement"
)

// Sorts lists the orders.
var Sorts = []Sort{ByNumber, ByUpdated, ByPriority, ByStatus, ByType, ByStatement}

// Undecided is the priority of a filter for requirements without one.
const Undecided ba.Priority = "none"

// Filter says which requirements of a project are meant, and in which order.
// Empty fields don't count.
type Filter struct {
	Text       string // words that all occur, in any case
	Status     ba.RequirementStatus
	Type       ba.RequirementType
	Quality    ba.Quality
	Priority   ba.Priority // or Undecided
	Owner      ba.UserID
	Document   ba.DocumentID // that a link refers to
	Thread     ba.ThreadID
	Suspect    bool
	Assumption bool
	Sort       Sort
	Descending bool
}

// Found is a part of a filtered list.
type Found struct {
	ba.List[ba.Requirement]
	Matching int // in the whole list
	All      int // in the project
}

// List returns the requirements of a project that match, in the order asked
// for. Their links are as Store.Requirements returns them; Quote opens them.
func (s *Service) List(ctx context.Context, a ba.Actor, project ba.ProjectID, f Filter, page ba.Page) (Found, error) {
	found, _, err := s.find(ctx, a, project, f, page)
	return found, err
}

// find returns a page of those that match, and all of those in their order,
// which may be closed: where neither filter nor order needs their words, those
// of the page alone are opened.
func (s *Service) find(ctx context.Context, a ba.Actor, project ba.ProjectID, f Filter, page ba.Page) (Found, []ba.Requirement, error) {
	read := s.Store.RequirementOutlines
	if f.needsWords() {
		read = s.Store.Requirements
	}
	all, err := read(ctx, a, project)
	if err != nil {
		return Found{}, nil, err
	}
	matching := f.Select(all)
	found, err := f.part(all, matching, page)
	if err != nil || f.needsWords() {
		return found, matching, err
	}
	found.Items, err = s.Store.FillRequirements(ctx, a, project, found.Items)
	return found, matching, err
}

// needsWords reports whether the filter or its order depend on what is sealed.
func (f Filter) needsWords() bool {
	return strings.TrimSpace(f.Text) != "" || f.Sort == ByStatement
}

// Quote gives the requirements of a page of a list the quotes, file names and
// places of their links.
func (s *Service) Quote(ctx context.Context, a ba.Actor, project ba.ProjectID, page []ba.Requirement) error {
	return s.Store.OpenLinks(ctx, a, project, page)
}

// part returns a page of the matching ones.
func (f Filter) part(all, matching []ba.Requirement, page ba.Page) (Found, error) {
	from, err := after(page.After, all, matching, f)
	if err != nil {
		return Found{}, err
	}
	found := Found{Matching: len(matching), All: len(all)}
	found.Items = matching[from:min(from+page.Size(), len(matching))]
	if end := from + len(found.Items); end < len(matching) {
		found.Next = base64.RawURLEncoding.EncodeToString([]byte(matching[end-1].ID))
	}
	return found, nil
}

// Select returns those that match, in their order.
func (f Filter) Select(all []ba.Requirement) []ba.Requirement {
	words := strings.Fields(strings.ToLower(f.Text))
	matching := make([]ba.Requirement, 0, len(all))
	for i := range all {
		if f.matches(&all[i]) && hasAll(&all[i], words) {
			matching = append(matching, all[i])
		}
	}
	slices.SortStableFunc(matching, f.order())
	return matching
}

func (f Filter) matches(r *ba.Requirement) bool {
	switch {
	case f.Status != "" && r.Status != f.Status,
		f.Type != "" && r.Type != f.Type,
		f.Quality != "" && r.Quality != f.Quality,
		f.Owner != "" && r.Owner != f.Owner,
		f.Priority == Undecided && r.Priority != "",
		f.Priority != "" && f.Priority != Undecided && r.Priority != f.Priority,
		f.Suspect && !r.Suspect(),
		f.Assumption && !r.Assumption():
		return false
	}
	if f.Document == "" && f.Thread == "" {
		return true
	}
	return slices.ContainsFunc(r.Links, func(l ba.Link) bool {
		return (f.Document == "" || l.Document == f.Document) && (f.Thread == "" || l.Thread == f.Thread)
	})
}

func hasAll(r *ba.Requirement, words []string) bool {
	if len(words) == 0 {
		return true
	}
	text := strings.ToLower(r.Key() + " " + r.Statement + " " + r.Rationale)
	for _, w := range words {
		if !strings.Contains(text, w) && !inCriteria(r, w) {
			return false
		}
	}
	return true
}

func inCriteria(r *ba.Requirement, word string) bool {
	return slices.ContainsFunc(r.Criteria, func(c ba.Criterion) bool {
		return strings.Contains(strings.ToLower(c.Given+" "+c.When+" "+c.Then), word)
	})
}

// order compares two requirements; equal ones are in the order of their numbers.
func (f Filter) order() func(x, y ba.Requirement) int {
	by := map[Sort]func(x, y *ba.Requirement) int{
		ByUpdated: func(x, y *ba.Requirement) int { return x.UpdatedAt.Compare(y.UpdatedAt) },
		ByPriority: func(x, y *ba.Requirement) int {
			return place(ba.Priorities, x.Priority) - place(ba.Priorities, y.Priority)
		},
		ByStatus: func(x, y *ba.Requirement) int {
			return place(ba.RequirementStatuses, x.Status) - place(ba.RequirementStatuses, y.Status)
		},
		ByType: func(x, y *ba.Requirement) int {
			return place(ba.RequirementTypes, x.Type) - place(ba.RequirementTypes, y.Type)
		},
		ByStatement: func(x, y *ba.Requirement) int {
			return strings.Compare(strings.ToLower(x.Statement), strings.ToLower(y.Statement))
		},
	}[f.Sort]
	return func(x, y ba.Requirement) int {
		n := 0
		if by != nil {
			n = by(&x, &y)
		}
		n = cmp.Or(n, x.Number-y.Number)
		if f.Descending {
			return -n
		}
		return n
	}
}

// place returns the place of a value in its list; what is not in it comes last.
func place[T comparable](list []T, v T) int {
	if i := slices.Index(list, v); i >= 0 {
		return i
	}
	return len(list)
}

// after returns the place that follows the requirement of a page token. Where
// that no longer matches, it is the place where it would stand.
func after(token string, all, matching []ba.Requirement, f Filter) (int, error) {
	if token == "" {
		return 0, nil
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	i := slices.IndexFunc(all, func(r ba.Requirement) bool { return err == nil && string(r.ID) == string(raw) })
	if i < 0 {
		return 0, &ba.Error{Kind: ba.Invalid, Msg: "The list cannot go on from here: the requirement at its end was deleted, or the page token is not one of ours. Begin the list again.",
			Fields: []ba.Field{{Location: "query.after", Message: "is not a page token of this list"}}}
	}
	order := f.order()
	at, found := slices.BinarySearchFunc(matching, all[i], order)
	if found {
		at++
	}
	return at, nil
}
