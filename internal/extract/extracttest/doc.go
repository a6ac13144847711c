// Package extracttest makes small documents of every format for tests, so that
// none has to be committed and each says in the test what it holds.
package extracttest
