package store

import (
	"cmp"
	"context"
	"database/sql"
	"strconv"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

// Resealed is what a walk over everything sealed has done.
type Resealed struct {
	Seen       int   // values looked at
	Sealed     int   // sealed again under the newest key of their scope
	Moved      int   // changed by others meanwhile: another walk is needed
	Unreadable int   // could not be opened, and were left as they are
	First      error // why, of the first of them
}

// Clean reports whether everything was under the newest keys.
func (r Resealed) Clean() bool { return r.Sealed == 0 && r.Moved == 0 && r.Unreadable == 0 }

// Reseal seals every value again that is not under the newest key of its
// scope, in small transactions beside a running instance. A value that is
// changed meanwhile is not touched. It may be stopped and run again; progress
// is told after each transaction, if it is not nil.
func (db *DB) Reseal(ctx context.Context, progress func(Resealed)) (Resealed, error) {
	var r Resealed
	for _, c := range sealedColumns {
		if err := db.resealColumn(ctx, c, &r, progress); err != nil {
			return r, failed("seal "+c.table+"."+c.name+" again", err)
		}
	}
	return r, nil
}

func (db *DB) resealColumn(ctx context.Context, c sealedColumn, r *Resealed, progress func(Resealed)) error {
	list, update := c.list(), c.update()
	after := c.start()
	for {
		values, err := db.sealedValues(ctx, list, c, after)
		if err != nil {
			return err
		}
		if err := db.resealValues(ctx, update, c, values, r); err != nil {
			return err
		}
		if progress != nil && len(values) > 0 {
			progress(*r)
		}
		if len(values) < c.batch() {
			return nil
		}
		after = values[len(values)-1].keys
	}
}

// sealedValue is one value and where it stands.
type sealedValue struct {
	keys    []any
	row     string
	project ba.ProjectID
	owner   ba.UserID
	at      int64
	piece   int // -1 for a value; else whether it is the last piece
	sealed  []byte
}

func (v sealedValue) scope() ba.Scope {
	if v.project == "" && v.owner == "" {
		return ba.InstanceScope
	}
	return scopeOf(v.project, v.owner)
}

func (c sealedColumn) place(v sealedValue) vault.Place {
	p := vault.Place{AD: vault.AD{Purpose: c.purpose, Row: v.row, Version: v.at}}
	if v.piece >= 0 {
		seq, _ := v.keys[len(v.keys)-1].(int64)
		p.Piece, p.Seq, p.Last = true, int(seq), v.piece == 1
	}
	return p
}

func (db *DB) sealedValues(ctx context.Context, list query, c sealedColumn, after []any) ([]sealedValue, error) {
	rows, err := db.engine.read.rows(ctx, list, append(after[:len(after):len(after)], c.batch())...)
	return collect(rows, err, func(r *sql.Rows) (sealedValue, error) {
		v := sealedValue{keys: make([]any, len(c.keys))}
		dest := make([]any, 0, len(v.keys)+6)
		for i := range v.keys {
			dest = append(dest, &v.keys[i])
		}
		return v, r.Scan(append(dest, &v.row, &v.project, &v.owner, &v.at, &v.piece, &v.sealed)...)
	})
}

// resealValues opens and seals outside of the transaction, and then replaces
// what is still as it was read.
func (db *DB) resealValues(ctx context.Context, update query, c sealedColumn, values []sealedValue, r *Resealed) error {
	fresh := make([][]byte, len(values))
	stale := 0
	for i, v := range values {
		r.Seen++
		var err error
		fresh[i], err = db.vault.Reseal(ctx, v.scope(), c.place(v), v.sealed)
		switch {
		case err == nil && fresh[i] != nil:
			stale++
		case err == nil, ba.KindOf(err) == ba.NotFound: // its scope was destroyed: it is noise
		case ctx.Err() != nil, ba.KindOf(err) == ba.Unavailable:
			return err
		default:
			r.Unreadable++
			r.First = cmp.Or(r.First, err)
		}
	}
	if stale == 0 {
		return nil
	}
	sealed := 0
	err := db.engine.write.write(ctx, func(t *tx) error {
		sealed = 0
		for i, v := range values {
			if fresh[i] == nil {
				continue
			}
			args := append(append([]any{fresh[i]}, v.keys...), v.sealed)
			n, err := t.exec(update, args...)
			if err != nil {
				return err
			}
			sealed += int(n)
		}
		return nil
	})
	r.Sealed += sealed
	r.Moved += stale - sealed
	return err
}

// sealedColumn says where sealed values stand and what they were sealed for.
type sealedColumn struct {
	table, name string
	keys        []string // primary key; a number's name ends with #, a hash's with ~
	purpose     string
	row         string // SQL of what names the row to the seal; the first key where empty
	at          string // SQL of the version; 1 where empty
	project     string // SQL; empty for what belongs to the instance
	owner       string // SQL of whose it is where there is no project
	piece       string // SQL of whether it is the last piece; empty for a value
	large       bool   // some hundred kilobytes each
}

const (
	fewValues  = 8
	manyValues = 200
)

func (c sealedColumn) batch() int {
	if c.large {
		return fewValues
	}
	return manyValues
}

func (c sealedColumn) key(i int) string { return "x." + strings.TrimRight(c.keys[i], "#~") }

// start returns keys before all others.
func (c sealedColumn) start() []any {
	start := make([]any, len(c.keys))
	for i, k := range c.keys {
		switch k[len(k)-1] {
		case '#':
			start[i] = -1
		case '~':
			start[i] = []byte{}
		default:
			start[i] = ""
		}
	}
	return start
}

// list returns the statement that reads a batch in the order of the keys.
func (c sealedColumn) list() query {
	var keys, marks []string
	for i := range c.keys {
		keys, marks = append(keys, c.key(i)), append(marks, "$"+strconv.Itoa(i+1))
	}
	all := strings.Join(keys, ", ")
	return query("SELECT " + all + ", " + cmp.Or(c.row, c.key(0)) + ", " + cmp.Or(c.project, "''") + ", " + cmp.Or(c.owner, "''") + ", " + cmp.Or(c.at, "1") + ", " +
		cmp.Or(c.piece, "-1") + ", x." + c.name + " FROM " + c.table + " x WHERE (" + all + ") > (" + strings.Join(marks, ", ") + ") AND x." + c.name +
		" IS NOT NULL ORDER BY " + all + " LIMIT $" + strconv.Itoa(len(keys)+1))
}

// update returns the statement that replaces one value that is as it was.
func (c sealedColumn) update() query {
	text := "UPDATE " + c.table + " SET " + c.name + " = $1 WHERE "
	for i := range c.keys {
		text += strings.TrimPrefix(c.key(i), "x.") + " = $" + strconv.Itoa(i+2) + " AND "
	}
	return query(text + c.name + " = $" + strconv.Itoa(len(c.keys)+2))
}
