// Package anthropic is the client of Anthropic's Messages API
// (https://platform.claude.com/docs/en/build-with-claude/streaming). It owns
// that format: requests, the events of a stream, error types. It refuses
// answers without message_stop, and runs no tool call whose answer was cut.
//
// Signed and redacted thinking goes back with its message, unchanged, as long
// as the same model is asked; to another model the message goes without.
package anthropic
