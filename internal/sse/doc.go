// Package sse writes and reads event streams (text/event-stream) as the WHATWG
// HTML standard defines them in "Server-sent events". It owns the bytes: line
// ends, fields, flushing, deadlines. It refuses fields that would break out of
// their line, and events that are larger than its reader's limit.
//
// Invariant: what Append writes, Reader reads back, however the bytes are cut
// into pieces on the way.
package sse
