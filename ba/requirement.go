package ba

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// RequirementType is the class of a requirement (ISO/IEC/IEEE 29148, 5.2.8).
type RequirementType string

// The types of a requirement.
const (
	RequirementFunctional   RequirementType = "functional"
	RequirementQuality      RequirementType = "quality" // a quality characteristic of ISO/IEC 25010
	RequirementConstraint   RequirementType = "constraint"
	RequirementBusinessRule RequirementType = "business_rule"
	RequirementInterface    RequirementType = "interface"
	RequirementData         RequirementType = "data"
)

// RequirementTypes lists the types in the order in which people see them.
var RequirementTypes = []RequirementType{RequirementFunctional, RequirementQuality, RequirementConstraint,
	RequirementBusinessRule, RequirementInterface, RequirementData}

// Valid reports whether t is one of the types.
func (t RequirementType) Valid() bool { return slices.Contains(RequirementTypes, t) }

// Quality is a product quality characteristic of ISO/IEC 25010:2011, empty for
// requirements of another type.
type Quality string

// The characteristics of ISO/IEC 25010:2011, section 4.2.
const (
	QualityPerformance     Quality = "performance_efficiency"
	QualityCompatibility   Quality = "compatibility"
	QualityUsability       Quality = "usability"
	QualityReliability     Quality = "reliability"
	QualitySecurity        Quality = "security"
	QualityMaintainability Quality = "maintainability"
	QualityPortability     Quality = "portability"
)

// Qualities lists the characteristics in the order of the standard.
var Qualities = []Quality{QualityPerformance, QualityCompatibility, QualityUsability, QualityReliability,
	QualitySecurity, QualityMaintainability, QualityPortability}

// Valid reports whether q is one of the characteristics.
func (q Quality) Valid() bool { return slices.Contains(Qualities, q) }

// Priority is the importance of a requirement by MoSCoW (DSDM Agile Project
// Framework, chapter 10); the empty Priority is not decided yet.
type Priority string

// The priorities.
const (
	PriorityMust   Priority = "must"
	PriorityShould Priority = "should"
	PriorityCould  Priority = "could"
	PriorityWont   Priority = "wont"
)

// Priorities lists the priorities, the highest first.
var Priorities = []Priority{PriorityMust, PriorityShould, PriorityCould, PriorityWont}

// Valid reports whether p is decided and one of the four.
func (p Priority) Valid() bool { return slices.Contains(Priorities, p) }

// RequirementStatus is how far the agreement on a requirement has come.
type RequirementStatus string

// The states of a requirement.
const (
	RequirementDraft    RequirementStatus = "draft"
	RequirementReviewed RequirementStatus = "reviewed"
	RequirementApproved RequirementStatus = "approved"
	RequirementRejected RequirementStatus = "rejected"
)

// RequirementStatuses lists the states in their usual order.
var RequirementStatuses = []RequirementStatus{RequirementDraft, RequirementReviewed, RequirementApproved, RequirementRejected}

// Valid reports whether s is one of the states.
func (s RequirementStatus) Valid() bool { return slices.Contains(RequirementStatuses, s) }

// Requirement is one statement of what is needed, with where it came from. Its
// Number is given once in a project, is never used again and survives every
// regeneration of an artifact.
type Requirement struct {
	ID        RequirementID
	Project   ProjectID
	Number    int
	Version   int // counted from 1; a change against an older one is refused
	Statement string
	Type      RequirementType
	Quality   Quality
	Priority  Priority
	Rationale string
	Criteria  []Criterion
	Status    RequirementStatus
	Owner     UserID // who answers for it; empty for nobody
	Links     []Link
	Waivers   []Waiver
	// Areas are the areas of the discovery framework that it touches, a bit for
	// each; what writes a requirement works them out from its words.
	Areas     uint32
	CreatedBy UserID
	UpdatedBy UserID // who made this version
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Key returns the number as people quote it, such as REQ-0042.
func (r *Requirement) Key() string { return RequirementKey(r.Number) }

// RequirementKey returns the key of a number, such as REQ-0042.
func RequirementKey(number int) string { return fmt.Sprintf("REQ-%04d", number) }

// ParseRequirementKey returns the number of a key such as REQ-0042 or req-42,
// and false for any other text.
func ParseRequirementKey(s string) (int, bool) {
	digits, found := strings.CutPrefix(strings.ToUpper(strings.TrimSpace(s)), "REQ-")
	n, err := strconv.Atoi(digits)
	return n, found && err == nil && n > 0 && !strings.HasPrefix(digits, "+")
}

// Text returns all that the requirement says, for a search.
func (r *Requirement) Text() string {
	var b strings.Builder
	b.WriteString(r.Statement)
	if r.Rationale != "" {
		b.WriteString("\n" + r.Rationale)
	}
	for _, c := range r.Criteria {
		b.WriteString("\n" + strings.Join(strings.Fields(c.Given+" "+c.When+" "+c.Then), " "))
	}
	return b.String()
}

// Assumption reports whether no source supports the statement as it is quoted
// today: such a requirement is labelled an assumption.
func (r *Requirement) Assumption() bool {
	return !slices.ContainsFunc(r.Links, func(l Link) bool { return l.State == LinkVerified })
}

// Suspect reports whether a quoted source has changed or is gone.
func (r *Requirement) Suspect() bool {
	return slices.ContainsFunc(r.Links, func(l Link) bool { return l.State == LinkSuspect })
}

// Criterion is an acceptance criterion in the Given/When/Then form of Gherkin.
type Criterion struct {
	Given string `json:"given"`
	When  string `json:"when"`
	Then  string `json:"then"`
}

// Waiver keeps a finding of the quality rules from being shown, with the reason.
type Waiver struct {
	Rule   string `json:"rule"`
	Reason string `json:"reason"`
	By     UserID `json:"by"`
}

// The limits of a requirement.
const (
	MaxRequirements    = 10_000 // of one project
	MaxStatementLen    = 2_000  // in characters
	MaxRationaleLen    = 10_000
	MaxCriteria        = 50
	MaxCriterionLen    = 2_000 // of each of its three parts
	MaxWaivers         = 50
	MaxWaiverReasonLen = 1_000
	MaxLinks           = 50 // of one requirement
)

// Validate reports every fault of what a person typed or chose as one Invalid
// error.
func (r *Requirement) Validate() error {
	fields := CheckText("body.statement", r.Statement, 1, MaxStatementLen)
	fields = append(fields, CheckText("body.rationale", r.Rationale, 0, MaxRationaleLen)...)
	fields = append(fields, r.checkClass()...)
	fields = append(fields, r.checkCriteria()...)
	return InvalidFields(append(fields, r.checkWaivers()...))
}

func (r *Requirement) checkClass() []Field {
	var fields []Field
	if !r.Type.Valid() {
		fields = append(fields, Field{"body.type", "must be one of " + listed(RequirementTypes)})
	}
	if r.Quality != "" && (!r.Quality.Valid() || r.Type != RequirementQuality) {
		fields = append(fields, Field{"body.quality", "is for requirements of the type quality only, and one of " + listed(Qualities)})
	}
	if r.Priority != "" && !r.Priority.Valid() {
		fields = append(fields, Field{"body.priority", "must be empty or one of " + listed(Priorities)})
	}
	if !r.Status.Valid() {
		fields = append(fields, Field{"body.status", "must be one of " + listed(RequirementStatuses)})
	}
	return fields
}

func (r *Requirement) checkCriteria() []Field {
	if len(r.Criteria) > MaxCriteria {
		return []Field{{"body.criteria", "may be " + itoa(MaxCriteria) + " at most"}}
	}
	var fields []Field
	for i, c := range r.Criteria {
		at := "body.criteria[" + itoa(i) + "]."
		fields = append(fields, CheckText(at+"given", c.Given, 0, MaxCriterionLen)...)
		fields = append(fields, CheckText(at+"when", c.When, 0, MaxCriterionLen)...)
		fields = append(fields, CheckText(at+"then", c.Then, 1, MaxCriterionLen)...)
	}
	return fields
}

func (r *Requirement) checkWaivers() []Field {
	if len(r.Waivers) > MaxWaivers {
		return []Field{{"body.waivers", "may be " + itoa(MaxWaivers) + " at most"}}
	}
	var fields []Field
	for i, w := range r.Waivers {
		at := "body.waivers[" + itoa(i) + "]."
		fields = append(fields, CheckText(at+"rule", w.Rule, 1, MaxNameLen)...)
		fields = append(fields, CheckText(at+"reason", w.Reason, 1, MaxWaiverReasonLen)...)
	}
	return fields
}

func listed[T ~string](values []T) string {
	names := make([]string, len(values))
	for i, v := range values {
		names[i] = string(v)
	}
	return strings.Join(names, ", ")
}

// RequirementChange is what is stored of a project's requirements at once: all
// of it, or nothing.
type RequirementChange struct {
	Project ProjectID
	Add     []Requirement // new, with their links; they get their numbers in this order
	Edit    []Requirement // content by ID; Version is the one that was read
	Link    []AddedLink   // to requirements that are there; one that exists is left as it is
	// Basis, where it is set, is what RequirementNumbers returned when the change
	// was worked out: where requirements were added since, it is a Conflict.
	Basis *int
}

// AddedLink is a link to be added to a requirement.
type AddedLink struct {
	Requirement RequirementID
	Link        Link
}
