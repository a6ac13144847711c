// Package syntax owns the one tree that every language front end of the checker produces.
//
// Python, JavaScript, TypeScript, Dart and Go sources become the same few kinds of node, so that a question such as
// "which literal reaches this argument" is asked once and not once per language. A tree says what was written, not
// what it does: nothing is resolved, evaluated or executed here.
//
// It refuses to be complete. What a front end could not understand is a Bad node, and a Bad node is never evidence.
//
// Invariant: lines are 1-based, Kids never contain nil, and a tree is not changed after its parser returned it.
package syntax
