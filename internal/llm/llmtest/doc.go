// Package llmtest holds what every llm.Provider must keep, as a suite of tests
// that a provider's own tests run. It knows no provider: the caller says how to
// make one that meets a situation, and the suite says what must come of it.
package llmtest
