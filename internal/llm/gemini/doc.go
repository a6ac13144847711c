// Package gemini is the client of Google's Gemini API, method
// streamGenerateContent (https://ai.google.dev/api/generate-content). It owns
// that format: requests, chunks, finish reasons, error details. It refuses
// answers without a finishReason, and follows a CONTINUATION by itself.
//
// The parts of an answer go back as they came, with their thought signatures:
// the API refuses a tool result whose call has lost its signature.
package gemini
