package statement

import "strings"

// storyTitles are the columns over which a backlog spreads its stories, in the
// order of the sentence.
var storyTitles = []struct {
	spoken phrases // a title that begins the sentence itself
	named  phrases
	words  string // that begin the part under such a name
}{
	{phrasesOf(`as a, as an, as the`), phrasesOf(`persona, user role, role, actor, as`), "As a"},
	{phrasesOf(`i want, i need, i can, i would`), phrasesOf(`want, wish`), "I want"},
	{phrasesOf(`so that, so i can, in order to, because`), phrasesOf(`benefit, reason, why, so`), "so that"},
}

// storyPart is a column that holds a part of a story.
type storyPart struct {
	column int
	words  string // that begin the part
}

// storyParts returns the columns that hold the parts of a story, nil where the
// first two are not there.
func storyParts(titles []string) []storyPart {
	var parts []storyPart
	for _, s := range storyTitles {
		for n, title := range titles {
			title = strings.Trim(oneLine(title), " .…:<>[]/_")
			words := wordsOf(title)
			switch {
			case len(words) == 0 || len(words) > 4:
				continue
			case s.spoken.at(words, 0) > 0:
				if s.words == "so that" {
					title = strings.ToLower(title)
				}
				parts = append(parts, storyPart{n, title})
			case s.named.at(words, 0) == len(words):
				parts = append(parts, storyPart{n, s.words})
			default:
				continue
			}
			break
		}
	}
	if len(parts) < 2 || !strings.HasPrefix(strings.ToLower(parts[1].words), "i ") {
		return nil
	}
	return parts
}

// story makes a statement of a row whose cells are the parts of a user story.
// Its quote goes from the first part to the last, as the row has them.
func (f *finder) story(i int, cells []cell, id string) bool {
	row := f.blocks[i].Text
	start, end := len(row), 0
	var text []string
	for _, part := range f.table.story {
		for _, c := range cells {
			if c.column == part.column {
				start, end = min(start, c.start), max(end, c.end)
				text = append(text, begun(row[c.start:c.end], part.words))
			}
		}
	}
	if len(text) < 2 {
		return false
	}
	c := f.candidate(unit{first: i, last: i, text: row, id: id}, start, end, RuleStory)
	c.Text = strings.Join(text, ", ")
	f.emit(c)
	return true
}

// begun returns a part of a story with the words that begin it.
func begun(s, words string) string {
	s = strings.TrimRight(oneLine(s), ".,;")
	first, _, _ := strings.Cut(strings.ToLower(words), " ")
	if strings.HasPrefix(strings.ToLower(s), first+" ") {
		return s
	}
	if words == "As a" && s != "" && strings.ContainsAny(s[:1], "aeioAEIO") {
		words = "As an"
	}
	return words + " " + s
}
