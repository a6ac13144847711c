package scan

import (
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
)

// describeSources says, for each source, whether it was there and what was seen of it.
func (r *run) describeSources() {
	r.given = []preflight.Given{r.treeSource(), r.manifestSource(), r.historySource(), r.namesSource(), r.siteSource()}
}

func (r *run) treeSource() preflight.Given {
	g := preflight.Given{Source: preflight.Repo}
	if r.repo == nil {
		g.Reason = "no folder was given"
		return g
	}
	g.Given = true
	g.Seen = plural(len(r.repo.tree.Files()), "file")
	if n := len(r.repo.tree.Skipped()); n > 0 {
		s := r.repo.tree.Skipped()[0]
		g.Reason = fmt.Sprintf("%s left out, such as %s (%s)", plural(n, "entry"), s.Path, s.Reason)
	}
	return g
}

func (r *run) manifestSource() preflight.Given {
	g := preflight.Given{Source: preflight.Manifest}
	switch {
	case r.repo == nil:
		g.Reason = "no folder was given"
		return g
	case len(r.repo.input.Deploy.Files) == 0:
		g.Reason = "no deployment description was found"
		return g
	}
	g.Given = true
	var names []string
	for _, p := range r.repo.input.Paths() {
		if p.Platform != manifest.Unknown && !slices.Contains(names, p.Name) {
			names = append(names, p.Name)
		}
	}
	g.Seen = plural(len(names), "deployment path")
	if len(names) > 0 {
		g.Seen += ": " + strings.Join(names[:min(len(names), 4)], ", ")
	}
	if len(names) > 4 {
		g.Seen += " and more"
	}
	if list := r.repo.input.Deploy.Problems; len(list) > 0 {
		g.Reason = fmt.Sprintf("%s could not be understood, such as %s", plural(len(list), "part"), list[0].File)
	}
	return g
}

func (r *run) historySource() preflight.Given {
	g := preflight.Given{Source: preflight.History}
	switch {
	case r.repo == nil:
		g.Reason = "no folder was given"
	case r.secrets == nil || r.secrets.history == nil:
		g.Reason = r.secrets.gap
	default:
		g.Given = true
		g.Seen = plural(r.secrets.history.Commits, "commit")
		if list := r.secrets.history.Incomplete; len(list) > 0 {
			g.Reason = list[0]
		}
	}
	return g
}

func (r *run) namesSource() preflight.Given {
	if r.Names == nil {
		return preflight.Given{Source: preflight.Names, Reason: "no list of the platform's variable names was given (--names FILE)"}
	}
	return preflight.Given{Source: preflight.Names, Given: true, Seen: plural(len(r.Names), "name")}
}

func (r *run) siteSource() preflight.Given {
	g := preflight.Given{Source: preflight.Live}
	switch {
	case r.Site.URL == "":
		g.Reason = "no address was given"
	case r.site == nil || len(r.site.report.Hosts) == 0:
		g.Reason = r.Site.URL + " gave no answer"
	default:
		g.Given = true
		var hosts []string
		for name, kind := range r.site.report.Hosts {
			hosts = append(hosts, name+" ("+kind+")")
		}
		sort.Strings(hosts)
		g.Seen = strings.Join(hosts, ", ") + ", " + plural(r.site.report.Requests, "request")
	}
	return g
}

func plural(n int, noun string) string {
	switch {
	case n == 1:
		return "1 " + noun
	case strings.HasSuffix(noun, "y"):
		noun = strings.TrimSuffix(noun, "y") + "ie"
	}
	return grouped(n) + " " + noun + "s"
}

// grouped writes a number with commas between thousands.
func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
