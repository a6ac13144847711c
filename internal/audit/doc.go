// Package audit owns how the audit log is read: who did what to which object,
// when and from where, for administrators and for the programs that they keep
// such logs in. The store writes it, in the transaction of each act.
//
// It refuses everybody who is no administrator, and to change anything.
//
// Invariant: what leaves the workspace as a file is itself recorded.
package audit
