// Package vault owns the encryption of content at rest: a master key wraps one
// data key per scope (a project, a user's loose threads, the instance), and the
// data keys seal what people typed or uploaded with AES-256-GCM under random
// nonces (NIST SP 800-38D). It also blinds search terms and look-up values.
//
// It refuses a master key that did not wrap the keyring it is given, sealed
// bytes that stand in another row, column or version than they were sealed
// for, and pieces of a file that are missing, repeated or out of order.
//
// Invariant: what Open returns is byte for byte what Seal was given for the
// same scope, purpose, row and version; else it is an error.
//
// # Form of a sealed value
//
//	byte 0      format, 1
//	bytes 1-8   id of the data key
//	bytes 9-20  random nonce
//	then        ciphertext and the 16-byte tag
//
// The associated data is the format, the kind of the value, and scope,
// purpose, row, version, each with its length, so that no two addresses of a
// value are written the same way. A key may seal 2^32 values under random
// nonces; RotateDataKey gives a scope a new one long before.
//
// # Keys
//
// A data key is 64 random bytes: 32 that seal and 32 that blind. Rotation
// replaces the sealing half and keeps the blinding half, since terms blinded
// before must still be found. Deleting a scope's keys from the keyring, and
// from its exports, turns everything that was sealed under them into noise,
// also in older backups and for whoever holds the master key.
//
// # What blinded terms give away
//
// A term of the search index is a keyed hash of the word, 56 bits written in
// letters, under the blinding half of the scope's key. Whoever has the database
// and not the keys sees, inside one scope: how many different words there are,
// how often and in which order each occurs in which passage or message, and which occur together.
// With a good guess of what a text is about, frequency analysis can name
// common words. They do not see the words, cannot test a guess without the key, and
// cannot compare two scopes, since the same word has unrelated terms in each.
// The alternatives are worse for the purpose: no ranked search at all, an
// index in memory that has to be rebuilt from every sealed passage at each
// start, or an encrypted file that is open to the whole server while it runs
// and has no counterpart in PostgreSQL.
package vault
