// Package volume knows whether a directory will still be there after a restart
// and a redeploy (pitfall P3). It reads the mount table of Linux and what the
// hosting platform says about its volumes.
//
// It refuses to guess in favour of the data: memory, the layer of a container
// and the root disk of a platform that resets it are Fleeting; what it cannot
// find out is Unknown. It changes nothing but a probe file of its own.
package volume
