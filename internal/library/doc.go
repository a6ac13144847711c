// Package library owns documents: their upload in sealed pieces, the
// extraction of their text by bounded workers in child processes, their
// passages, and the search over them. It refuses files over the stated limit
// while they stream, and never keeps plaintext on disk.
//
// Invariant: an original that was acknowledged stays downloadable, whatever
// becomes of its text; a document is ready only when all of its text is
// stored and searchable.
package library
