package deploy

import (
	"path"
	"regexp"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
)

var volumeFlag = regexp.MustCompile(`(?:\s-v\s+|--volume[ =])(?:"|')?[^\s:"']+:(/[^\s:"']+)|--mount\s+\S*(?:target|dst|destination)=(/[^\s,"']+)`)

// toldToMount reports whether the documentation of an image tells people to
// mount a volume where its database is.
func toldToMount(in *check.Input, d *database) bool {
	if d.path.Platform != manifest.Docker && d.path.Platform != manifest.Unknown {
		return false
	}
	for _, f := range in.Tree.Files() {
		lower := strings.ToLower(path.Base(f.Path))
		if !strings.HasPrefix(lower, "readme") && !(strings.HasSuffix(lower, ".md") && strings.HasPrefix(f.Path, "docs/")) && lower != "makefile" {
			continue
		}
		for _, m := range volumeFlag.FindAllStringSubmatch(in.Tree.Text(f.Path), 50) {
			at := strings.TrimSuffix(m[1]+m[2], "/")
			for _, file := range d.files {
				if file == at || strings.HasPrefix(file, at+"/") {
					return true
				}
			}
		}
	}
	return false
}
