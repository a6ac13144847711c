// Package ba holds the nouns of BA Assistant, their identifiers and the one
// error type. It imports the standard library only, and everything else
// imports it.
//
// # Glossary
//
// One word per concept, here and in the database, the API and the pages:
//
//   - user: a person who signed in. An actor is a user as the caller of an
//     operation: who asks, with which role, through which session or token.
//   - project: what is isolated from other projects; it has members (viewer,
//     editor, owner), documents and threads.
//   - document: what a person uploaded. It has versions; the newest counts.
//   - passage: a piece of a document's text that can be found and cited. Its
//     locator says where in the document it stands.
//   - thread: a conversation, in a project or loose (of one user alone).
//   - message: what a person wrote, or the answer to it.
//   - turn: one question and its answer, from queued to a final state.
//   - citation: a quote in an answer, with the passage that it comes from.
//   - artifact: what is generated from a conversation, such as a BRD.
//   - requirement: a statement with an id, a type and links to its sources. A
//     link holds a quote; it is suspect when the quoted text changed or is gone.
//   - note: an open question, a decision or an assumption of a project.
//   - scope: what shares one data key: a project, a user's loose threads, or
//     the instance.
//
// Somebody else's object is not found; a call without an actor does not compile.
package ba
