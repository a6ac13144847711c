// Package artifact owns generated documents: it plans the sections of a BRD,
// of user stories, acceptance criteria, a requirements list or a free document,
// writes them one after the other from requirement objects, conversations and
// documents, checks what was written, and keeps versions, hand-made changes and
// approvals.
//
// It refuses to invent. By rules, a section holds quotes and objects alone, or
// says that nothing was found and what to ask. By a model, every number of a
// source and every key of a requirement is checked against what there is, a
// quotation that stands in no source is labelled, and so is every paragraph
// that rests on nothing.
//
// Invariants: one request is one artifact; a section is written to its end or
// is said not to be; every requirement that an artifact shows carries a quote
// that was found in its source when it was written, or the label assumption;
// of two owners of a generation, the older writes nothing; a change by hand
// never overwrites one that it was not made from.
package artifact
