// Package statement finds the requirement statements of a document or a message
// and says what they are, by rules: no model, no key, no network. It owns the
// rules by which a sentence, a list item, a table row or a user story counts as
// a requirement, the EARS patterns of its conditions, its type, its quality
// characteristic and its priority.
//
// It refuses to score: a candidate names the rule that found it, so that a
// person can tell why it is there. Headings, definitions, references, examples,
// rationale and boilerplate are left out.
//
// Invariant: a quote is verbatim in its source, its span lies inside, and the
// same input gives the same candidates. Nothing is kept between calls; every
// function may be called from several goroutines.
package statement
