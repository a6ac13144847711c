package main

import (
	"path/filepath"
	"strings"

	"github.com/ba-assistant/ba-assistant/internal/requirement/statement"
)

// storyResult is how many user stories were found as such.
type storyResult struct{ found, all int }

func measureStories(shared string, faults *log) (map[string]storyResult, error) {
	results := make(map[string]storyResult)
	for _, name := range []string{"backlogs", "ustai_story_quality"} {
		rows, err := readTable(filepath.Join(shared, "requirements", "user-stories", name+".csv"))
		if err != nil {
			return nil, err
		}
		var r storyResult
		for _, row := range rows {
			r.all++
			if found := statement.FindText(row["text"]); len(found) == 1 && found[0].Rule == statement.RuleStory {
				r.found++
			} else if faults.on("stories") {
				faults.printf("%s\t%d\t%s\n", row["backlog"], len(found), strings.TrimSpace(row["text"]))
			}
		}
		results[name] = r
	}
	return results, nil
}
