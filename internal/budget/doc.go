// Package budget owns what calls of AI providers cost: the book of prices, and
// the money of a month that is set aside before each call and settled after
// it. It refuses models without a price, and calls that a limit does not pay
// for.
//
// Invariant: what is used and what is set aside never pass a limit, however
// many calls begin at once, as long as providers count no more than a call was
// reserved for: its tokens of input at most (a token is at least a byte) and
// of output at most, at the dearest rates that may apply. Where a provider
// counts more all the same, the truth is booked and the log says so.
package budget
