//go:build unix && !linux

package extract

import "syscall"

// dieWithParent has no counterpart here: an orphan ends by its limit of
// processor time.
func dieWithParent(*syscall.SysProcAttr) {}
