package deploy

import (
	"context"
	"fmt"
	"path"
	"sort"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/tree"
)

var web14 = check.Check{
	Rule: preflight.Rule{
		ID:      "WEB-14",
		Title:   "Images of the front end are heavy",
		Level:   preflight.Info,
		Rows:    []string{"T5", "P5"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "On a phone each of them costs seconds.",
		Fix:     "Convert them to WebP or AVIF, in the size in which they are shown.",
		Verify:  "The network tab shows less than 300 kB for each image.",
		Detect:  "Raster images above 300 kB, or more than 2 MB in all, in the folders that a front end publishes (assets, public, static, web).",
		Silent:  "Documents, icons of app stores, tests.",
		Bad:     "assets/hero.png, 2.4 MB",
		Good:    "assets/hero.webp, 140 kB",
	},
	Run: runWeb14,
}

// heavy is the size in bytes from which one image counts, and tooMuch that of all.
const (
	heavy   = 300_000
	tooMuch = 2_000_000
)

func runWeb14(_ context.Context, in *check.Input) preflight.Outcome {
	var big []tree.File
	total, count := int64(0), 0
	for _, f := range in.Tree.Files() {
		switch path.Ext(strings.ToLower(f.Path)) {
		case ".png", ".jpg", ".jpeg", ".gif", ".bmp":
		default:
			continue
		}
		if !published(f.Path) {
			continue
		}
		count++
		total += f.Size
		if f.Size > heavy {
			big = append(big, f)
		}
	}
	if count == 0 {
		return preflight.NotApplicable("no front end with raster images was found")
	}
	if len(big) == 0 && total <= tooMuch {
		return preflight.Pass(plural(count, "image") + " looked at")
	}
	sort.Slice(big, func(i, j int) bool { return big[i].Size > big[j].Size })
	f := preflight.Finding{Level: preflight.Info, Title: fmt.Sprintf("%s of the front end weigh %.1f MB, %d of them more than 300 kB", plural(count, "image"), float64(total)/1e6, len(big))}
	for i := range min(5, len(big)) {
		f.Evidence = append(f.Evidence, preflight.Evidence{File: big[i].Path, Note: fmt.Sprintf("%d kB", big[i].Size/1000)})
	}
	return preflight.Found(f)
}

func published(file string) bool {
	parts := strings.Split(strings.ToLower(path.Dir(file)), "/")
	in := false
	for _, p := range parts {
		switch p {
		case "assets", "public", "static", "web", "images", "img":
			in = true
		case "docs", "doc", "test", "tests", "fixtures", "android", "ios", "macos", "windows", "linux", "store", "screenshots", ".github", "node_modules":
			return false
		}
	}
	return in
}
