//go:build !linux

package app

func dropProgram() error { return nil }
