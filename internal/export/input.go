package export

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

// Input is what is exported: an artifact in one of its versions with the
// requirements that it shows, or, with a single section without text, a list of
// requirements alone. It is not changed.
type Input struct {
	Title    string
	Project  string // name
	Kind     ba.ArtifactKind
	Version  int       // 0 for what has no versions
	Date     time.Time // of the version; the only time that a file carries besides that of the approval
	Author   string    // name; may be empty
	Language string    // of most of the text, as in BCP 47; empty means "en"
	Sections []Section
	Sources  []Source             // what the numbers in brackets of the sections' text refer to
	Names    map[ba.UserID]string // of owners and approvers; who is missing is shown as "unknown"
	Approval *ba.Approval
}

// Section is one part of an artifact with the requirements that are shown after
// its text.
type Section struct {
	Title        string
	Markdown     string
	Requirements []ba.Requirement
}

// text returns the Markdown without a first heading that repeats the title.
func (s *Section) text() string {
	text := strings.TrimSpace(s.Markdown)
	line, rest, _ := strings.Cut(text, "\n")
	if strings.HasPrefix(line, "#") && wordKey(line) == wordKey(s.Title) {
		return strings.TrimSpace(rest)
	}
	return text
}

// Source is a passage or message that the text cites as [Number].
type Source struct {
	Number   int
	Filename string // of the document, or the title of the conversation
	Locator  ba.Locator
	Quote    string // verbatim; may be empty
}

// Requirements returns the requirements of all sections, each once, by number.
func (in *Input) Requirements() []ba.Requirement {
	var out []ba.Requirement
	seen := map[int]bool{}
	for _, s := range in.Sections {
		for _, r := range s.Requirements {
			if !seen[r.Number] {
				seen[r.Number] = true
				out = append(out, r)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b ba.Requirement) int { return cmp.Compare(a.Number, b.Number) })
	return out
}

// name returns how a user is called, and the empty string for nobody.
func (in *Input) name(id ba.UserID) string {
	if id == "" {
		return ""
	}
	if name := in.Names[id]; name != "" {
		return name
	}
	return "unknown"
}

func (in *Input) language() string { return cmp.Or(strings.TrimSpace(in.Language), "en") }

// date returns the day of the version, as in 28 November 2026; empty for none.
func (in *Input) date() string {
	if in.Date.IsZero() {
		return ""
	}
	return in.Date.UTC().Format("2 January 2006")
}

// fact is a line of what a reader wants to know of the whole.
type fact struct{ name, value string }

// facts returns project, kind, version, date, author and approval, as far as
// they are known.
func (in *Input) facts() []fact {
	all := []fact{{"Project", in.Project}, {"Document", kindNames[in.Kind]}, {"Version", versionText(in.Version)},
		{"Date", in.date()}, {"Author", in.Author}, {"Status", in.status()}}
	return slices.DeleteFunc(all, func(f fact) bool { return f.value == "" })
}

func (in *Input) status() string {
	switch {
	case in.Approval != nil:
		return "Approved by " + cmp.Or(in.name(in.Approval.By), "unknown") + " on " + in.Approval.At.UTC().Format("2 January 2006")
	case in.Version > 0:
		return "Not approved"
	}
	return ""
}

// Filename returns a name for the file: the title in letters, digits and
// hyphens, the version and the ending.
func Filename(in Input, f Format) string {
	var b strings.Builder
	gap := false
	for _, r := range in.Title {
		if !isWord(r) {
			gap = b.Len() > 0
			continue
		}
		if b.Len() > 80 {
			break
		}
		if gap {
			b.WriteByte('-')
		}
		gap = false
		b.WriteRune(r)
	}
	name := cmp.Or(b.String(), "export")
	if in.Version > 0 {
		name += "-v" + versionText(in.Version)
	}
	return name + f.Extension()
}
