// Package openai is the client of servers that speak OpenAI's chat completions
// (https://platform.openai.com/docs/api-reference/chat): OpenAI, DeepSeek,
// Ollama, vLLM and gateways. It owns that format and the few places where
// those servers differ, which are a Dialect. It refuses answers without a
// finish_reason, and runs no tool call whose answer was cut.
package openai
