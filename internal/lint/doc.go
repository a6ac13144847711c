// Package lint tells an analyst which statements are weak and why: quality
// rules from ISO/IEC/IEEE 29148, the INCOSE Guide to Writing Requirements,
// EARS, INVEST and the Quality User Story framework, over English text.
//
// It owns the rules, their sources and their words. It refuses to guess: a rule
// that cannot tell a weak statement from a sound one stays silent, since a
// wrong finding costs more trust than a missed one. There is no score.
//
// Invariant: the same text gives the same findings, in order of their place;
// every span lies inside the text, in Unicode code points. It is pure: no I/O,
// no clock, no state, and time linear in the text but for what Set bounds.
package lint
