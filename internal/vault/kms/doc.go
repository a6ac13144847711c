// Package kms owns the master keys that never leave a key service: Vault's
// transit engine, over plain HTTP, and AWS KMS. Data keys are sent there to be
// wrapped and unwrapped; what they seal is not.
//
// It refuses to fall back: where the service does not answer, refuses the
// token, is sealed or has disabled the key, the error is Unavailable with the
// cause in it, and nothing is sealed under any other key. A busy service is asked
// again a few times, within the seconds of one request.
//
// Invariant: a data key is bound to its place in the keyring by the service
// itself (associated data, encryption context).
package kms
