package requirement

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
)

// Patch is a change of a requirement; nil leaves a part as it is. A change of
// what a reviewed or approved requirement says makes it a draft again, unless
// the patch sets the status too.
type Patch struct {
	Version   int // that was read; 0: whatever is there now
	Statement *string
	Type      *ba.RequirementType
	Quality   *ba.Quality
	Priority  *ba.Priority
	Rationale *string
	Criteria  *[]ba.Criterion
	Status    *ba.RequirementStatus
	Owner     *ba.UserID
	Waivers   *[]ba.Waiver // By is filled in for those that are new
}

// apply returns the requirement with the patch, and whether that changes it.
func (p Patch) apply(r ba.Requirement, by ba.UserID) (ba.Requirement, bool) {
	old := r
	set(&r.Type, p.Type)
	set(&r.Quality, p.Quality)
	set(&r.Priority, p.Priority)
	set(&r.Status, p.Status)
	set(&r.Owner, p.Owner)
	if p.Statement != nil {
		r.Statement = tidy(*p.Statement)
	}
	if p.Rationale != nil {
		r.Rationale = strings.TrimSpace(*p.Rationale)
	}
	if p.Criteria != nil {
		r.Criteria = tidyCriteria(*p.Criteria)
	}
	if p.Waivers != nil {
		r.Waivers = signWaivers(*p.Waivers, old.Waivers, by)
	}
	if r.Type != ba.RequirementQuality && p.Quality == nil {
		r.Quality = ""
	}
	if r.Statement != old.Statement || r.Rationale != old.Rationale || r.Type != old.Type || old.Version == 0 {
		r.Areas = touchedBy(&r)
	}
	said := r.Statement != old.Statement || !slices.Equal(r.Criteria, old.Criteria) || r.Type != old.Type || r.Quality != old.Quality
	if said && p.Status == nil && (old.Status == ba.RequirementApproved || old.Status == ba.RequirementReviewed) {
		r.Status = ba.RequirementDraft
	}
	return r, said || r.Priority != old.Priority || r.Status != old.Status || r.Owner != old.Owner ||
		r.Rationale != old.Rationale || !slices.Equal(r.Waivers, old.Waivers)
}

func set[T any](field *T, value *T) {
	if value != nil {
		*field = *value
	}
}

// tidy makes a statement one line: it is a sentence, whatever the spaces.
func tidy(statement string) string { return strings.Join(strings.Fields(statement), " ") }

// tidyCriteria leaves out those that say nothing.
func tidyCriteria(criteria []ba.Criterion) []ba.Criterion {
	var kept []ba.Criterion
	for _, c := range criteria {
		c = ba.Criterion{Given: strings.TrimSpace(c.Given), When: strings.TrimSpace(c.When), Then: strings.TrimSpace(c.Then)}
		if c != (ba.Criterion{}) {
			kept = append(kept, c)
		}
	}
	return kept
}

func signWaivers(waivers, before []ba.Waiver, by ba.UserID) []ba.Waiver {
	var signed []ba.Waiver
	for _, w := range waivers {
		w.Rule, w.Reason, w.By = strings.TrimSpace(w.Rule), strings.TrimSpace(w.Reason), by
		for _, b := range before {
			if b.Rule == w.Rule && b.Reason == w.Reason {
				w.By = b.By
			}
		}
		signed = append(signed, w)
	}
	return signed
}

// Create stores a requirement that somebody wrote, with the sources that it
// quotes. The type is functional and the status draft unless they are given.
func (s *Service) Create(ctx context.Context, a ba.Actor, project ba.ProjectID, p Patch, sources ...Source) (ba.Requirement, error) {
	if err := s.mayEdit(ctx, a, project); err != nil {
		return ba.Requirement{}, err
	}
	r := ba.Requirement{ID: ba.NewID[ba.RequirementID](), Project: project, Type: ba.RequirementFunctional, Status: ba.RequirementDraft}
	r, _ = p.apply(r, a.User)
	if err := r.Validate(); err != nil {
		return ba.Requirement{}, err
	}
	for _, source := range sources {
		l, err := s.linkTo(ctx, a, project, source)
		if err != nil {
			return ba.Requirement{}, err
		}
		r.Links = append(r.Links, l)
	}
	if _, err := s.Store.ChangeRequirements(ctx, a, ba.RequirementChange{Project: project, Add: []ba.Requirement{r}}); err != nil {
		return ba.Requirement{}, err
	}
	return s.Store.Requirement(ctx, a, r.ID)
}

// Find returns one requirement with its sources.
func (s *Service) Find(ctx context.Context, a ba.Actor, id ba.RequirementID) (ba.Requirement, error) {
	return s.Store.Requirement(ctx, a, id)
}

// History returns all versions of a requirement, the newest first.
func (s *Service) History(ctx context.Context, a ba.Actor, id ba.RequirementID) ([]ba.Requirement, error) {
	return s.Store.RequirementVersions(ctx, a, id)
}

// Edit changes a requirement. It is a Conflict where the version that was read
// is not the newest any more, or where an open question blocks the approval.
func (s *Service) Edit(ctx context.Context, a ba.Actor, id ba.RequirementID, p Patch) (ba.Requirement, error) {
	old, err := s.Store.Requirement(ctx, a, id)
	if err != nil {
		return ba.Requirement{}, err
	}
	if err := s.mayEdit(ctx, a, old.Project); err != nil {
		return ba.Requirement{}, err
	}
	if p.Version != 0 {
		old.Version = p.Version
	}
	r, changed := p.apply(old, a.User)
	if err := r.Validate(); err != nil || !changed && p.Version == 0 {
		return old, err
	}
	if err := s.mayApprove(ctx, a, old, r); err != nil {
		return ba.Requirement{}, err
	}
	if _, err := s.Store.ChangeRequirements(ctx, a, ba.RequirementChange{Project: r.Project, Edit: []ba.Requirement{r}}); err != nil {
		return ba.Requirement{}, err
	}
	return s.Store.Requirement(ctx, a, id)
}

// mayApprove refuses an approval while a question about the requirement is open.
func (s *Service) mayApprove(ctx context.Context, a ba.Actor, old, r ba.Requirement) error {
	if r.Status != ba.RequirementApproved || old.Status == ba.RequirementApproved {
		return nil
	}
	notes, err := s.Store.NotesAbout(ctx, a, r.Project, r.ID)
	if err != nil {
		return err
	}
	return blocked(r, openQuestions(notes))
}

func openQuestions(notes []ba.Note) int {
	n := 0
	for i := range notes {
		if notes[i].Open() {
			n++
		}
	}
	return n
}

func blocked(r ba.Requirement, questions int) error {
	if questions == 0 {
		return nil
	}
	what := "an open question. Answer it"
	if questions > 1 {
		what = fmt.Sprintf("%d open questions. Answer them", questions)
	}
	return &ba.Error{Kind: ba.Conflict, Code: "open_questions", Msg: r.Key() + " has " + what + ", then approve it."}
}

// Delete removes requirements of a project with their links, notes and
// history, all or none. Their numbers are not given again.
func (s *Service) Delete(ctx context.Context, a ba.Actor, project ba.ProjectID, ids []ba.RequirementID) error {
	if err := s.mayEdit(ctx, a, project); err != nil {
		return err
	}
	if err := checkBulk(len(ids)); err != nil {
		return err
	}
	return s.Store.DeleteRequirements(ctx, a, project, ids)
}

// MaxBulk is how many requirements one bulk edit may name.
const MaxBulk = 1_000

func checkBulk(n int) error {
	if n == 0 {
		return ba.E(ba.Invalid, "No requirement was chosen. Choose some, then try again.")
	}
	if n > MaxBulk {
		return ba.InvalidFields([]ba.Field{{Location: "body.ids", Message: fmt.Sprintf("must name 1 to %d requirements", MaxBulk)}})
	}
	return nil
}

// EditAll applies one patch to several requirements of a project: to all of
// them, or to none. Those that it does not change keep their version. It
// returns how many were changed.
func (s *Service) EditAll(ctx context.Context, a ba.Actor, project ba.ProjectID, ids []ba.RequirementID, p Patch) (int, error) {
	if err := s.mayEdit(ctx, a, project); err != nil {
		return 0, err
	}
	if err := checkBulk(len(ids)); err != nil {
		return 0, err
	}
	all, err := s.Store.Requirements(ctx, a, project)
	if err != nil {
		return 0, err
	}
	questions, err := s.questions(ctx, a, project)
	if err != nil {
		return 0, err
	}
	at := make(map[ba.RequirementID]int, len(all))
	for i := range all {
		at[all[i].ID] = i
	}
	change := ba.RequirementChange{Project: project}
	for _, id := range unique(ids) {
		i, known := at[id]
		if !known {
			return 0, ba.E(ba.NotFound, "One of the requirements does not exist any more. Load the page again.")
		}
		r, changed := p.apply(all[i], a.User)
		if !changed {
			continue
		}
		if err := r.Validate(); err != nil {
			return 0, err
		}
		if r.Status == ba.RequirementApproved && all[i].Status != r.Status {
			if err := blocked(r, questions[id]); err != nil {
				return 0, err
			}
		}
		change.Edit = append(change.Edit, r)
	}
	if len(change.Edit) == 0 {
		return 0, nil
	}
	_, err = s.Store.ChangeRequirements(ctx, a, change)
	return len(change.Edit), err
}

func unique[T comparable](items []T) []T {
	seen := make(map[T]bool, len(items))
	return slices.DeleteFunc(slices.Clone(items), func(v T) bool {
		defer func() { seen[v] = true }()
		return seen[v]
	})
}

// questions counts the open questions about each requirement of a project.
func (s *Service) questions(ctx context.Context, a ba.Actor, project ba.ProjectID) (map[ba.RequirementID]int, error) {
	notes, err := s.Store.Notes(ctx, a, project)
	if err != nil {
		return nil, err
	}
	open := make(map[ba.RequirementID]int)
	for i := range notes {
		if notes[i].Open() {
			open[notes[i].Requirement]++
		}
	}
	return open, nil
}
