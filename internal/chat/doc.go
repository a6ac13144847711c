// Package chat owns threads and turns: it takes a question once, answers it by
// a detached runner, and loses nothing of either. It refuses more than one
// running turn of a thread, queues over their limit, and providers that are
// not configured.
//
// Invariants: what a client was told is stored, or is replaced by a snapshot
// when it resumes; an answer's stored text is at any moment a gap-free prefix
// of what its provider sent; every turn that was accepted reaches a final
// state, by its own runner or by the one that finds its lease ended.
package chat
