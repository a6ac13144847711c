//go:build !linux

package app

// keepMemory does nothing: production runs on Linux.
func keepMemory() error { return nil }
