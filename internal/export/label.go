package export

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/ba-assistant/ba-assistant/ba"
)

// kindNames are the kinds of an artifact as a reader sees them.
var kindNames = map[ba.ArtifactKind]string{
	ba.ArtifactBRD: "Business Requirements Document", ba.ArtifactStories: "User stories", ba.ArtifactCriteria: "Acceptance criteria",
	ba.ArtifactRequirements: "Requirements list", ba.ArtifactDocument: "Document",
}

// typeNames, priorityNames, statusNames and qualityNames are the words of the
// cells; reading accepts them in any case, and the stored values too.
var (
	typeNames = map[ba.RequirementType]string{
		ba.RequirementFunctional: "Functional", ba.RequirementQuality: "Quality", ba.RequirementConstraint: "Constraint",
		ba.RequirementBusinessRule: "Business rule", ba.RequirementInterface: "Interface", ba.RequirementData: "Data",
	}
	priorityNames = map[ba.Priority]string{
		ba.PriorityMust: "Must", ba.PriorityShould: "Should", ba.PriorityCould: "Could", ba.PriorityWont: "Won't",
	}
	statusNames = map[ba.RequirementStatus]string{
		ba.RequirementDraft: "Draft", ba.RequirementReviewed: "Reviewed", ba.RequirementApproved: "Approved", ba.RequirementRejected: "Rejected",
	}
	qualityNames = map[ba.Quality]string{
		ba.QualityPerformance: "Performance efficiency", ba.QualityCompatibility: "Compatibility", ba.QualityUsability: "Usability",
		ba.QualityReliability: "Reliability", ba.QualitySecurity: "Security", ba.QualityMaintainability: "Maintainability",
		ba.QualityPortability: "Portability",
	}
)

// label returns the word for a value, and the value itself where there is none.
func label[T ~string](names map[T]string, value T) string {
	if name := names[value]; name != "" {
		return name
	}
	return string(value)
}

// valueOf returns the value that a word stands for, and false for none. The
// empty word is the empty value.
func valueOf[T ~string](names map[T]string, word string) (T, bool) {
	word = wordKey(word)
	if word == "" {
		return "", true
	}
	for value, name := range names {
		if wordKey(name) == word || wordKey(string(value)) == word {
			return value, true
		}
	}
	return "", false
}

// wordKey is a word without case, spaces and punctuation.
func wordKey(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

func versionText(n int) string {
	if n <= 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }

// place returns where a source stands: its name, then page, sheet or heading.
func place(filename string, l ba.Locator) string {
	if at := l.String(); at != "" {
		return filename + ", " + at
	}
	return filename
}

// sourceText is a source as a footnote: place and quote.
func sourceText(filename string, l ba.Locator, quote string) string {
	if quote == "" {
		return place(filename, l)
	}
	return place(filename, l) + ": “" + strings.Join(strings.Fields(quote), " ") + "”"
}

// linkText is the source of a requirement as a footnote; it says where the
// quote is no longer what the source holds.
func linkText(l ba.Link) string {
	text := sourceText(l.Filename, l.Locator, l.Quote)
	if l.State == ba.LinkSuspect {
		text += " (the source has changed since)"
	}
	return text
}

// criterionText is a criterion in one sentence of Gherkin.
func criterionText(c ba.Criterion) string {
	var parts []string
	for _, p := range []struct{ word, text string }{{"Given", c.Given}, {"When", c.When}, {"Then", c.Then}} {
		if text := strings.TrimSpace(p.text); text != "" {
			parts = append(parts, p.word+" "+text)
		}
	}
	return strings.Join(parts, ", ")
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
