// Package backup owns copies of the workspace that survive it: it takes one
// consistent state of the database while people work, seals it into one file,
// reads the file back, and keeps it in a directory or in an S3 bucket; and it
// turns such a file into a database again.
//
// It refuses a file that was cut, changed, sealed under another master key or
// made in a newer format, a backup that does not read back as it was written,
// and a restore over data unless it is told to.
//
// Invariant: a name that a backup bears is given to a file that was verified
// as a whole and is durable; what a crash leaves has no such name. A restore
// ends with all of the backup's rows, each table's hash compared, or changes
// nothing.
//
// # Two files
//
// The keyring is not in a backup. It has a file of its own, the keyring copy,
// which is replaced whenever keys are made or destroyed and has no history. A
// restore needs both, and the master key. So a project that was deleted after a
// backup cannot be read from it: its key is in no keyring any more. A place that
// keeps old versions of the keyring copy would undo that.
//
// # Form of a file
//
//	bytes 0-7   "BABACKUP"
//	bytes 8-11  format, 1 (big endian, as all numbers here)
//	bytes 12-15 length of the head
//	then        the head: JSON, readable, sealed to what follows by its hash
//	then        frames: length with the highest bit set on the last, then a piece
//	            sealed by internal/vault under a key of this file alone, which
//	            the head holds wrapped by the master key
//
// The pieces together are one zstd stream (RFC 8878) of records: for each table
// its shape, its rows in the order of the primary key, and how many there were with
// their SHA-256; at the end the manifest, which repeats counts and hashes.
package backup
