package web

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/budget"
	"github.com/ba-assistant/ba-assistant/internal/export"
	"github.com/ba-assistant/ba-assistant/internal/requirement"
	"github.com/ba-assistant/ba-assistant/internal/web/page"
)

// requirementsShown is how many requirements a part of the table holds.
const requirementsShown = 100

func requirementsPath(id ba.ProjectID) string { return projectPath(id) + "/requirements" }

func requirementPath(id ba.RequirementID) string { return "/requirements/" + string(id) }

func (s *Site) requirements(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	data, err := s.requirementTable(r, a)
	if err != nil {
		return err
	}
	return s.render(w, r, "requirements", data)
}

// requirementTable gathers the part of the table that an address asks for.
func (s *Site) requirementTable(r *http.Request, a ba.Actor) (*page.Requirements, error) {
	p, err := s.projectOf(r, a)
	if err != nil {
		return nil, err
	}
	q := r.URL.Query()
	filter := filterOf(q)
	found, err := s.Requirements.List(r.Context(), a, p.ID, filter, ba.Page{Limit: requirementsShown, After: q.Get("after")})
	if err != nil {
		return nil, err
	}
	data := &page.Requirements{Shell: page.Shell{Title: "Requirements of " + p.Name}, Project: p, Tabs: page.Tabs{Project: p.ID, Current: "requirements"},
		Filter: filterForm(filter), Matching: found.Matching, All: found.All, Export: page.Export{Formats: exportFormats(), Kept: kept(q)}}
	data.Done = doneSentence(q)
	for _, item := range found.Items {
		data.Items = append(data.Items, page.NewRequirement(item))
	}
	data.First, data.Next = parts(q, found.Next)
	if p.CanEdit() {
		err = s.finders(r.Context(), a, data)
	}
	return data, err
}

// finders fills in which models can look for requirements, and what is left to
// pay for them.
func (s *Site) finders(ctx context.Context, a ba.Actor, data *page.Requirements) error {
	var models []budget.Offered
	paid := false
	for _, m := range s.Requirements.Models {
		offered := budget.Offered{Provider: m.Provider.ID()}
		name := m.Name
		if len(m.Models) > 0 {
			offered.Model, name = m.Models[0], name+": "+m.Models[0]
		}
		models = append(models, offered)
		data.Finders = append(data.Finders, page.Choice{Value: offered.Provider, Name: name})
		paid = paid || !s.Budget.Free(offered.Provider, offered.Model)
	}
	if len(models) == 0 {
		return nil
	}
	refusals, err := s.Budget.CheckAll(ctx, a.User, models)
	if err != nil {
		return err
	}
	for i := range data.Finders {
		data.Finders[i].Closed = refusals[i] != nil
	}
	if paid {
		data.Budget, err = s.meter(ctx, a)
	}
	return err
}

// filters are the parameters of an address by which a list is narrowed.
var filters = []string{"q", "status", "type", "priority", "only", "document", "thread", "sort"}

// kept returns the parameters that narrow a list, for another form.
func kept(q url.Values) []page.Option {
	var list []page.Option
	for _, name := range filters {
		if v := q.Get(name); v != "" {
			list = append(list, page.Option{Name: name, Value: v})
		}
	}
	return list
}

// exportRequirements answers with a file of the requirements that match. What
// its format cannot carry is said on the page, with a format that can.
func (s *Site) exportRequirements(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	id, err := pathID[ba.ProjectID](r, "id")
	if err != nil {
		return err
	}
	in, err := s.Requirements.Export(r.Context(), a, id, filterOf(r.URL.Query()))
	if err != nil {
		return err
	}
	format := cmp.Or(export.Format(r.FormValue("format")), export.XLSX)
	for _, problem := range export.Check(in, format, s.Artifacts.FileOptions()) {
		if !problem.Blocks {
			continue
		}
		data, err := s.requirementTable(r, a)
		if err != nil {
			return err
		}
		data.Export.Refusal, data.Export.Offer, data.Export.OfferName = problem.Message, string(problem.Offer), problem.Offer.Label()
		return s.renderStatus(w, r, http.StatusUnprocessableEntity, "requirements", data)
	}
	return s.sendFile(w, format, in)
}

// projectOf returns the project of the address.
func (s *Site) projectOf(r *http.Request, a ba.Actor) (page.Project, error) {
	id, err := pathID[ba.ProjectID](r, "id")
	if err != nil {
		return page.Project{}, err
	}
	p, err := s.Projects.Find(r.Context(), a, id)
	return page.NewProject(p), err
}

// parts returns the addresses of the first part of a list and of the next, with
// all else of the query as it is.
func parts(q url.Values, next string) (first, following string) {
	at := func(after string) string {
		v := url.Values{}
		for name, values := range q {
			if name != "after" && name != "done" && name != "found" && name != "linked" && name != "known" && name != "refused" {
				v[name] = values
			}
		}
		if after != "" {
			v.Set("after", after)
		}
		return "?" + v.Encode()
	}
	if q.Get("after") != "" {
		first = at("")
	}
	if next != "" {
		following = at(next)
	}
	return first, following
}

// filterOf reads a filter from an address. What it does not know is left out.
func filterOf(q url.Values) requirement.Filter {
	return requirement.Filter{
		Text: q.Get("q"), Status: ba.RequirementStatus(q.Get("status")), Type: ba.RequirementType(q.Get("type")), Priority: ba.Priority(q.Get("priority")),
		Document: ba.DocumentID(q.Get("document")), Thread: ba.ThreadID(q.Get("thread")),
		Suspect: q.Get("only") == "suspect", Assumption: q.Get("only") == "assumption",
		Sort: requirement.Sort(strings.TrimPrefix(q.Get("sort"), "-")), Descending: strings.HasPrefix(q.Get("sort"), "-"),
	}
}

func filterForm(f requirement.Filter) page.RequirementFilter {
	only := map[bool]string{f.Suspect: "suspect"}[true] + map[bool]string{f.Assumption: "assumption"}[true]
	sorted := string(f.Sort)
	if f.Descending {
		sorted = "-" + sorted
	}
	form := page.RequirementFilter{
		Query: f.Text, Statuses: page.StatusOptions(f.Status), Types: page.TypeOptions(f.Type),
		Priorities: append(page.PriorityOptions(f.Priority), page.Option{Value: string(requirement.Undecided), Name: "Not decided", Current: f.Priority == requirement.Undecided}),
		Only:       []page.Option{{Value: "suspect", Name: "Suspect only"}, {Value: "assumption", Name: "Assumptions only"}},
		Sorts: []page.Option{{Value: "number", Name: "By number"}, {Value: "-updated", Name: "Last changed first"}, {Value: "priority", Name: "By priority"},
			{Value: "status", Name: "By status"}, {Value: "type", Name: "By type"}, {Value: "statement", Name: "By wording"}},
		Active: f.Text != "" || f.Status != "" || f.Type != "" || f.Priority != "" || only != "",
	}
	for i := range form.Only {
		form.Only[i].Current = form.Only[i].Value == only
	}
	for i := range form.Sorts {
		form.Sorts[i].Current = form.Sorts[i].Value == sorted
	}
	return form
}

// doneSentence tells what a form did that led here.
func doneSentence(q url.Values) string {
	switch q.Get("done") {
	case "changed":
		return changedSentence(q.Get("found"))
	case "imported":
		return importedSentence(number(q, "found"), number(q, "linked"))
	case "deleted":
		return "Deleted. Their numbers are not given again."
	case "extracted":
		return extractedSentence(number(q, "found"), number(q, "linked"), number(q, "known"), number(q, "refused"))
	}
	return ""
}

func number(q url.Values, name string) int {
	n, _ := strconv.Atoi(q.Get(name))
	return max(n, 0)
}

func changedSentence(count string) string {
	n, _ := strconv.Atoi(count)
	if n == 0 {
		return "Nothing to change: they were like that already."
	}
	return page.Count(n, "requirement") + " changed."
}

func importedSentence(changed, added int) string {
	switch {
	case changed+added == 0:
		return "Nothing to change: they were like that already."
	case added == 0:
		return page.Count(changed, "requirement") + " changed."
	case changed == 0:
		return page.Count(added, "requirement") + " added."
	}
	return page.Count(changed, "requirement") + " changed, " + strconv.Itoa(added) + " added."
}

func extractedSentence(found, linked, known, refused int) string {
	var said []string
	if found > 0 {
		said = append(said, page.Count(found, "requirement")+" found.")
	}
	if linked > 0 {
		said = append(said, page.Count(linked, "further source")+" linked.")
	}
	if len(said) == 0 && known > 0 {
		said = append(said, "Nothing new: all statements have their requirement.")
	}
	if refused > 0 {
		said = append(said, page.Count(refused, "statement")+" refused: the quote is not in the source.")
	}
	if len(said) == 0 {
		said = append(said, "No statement that reads like a requirement was found.")
	}
	return strings.Join(said, " ")
}

// extractRequirements reads the document or conversation that the form names,
// or everything.
func (s *Site) extractRequirements(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	id, err := pathID[ba.ProjectID](r, "id")
	if err != nil {
		return err
	}
	form, err := readForm(r)
	if err != nil {
		return err
	}
	sel := requirement.Selection{Model: form.Get("model")}
	back := url.Values{"done": {"extracted"}}
	if d := form.Get("document"); d != "" {
		sel.Documents = []ba.DocumentID{ba.DocumentID(d)}
		back.Set("document", d)
	}
	if t := form.Get("thread"); t != "" {
		sel.Threads = []ba.ThreadID{ba.ThreadID(t)}
		back.Set("thread", t)
	}
	done, err := s.Requirements.Extract(r.Context(), a, id, sel)
	if err != nil {
		return err
	}
	for name, n := range map[string]int{"found": len(done.Added), "linked": done.Linked, "known": done.Known, "refused": len(done.Refused)} {
		if n > 0 {
			back.Set(name, strconv.Itoa(n))
		}
	}
	return redirect(w, r, requirementsPath(id)+"?"+back.Encode())
}

// changeRequirements applies the choices of the table's form to the rows that
// are ticked.
func (s *Site) changeRequirements(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	id, err := pathID[ba.ProjectID](r, "id")
	if err != nil {
		return err
	}
	form, err := readForm(r)
	if err != nil {
		return err
	}
	var ids []ba.RequirementID
	for _, v := range form["id"] {
		ids = append(ids, ba.RequirementID(v))
	}
	done, err := s.change(r.Context(), a, id, ids, form)
	if err != nil {
		return err
	}
	return redirect(w, r, requirementsPath(id)+"?"+done.Encode())
}

func (s *Site) change(ctx context.Context, a ba.Actor, id ba.ProjectID, ids []ba.RequirementID, form url.Values) (url.Values, error) {
	if form.Get("do") == "delete" {
		return url.Values{"done": {"deleted"}}, s.Requirements.Delete(ctx, a, id, ids)
	}
	var p requirement.Patch
	if v := ba.RequirementStatus(form.Get("set-status")); v != "" {
		p.Status = &v
	}
	if v := ba.RequirementType(form.Get("set-type")); v != "" {
		p.Type = &v
	}
	if v := ba.Priority(form.Get("set-priority")); v != "" {
		if v == requirement.Undecided {
			v = ""
		}
		p.Priority = &v
	}
	n, err := s.Requirements.EditAll(ctx, a, id, ids, p)
	return url.Values{"done": {"changed"}, "found": {strconv.Itoa(n)}}, err
}
