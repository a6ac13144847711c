package store

import (
	"context"
	"crypto/hmac"
	"encoding/base64"
	"encoding/binary"

	"github.com/ba-assistant/ba-assistant/ba"
)

// cursor is a place in a list that is ordered by a number, such as a time in
// milliseconds, and then by id.
type cursor struct {
	n  int64
	id string
}

const (
	cursorFormat = 1
	cursorHead   = 1 + 8
	cursorTag    = 8
	cursorSize   = cursorHead + 36 + cursorTag
)

// pager reads and writes the page tokens of one list. A token carries a keyed
// tag over its place and the list's name: one that was altered, or is of
// another list, is refused. It holds nothing secret, and every query repeats
// who asks, so that somebody else's token shows nothing more.
type pager struct {
	list string
	page ba.Page
	tag  func(place []byte) ([]byte, error)
}

// pager returns the pager of a list, whose name includes what it is a list of.
func (db *DB) pager(ctx context.Context, list string, page ba.Page) pager {
	return pager{list: list, page: page, tag: func(place []byte) ([]byte, error) {
		sum, err := db.vault.Lookup(ctx, "page token of "+list, string(place))
		return sum[:min(len(sum), cursorTag)], err
	}}
}

// asked is how many rows to read: one more than the page holds, to know
// whether something follows.
func (p pager) asked() int { return p.page.Size() + 1 }

// newestFirst returns where a descending list goes on: after the token, or
// from the start.
func (p pager) newestFirst() (cursor, error) {
	if p.page.After == "" {
		return cursor{n: 1<<63 - 1, id: "~"}, nil
	}
	return p.parse(p.page.After)
}

// oldestFirst returns where an ascending list goes on.
func (p pager) oldestFirst() (cursor, error) {
	if p.page.After == "" {
		return cursor{n: -1}, nil
	}
	return p.parse(p.page.After)
}

// token returns the place as an opaque text for the caller.
func (p pager) token(c cursor) (string, error) {
	b := make([]byte, 0, cursorSize)
	b = append(b, cursorFormat)
	b = binary.BigEndian.AppendUint64(b, uint64(c.n))
	b = append(b, c.id...)
	tag, err := p.tag(b)
	return base64.RawURLEncoding.EncodeToString(append(b, tag...)), err
}

// parse reads what token returned. Anything else is Invalid.
func (p pager) parse(s string) (cursor, error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil || len(raw) < cursorHead+cursorTag || len(raw) > cursorSize || raw[0] != cursorFormat {
		return cursor{}, badCursor()
	}
	place, got := raw[:len(raw)-cursorTag], raw[len(raw)-cursorTag:]
	want, err := p.tag(place)
	switch {
	case err != nil:
		return cursor{}, err
	case !hmac.Equal(got, want):
		return cursor{}, badCursor()
	}
	return cursor{n: int64(binary.BigEndian.Uint64(place[1:cursorHead])), id: string(place[cursorHead:])}, nil
}

func badCursor() error {
	return &ba.Error{Kind: ba.Invalid, Msg: "The page token is not one of ours. Begin the list again without it.",
		Fields: []ba.Field{{Location: "query.after", Message: "is not a page token of this list"}}}
}

// listOf cuts the one item too many and returns the rest, with the token of
// what follows.
func listOf[T any](p pager, items []T, at func(T) cursor) (ba.List[T], error) {
	size := p.page.Size()
	if len(items) <= size {
		return ba.List[T]{Items: items}, nil
	}
	items = items[:size]
	next, err := p.token(at(items[size-1]))
	return ba.List[T]{Items: items, Next: next}, err
}
