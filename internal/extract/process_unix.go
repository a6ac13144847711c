//go:build unix

package extract

import (
	"errors"
	"os/exec"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// The child's own hard limits are wider than the supervisor's, which ends it
// first and knows why: they hold where the supervisor is gone or too late.
const (
	dataMargin = 512 << 20 // bytes of memory that is asked for and not used: arenas of Go, the PDF engine's reserve
	cpuMargin  = 10 * time.Second
	cacheFile  = 256 << 20 // bytes of a file; only the PDF engine's cache is written
	openFiles  = 64
	niceness   = 5 // reading gives way to people who wait for an answer
)

// limitSelf puts this process under hard limits of the system.
func limitSelf(o order) error {
	limits := map[int]uint64{
		unix.RLIMIT_CPU:    uint64((2*o.Timeout + cpuMargin) / time.Second), // two threads at once
		unix.RLIMIT_DATA:   uint64(o.Memory) + dataMargin,
		unix.RLIMIT_FSIZE:  cacheFile,
		unix.RLIMIT_NOFILE: openFiles,
		unix.RLIMIT_CORE:   0, // a core dump would hold the document
	}
	var err error
	for resource, n := range limits {
		var now unix.Rlimit
		if e := unix.Getrlimit(resource, &now); e != nil {
			err = errors.Join(err, e)
			continue
		}
		now.Max = min(now.Max, n)
		now.Cur = now.Max
		err = errors.Join(err, unix.Setrlimit(resource, &now))
	}
	// The child leads a process group of its own: all its threads are meant.
	return errors.Join(err, unix.Setpriority(unix.PRIO_PGRP, 0, niceness))
}

// prepare makes the child the leader of a process group of its own.
func prepare(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	dieWithParent(cmd.SysProcAttr)
}

// killGroup ends the child with all that it may have started.
func killGroup(cmd *exec.Cmd) {
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // it may be gone already
}

// endedBy returns the signal that ended the child, or 0.
func endedBy(cmd *exec.Cmd) syscall.Signal {
	if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return status.Signal()
	}
	return 0
}

// endedBySlowness reports that the system's limit of processor time ended the child.
func endedBySlowness(cmd *exec.Cmd) bool { return endedBy(cmd) == syscall.SIGXCPU }

// endedFromOutside reports that somebody else killed the child, such as an
// operator, or the system when its memory ran out.
func endedFromOutside(cmd *exec.Cmd) bool {
	switch endedBy(cmd) {
	case syscall.SIGKILL, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP:
		return true
	}
	return false
}
