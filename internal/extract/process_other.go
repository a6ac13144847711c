//go:build !unix

package extract

import "os/exec"

func limitSelf(order) error { return nil }

func prepare(*exec.Cmd) {}

func killGroup(cmd *exec.Cmd) { _ = cmd.Process.Kill() } // it may be gone already

func endedBySlowness(*exec.Cmd) bool { return false }

func endedFromOutside(*exec.Cmd) bool { return false }
