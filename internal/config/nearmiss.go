package config

import (
	"slices"
	"strings"
)

// nearMisses returns a problem for each variable whose name is not known but
// close to one that is: most likely a typing error (pitfall P10).
func nearMisses(vars map[string]string) []Problem {
	known := make(map[string]bool)
	var names []string
	for _, o := range Options() {
		for _, n := range append([]string{o.Name}, o.Aliases...) {
			known[n], known[n+"_FILE"] = true, true
			names = append(names, n)
		}
	}
	var problems []Problem
	for name := range vars {
		if known[name] || len(name) < 6 {
			continue
		}
		if near := closest(name, names, vars); near != "" {
			problems = append(problems, Problem{name, "is not a variable of this program.", "Did you mean " + near + "?"})
		}
	}
	slices.SortFunc(problems, func(a, b Problem) int { return strings.Compare(a.Variable, b.Variable) })
	return problems
}

// closest returns the known name that name most likely stands for, or nothing.
func closest(name string, names []string, vars map[string]string) string {
	plain := strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
	for _, n := range names {
		if vars[n] != "" {
			continue // it is set; the other one is somebody else's
		}
		limit := 1
		if len(n) >= 10 {
			limit = 2
		}
		if plain == n || distance(plain, n) <= limit {
			return n
		}
	}
	return ""
}

// distance is the number of single-letter insertions, deletions, replacements
// and swaps of neighbours between a and b (optimal string alignment).
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
