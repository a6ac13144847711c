package lint

import "slices"

// Scope is what a rule looks at.
type Scope string

// The scopes.
const (
	ScopeStatement Scope = "statement" // a sentence for itself
	ScopeStory     Scope = "story"     // a user story
	ScopeSet       Scope = "set"       // several statements together
)

// Rule is one quality rule.
type Rule struct {
	ID          string // stable; waivers refer to it
	Name        string
	Scope       Scope
	Source      string // the clauses that the rule comes from
	Explanation string // why it matters, in one or two sentences
	Example     string // a statement that it finds; two, on lines of their own, for a rule over a set
	Fix         string // the same statement without the weakness
}

// Finding is one weakness, with its place in the text that was checked.
type Finding struct {
	Rule       string // id of the rule
	Start, End int    // code points, the end exclusive
	Reason     string // one sentence
	Suggestion string // what to write instead, or what to decide
}

// Rules returns all rules in the order in which people see them.
func Rules() []Rule { return slices.Clone(rules) }

// Lookup returns the rule with an id, and false where there is none.
func Lookup(id string) (Rule, bool) {
	i := slices.IndexFunc(rules, func(r Rule) bool { return r.ID == id })
	if i < 0 {
		return Rule{}, false
	}
	return rules[i], true
}

// Without returns the findings but for those of the given rules, such as the
// ones that were waived.
func Without(findings []Finding, ids ...string) []Finding {
	if len(ids) == 0 {
		return findings
	}
	return slices.DeleteFunc(slices.Clone(findings), func(f Finding) bool { return slices.Contains(ids, f.Rule) })
}
