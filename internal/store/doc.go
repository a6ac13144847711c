// Package store owns the database: all SQL, written once for SQLite and
// PostgreSQL, the migrations, and the keyring. It holds the vault, so callers
// pass and get plain nouns; sealing happens before a transaction and opening
// after it.
//
// Every method that takes an actor checks what the actor may see or change,
// in the SQL itself: what is somebody else's is NotFound, what the role does
// not allow is Forbidden. A schema newer than the program, a keyring of
// another database and a wrong master key stop the start.
//
// What stays readable in the database: ids, times, sizes, counts, enums,
// names of providers and models, positions in a document and hashes. Everything that a person typed or uploaded
// is sealed: originals, text, locators, messages, quotes, titles, names, descriptions, file names, addresses,
// requirements and notes with all that they say, and what a browser calls itself.
//
// What people do is recorded in the audit log, in the transaction of the act
// itself. The log is only added to; its entries are chained by keyed hashes, so
// that whoever has the database, and not the keys, cannot change it unseen.
//
// Invariant: a write that was acknowledged survives a power cut (SQLite with
// synchronous=FULL; PostgreSQL with its defaults).
package store
