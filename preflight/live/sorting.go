package live

import (
	"sort"
	"strings"
)

// sortRoutes puts short paths without parameters first, so that what is
// picked does not depend on the order of a JSON object.
func sortRoutes(routes []route) {
	for i := range routes {
		sort.Strings(routes[i].methods)
	}
	sort.Slice(routes, func(i, j int) bool {
		a, b := routes[i].path, routes[j].path
		if p, q := strings.Count(a, "{"), strings.Count(b, "{"); p != q {
			return p < q
		}
		if len(a) != len(b) {
			return len(a) < len(b)
		}
		return a < b
	})
}
