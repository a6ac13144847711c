//go:build !unix

package extract

// reserve returns n bytes.
func reserve(n int) []byte { return make([]byte, n) }

func release([]byte) {}
