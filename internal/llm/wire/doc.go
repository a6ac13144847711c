// Package wire is what the clients of remote AI providers share: one HTTP call
// that answers with an event stream, its clocks, its retries and its faults.
// It owns the connection and the bounds on what comes back; a provider's
// package owns the format, as a Decoder and a Fault function.
//
// It refuses redirects, which could carry the key to another host, answers
// without an end, events and error bodies over a limit, and base URLs that are
// not http or https. It logs nothing.
//
// Invariants: a stream ends with a DeltaStop that the provider asked for, or
// with an error; a request is sent again only while nothing of the answer was
// yielded; no error holds the key or a piece of the conversation.
package wire
