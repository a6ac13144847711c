package artifact

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/term"
)

// MaxSectionLen is how many characters a section may have.
const MaxSectionLen = maxSection

// sitting is how long one person's changes go into the same version.
const sitting = 30 * time.Minute

// Change is what a person changed. Nil fields and sections that are not named
// stay as they are.
type Change struct {
	Revision int // of the content that it was made from
	Title    *string
	Sections []SectionChange
	// Order, where it is given, names the sections that there are to be, in their
	// order: those that are not in it go. A key that begins with OwnSection and
	// that is not there yet is a new section, with the title that Sections gives it.
	Order []string
}

// OwnSection begins the keys of sections that people add. Clients make them.
const OwnSection = "own-"

// MaxSections is how many sections an artifact may have.
const MaxSections = 200

// ownKey is a key that a client may make.
var ownKey = regexp.MustCompile(`^own-[a-z0-9]{4,40}$`)

// SectionChange is the new title or text of the section with the key.
type SectionChange struct {
	Key   string
	Title *string
	Text  *string
}

// Save stores a change made by hand, and returns the artifact as it is then. A
// generated or approved version, one of somebody else and one of long ago is
// kept: the change makes the next. Where the content is newer than the one
// that the change was made from, it is a Conflict and nothing is stored.
func (s *Service) Save(ctx context.Context, a ba.Actor, id ba.ArtifactID, c Change) (ba.Artifact, error) {
	v, err := s.editable(ctx, a, id)
	if err != nil {
		return ba.Artifact{}, err
	}
	versions, err := s.Store.ArtifactVersions(ctx, a, id)
	if err != nil {
		return ba.Artifact{}, err
	}
	changed, err := s.apply(ctx, a, &v, c)
	if err != nil {
		return ba.Artifact{}, err
	}
	if !changed && c.Revision == v.Revision {
		return v, nil
	}
	v.Revision = c.Revision
	if newest := versions[0]; newest.Origin != ba.OriginEdited || newest.Approved() || newest.CreatedBy != a.User || s.Clock().Sub(newest.UpdatedAt) > sitting {
		v.Version = v.Newest + 1
	}
	return s.Store.ChangeArtifact(ctx, a, v, term.Terms(v.Text()))
}

// apply puts the change into v and reports whether it changes anything.
func (s *Service) apply(ctx context.Context, a ba.Actor, v *ba.Artifact, c Change) (bool, error) {
	var fields []ba.Field
	changed := false
	set := func(location string, to *string, is *string, least, most int) {
		if to == nil || *to == *is {
			return
		}
		fields = append(fields, ba.CheckText(location, *to, least, most)...)
		*is, changed = *to, true
	}
	set("body.title", c.Title, &v.Title, 1, ba.MaxNameLen)
	if arranged, wrong := arrange(v.Sections, c); len(wrong) > 0 {
		return false, ba.InvalidFields(wrong)
	} else if arranged != nil {
		v.Sections, changed = arranged, true
	}
	var touched []int
	for i, sc := range c.Sections {
		at := "body.sections[" + strconv.Itoa(i) + "]."
		n := slices.IndexFunc(v.Sections, func(s ba.Section) bool { return s.Key == sc.Key })
		if n < 0 {
			fields = append(fields, ba.Field{Location: at + "key", Message: "is no section of this artifact"})
			continue
		}
		if sc.Text != nil {
			*sc.Text = strings.ReplaceAll(*sc.Text, "\r\n", "\n")
		}
		set(at+"title", sc.Title, &v.Sections[n].Title, 1, ba.MaxNameLen)
		set(at+"text", sc.Text, &v.Sections[n].Text, 0, MaxSectionLen)
		touched = append(touched, n)
	}
	if err := ba.InvalidFields(fields); err != nil || !changed {
		return false, err
	}
	known, err := s.Store.Requirements(ctx, a, v.Project)
	if err != nil {
		return false, err
	}
	for _, n := range touched {
		v.Sections[n].Remarks = remarksOn(v.Sections[n].Text, v, known)
	}
	return true, nil
}

// arrange returns the sections as a change orders them, with empty ones where
// they are new; nil where they stay as they are.
func arrange(sections []ba.Section, c Change) ([]ba.Section, []ba.Field) {
	if c.Order == nil {
		return nil, nil
	}
	if n := len(c.Order); n == 0 || n > MaxSections {
		return nil, []ba.Field{{Location: "body.order", Message: fmt.Sprintf("must name 1 to %d sections", MaxSections)}}
	}
	arranged := make([]ba.Section, 0, len(c.Order))
	same := len(c.Order) == len(sections)
	for i, key := range c.Order {
		at := "body.order[" + strconv.Itoa(i) + "]"
		has := func(s ba.Section) bool { return s.Key == key }
		if slices.ContainsFunc(arranged, has) {
			return nil, []ba.Field{{Location: at, Message: "is named twice"}}
		}
		n := slices.IndexFunc(sections, has)
		switch {
		case n >= 0:
			arranged = append(arranged, sections[n])
		case !ownKey.MatchString(key):
			return nil, []ba.Field{{Location: at, Message: "is no section of this artifact; the key of a new one is " + OwnSection + " and 4 to 40 small letters and digits"}}
		case !slices.ContainsFunc(c.Sections, func(s SectionChange) bool { return s.Key == key && s.Title != nil }):
			return nil, []ba.Field{{Location: at, Message: "is a new section and needs a title"}}
		default:
			arranged = append(arranged, ba.Section{Key: key, Done: true})
		}
		same = same && n == i
	}
	if same {
		return nil, nil
	}
	return arranged, nil
}

// Restore makes the content of an older version that of a new one. Nothing is
// lost: the newest so far stays in the history. Where the content is newer than
// revision, it is a Conflict and nothing is stored.
func (s *Service) Restore(ctx context.Context, a ba.Actor, id ba.ArtifactID, version, revision int) (ba.Artifact, error) {
	v, err := s.editable(ctx, a, id)
	if err != nil {
		return ba.Artifact{}, err
	}
	old, err := s.Store.Artifact(ctx, a, id, version)
	if err != nil {
		return ba.Artifact{}, err
	}
	if version < 1 || old.Version >= v.Newest {
		return ba.Artifact{}, ba.E(ba.Invalid, "This is the newest version already. Choose an older one.")
	}
	v.Title, v.Sections, v.Requirements, v.Sources = old.Title, old.Sections, old.Requirements, old.Sources
	v.Version, v.Revision = v.Newest+1, revision
	return s.Store.ChangeArtifact(ctx, a, v, term.Terms(v.Text()))
}

// remarksOn says what a text refers to that is not there. Nothing is taken out
// of what a person wrote.
func remarksOn(text string, v *ba.Artifact, known []ba.Requirement) []string {
	var remarks []string
	for _, key := range keyRE.FindAllString(text, -1) {
		n, _ := ba.ParseRequirementKey(key)
		has := func(r ba.Requirement) bool { return r.Number == n }
		if !slices.ContainsFunc(known, has) && !slices.ContainsFunc(v.Requirements, has) {
			remarks = append(remarks, key+" is no requirement of this project.")
		}
	}
	for _, m := range citationRE.FindAllStringSubmatch(text, -1) {
		n, _ := strconv.Atoi(m[1])
		if !slices.ContainsFunc(v.Sources, func(s ba.Source) bool { return s.N == n }) {
			remarks = append(remarks, fmt.Sprintf("There is no source with the number [%d].", n))
		}
	}
	return unique(remarks)
}

// Approve stores the actor's consent to the content with the hash, of a
// version. Where the version's content is another, it is a Conflict.
func (s *Service) Approve(ctx context.Context, a ba.Actor, id ba.ArtifactID, version int, hash string) (ba.Artifact, error) {
	if err := s.Store.ApproveArtifact(ctx, a, id, version, hash); err != nil {
		return ba.Artifact{}, err
	}
	return s.Store.Artifact(ctx, a, id, version)
}

// Withdraw takes the actor's consent to a version back.
func (s *Service) Withdraw(ctx context.Context, a ba.Actor, id ba.ArtifactID, version int) (ba.Artifact, error) {
	if err := s.Store.WithdrawApproval(ctx, a, id, version); err != nil {
		return ba.Artifact{}, err
	}
	return s.Store.Artifact(ctx, a, id, version)
}
