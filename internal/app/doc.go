// Package app is the only wiring of the workspace: configuration in, a running
// server out. It owns the order of start and stop, the keys of an
// installation, the lock on the data directory, the health checks and what is
// printed for the operator.
//
// It refuses to start half: a configuration with problems, an address in use, a
// data directory that cannot be written or does not survive a redeploy, a
// foreign master key, a newer schema each stop the start with a sentence that
// says what to do.
package app
