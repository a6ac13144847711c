package secrets

import (
	"strings"
	"sync"
)

// Rules returns the ids of the rules that some kind names, and the companions
// that the library asks for before it reports a pair.
func Rules() map[string]bool {
	ids := map[string]bool{"aws-secret-access-key": true, "azure-tenant-id": true, "azure-client-id": true, "azure-storage-account-name": true}
	for _, k := range kinds {
		for _, id := range k.rules {
			ids[id] = true
		}
	}
	return ids
}

// kindOfRule returns the family a rule belongs to.
var kindOfRule = sync.OnceValue(func() map[string]*Kind {
	byRule := map[string]*Kind{"preflight-service-role": kindByID("supabase")}
	for i := range kinds {
		for _, id := range kinds[i].rules {
			byRule[id] = &kinds[i]
		}
	}
	return byRule
})

func kindByID(id string) *Kind {
	for i := range kinds {
		if kinds[i].ID == id {
			return &kinds[i]
		}
	}
	return &kinds[len(kinds)-1]
}

// kindOfName returns the family that a variable's name suggests.
func kindOfName(name string) *Kind {
	upper := strings.ToUpper(name)
	for i := range kinds {
		for _, part := range kinds[i].names {
			if strings.Contains(upper, part) {
				return &kinds[i]
			}
		}
	}
	return &kinds[len(kinds)-1]
}

// KindFor returns the family that a variable of that name belongs to; the
// fallback family when the name says nothing.
func KindFor(name string) *Kind { return kindOfName(name) }
