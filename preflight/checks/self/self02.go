package self

import (
	"context"
	"fmt"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
)

var self02 = Check{
	Rule: preflight.Rule{
		ID:      "SELF-02",
		Title:   "The repository is incomplete, so something may be hidden",
		Level:   preflight.Info,
		Rows:    []string{"P2", "V2"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "A secret in the part that is missing stays unseen here and visible to everybody else.",
		Fix:     "git fetch --unshallow --tags, git submodule update --init, and run again on the complete clone.",
		Verify:  "Run preflight again: this finding is gone.",
		Detect:  "A shallow or partial clone, missing objects, submodules, large-file pointers, files that were too large or could not be read.",
		Silent:  "Folders without git are not incomplete; their history is not checked.",
		Bad:     "git clone --depth 1 ...; preflight .",
		Good:    "git clone ...; preflight .",
	},
	Run: runSelf02,
}

func runSelf02(_ context.Context, in *Input) preflight.Outcome {
	if in.Repository == nil {
		return preflight.NotApplicable("no repository was given")
	}
	git := in.Repository.Git
	var findings []preflight.Finding
	var unread []string // what keeps the rows about secrets from passing
	add := func(hides bool, key, title, fix string, evidence ...preflight.Evidence) {
		findings = append(findings, preflight.Finding{Level: preflight.Info, Key: key, Title: title, Fix: fix, Evidence: evidence})
		if hides {
			unread = append(unread, title)
		}
	}
	if git.Shallow {
		add(true, "shallow", "The clone is shallow: older commits were not read for secrets", "git fetch --unshallow --tags")
	}
	if git.Partial {
		add(true, "partial", "The clone is partial: objects may be missing, and what is in them was not read", "git clone without --filter, and run again there")
	}
	if len(git.Submodules) > 0 {
		add(false, "submodules", "Submodules were not read: "+strings.Join(git.Submodules, ", "), "Run preflight in each of them.", preflight.Evidence{File: ".gitmodules"})
	}
	for i, gap := range in.Incomplete {
		if i == 5 {
			add(false, "more", fmt.Sprintf("and %d more parts were not read", len(in.Incomplete)-i), "")
			break
		}
		add(strings.Contains(gap, "commit"), gap, "Not read: "+gap, "")
	}
	findings = append(findings, pointers(in)...)
	if len(unread) > 0 {
		return preflight.Unsure(unread[0], findings...)
	}
	return said(findings, "the clone is complete")
}

// pointers finds files whose content lies elsewhere (Git LFS).
func pointers(in *Input) []preflight.Finding {
	var at []preflight.Evidence
	for _, f := range in.Repository.Tree.Files() {
		if f.Size > 100 && f.Size < 200 && strings.HasPrefix(in.Repository.Tree.Text(f.Path), "version https://git-lfs.github.com/spec/") {
			at = append(at, preflight.Evidence{File: f.Path, Line: 1})
		}
	}
	if len(at) == 0 {
		return nil
	}
	n := len(at)
	return []preflight.Finding{{Level: preflight.Info, Key: "lfs", Title: fmt.Sprintf("%s in Git LFS and not here", are(n, "file")), Fix: "git lfs pull", Evidence: at[:min(n, 5)]}}
}

func are(n int, noun string) string {
	if n == 1 {
		return "1 " + noun + " is"
	}
	return fmt.Sprintf("%d %ss are", n, noun)
}
