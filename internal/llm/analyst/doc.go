// Package analyst is the provider that needs no key and no network: a business
// analyst made of rules. It answers from the project's documents by search and
// exact quotes, leads the discovery of a feature one question at a time, looks
// for weak wording, and drafts stories, criteria and outlines from what was
// said and found. It says plainly that it is made of rules.
//
// It refuses to invent: a statement about the customer's world is either a
// quote with its number, a value that stands in that quote, or the person's own
// words. Where the documents hold nothing, it says what it looked for.
//
// Invariant: the same request gives the same bytes. All that it knows comes
// from the request; nothing is kept between calls. Tokens are counted as words.
package analyst
