package question

import (
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/secrets"
)

var sec14 = asked(preflight.Rule{
	ID:      "SEC-14",
	Rows:    []string{"P2w3", "R2"},
	Sources: []preflight.Source{preflight.Repo},
	Why:     "Bills and usage logs are at the providers, behind your login.",
	Detect:  "The providers whose keys the code reads are listed, with the page where each key is replaced.",
	Silent:  "Applications without keys of providers.",
}, "Was any key used by strangers, and have all of them a usage limit?", func(in *check.Input) (string, bool) {
	var list []string
	seen := map[string]bool{}
	for _, r := range in.Code.EnvReads() {
		k := secrets.KindFor(r.Name)
		if !r.Reachable || !secrets.SecretName(r.Name) || k.Page == "" || seen[k.ID] {
			continue
		}
		seen[k.ID] = true
		list = append(list, k.Name+" "+k.Page)
	}
	if len(list) == 0 {
		return "no key of a provider is read", false
	}
	return "Look at: " + strings.Join(list, "; ") + ".", true
})
