// Package reach owns the words for why a server could not be reached: what
// happened and what to do, for the person who set its address. It refuses to
// repeat anything of an error's text, which may hold an address with secrets.
package reach
