// Package e2e tests the workspace from outside: the real binary, a real
// browser, a real OpenID provider, PostgreSQL, proxies, several instances. It
// knows nothing of the code but its addresses and its words.
//
// Run it with "make e2e". Tests whose program is not installed are skipped on
// a laptop and fail in CI. Screenshots go to the directory output.
package e2e
