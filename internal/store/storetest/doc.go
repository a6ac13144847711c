// Package storetest gives tests a store on a real database: SQLite in a
// temporary folder, or PostgreSQL started for the test. It holds the builders
// of other packages' tests, and the conformance suite that both engines pass.
package storetest
