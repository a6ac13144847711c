// Package wiretest plays recorded HTTP exchanges of AI providers to their
// clients, whole, in fragments, cut at any byte, slow or silent, and holds what
// a client must make of them. Only tests import it.
//
// testdata holds the exchanges as they go over the wire; index.json says how
// sure each is and what it means. All keys, ids and texts in it are invented.
package wiretest
