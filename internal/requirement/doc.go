// Package requirement owns requirements as objects and the notes beside them:
// writing and editing, extraction from documents and conversations, links to
// the sources with their quotes, coverage both ways, and what becomes suspect
// when a document changes.
//
// It refuses a quote that does not stand verbatim in its source, an edit of a
// version that is no longer the newest, and the approval of a requirement with
// an open question. What no source supports is labelled an assumption.
//
// Invariants: a number is given once; extraction from the same source twice
// changes nothing the second time; a link that is verified quotes the version
// of its document that is searched.
package requirement
