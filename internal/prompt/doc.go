// Package prompt owns what is said to a model: the system prompts of each
// mode, as embedded templates with typed data, and the tools that a model may
// ask for, with the shape of their arguments and results. It refuses nothing
// and knows no provider; its texts are held by golden files.
//
// Invariant: what a model is told of a tool is what package chat does.
package prompt
