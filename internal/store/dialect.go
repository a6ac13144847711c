package store

import (
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"regexp"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// dialect is the differences between the engines.
type dialect struct {
	name        string // sqlite or postgres
	migrations  string // folder of its migrations
	deleteTerms query
}

var (
	lockClause = regexp.MustCompile(` FOR UPDATE( OF [a-z]+)?( SKIP LOCKED)?`)
	inList     = regexp.MustCompile(`IN \(SELECT value FROM json_each\((\$\d+)\)\)`)
	listClause = regexp.MustCompile(`json_each\((\$\d+)\)`)
)

// text returns the statement as the engine wants it. SQLite has one writer and
// no row locks; PostgreSQL calls the elements of a JSON list otherwise, and
// looks the members of an array up in an index where it may not for those of a query.
func (d *dialect) text(q query) string {
	s := string(q)
	if d.name == "sqlite" {
		if strings.Contains(s, "FOR UPDATE") {
			s = lockClause.ReplaceAllString(s, "")
		}
		return s
	}
	if strings.Contains(s, "json_each(") {
		s = inList.ReplaceAllString(s, "= ANY (ARRAY(SELECT jsonb_array_elements_text($1::jsonb)))")
		s = listClause.ReplaceAllString(s, "jsonb_array_elements_text($1::jsonb) AS value")
	}
	return s
}

// duplicate reports whether err is a violation of a unique index.
func duplicate(err error) bool {
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		return lite.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || lite.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY
	}
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == "23505"
}

// orphan reports whether err is a violation of a foreign key.
func orphan(err error) bool {
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		return lite.Code() == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY
	}
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == "23503"
}

// busy reports whether err is a lock that was waited for in vain.
func busy(err error) bool {
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		return lite.Code()&0xff == sqlite3.SQLITE_BUSY || lite.Code()&0xff == sqlite3.SQLITE_LOCKED
	}
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "55P03" || pg.Code == "53300" || pg.Code == "57P03")
}

// lost reports whether err is a connection to PostgreSQL that broke or could
// not be made: the server went away, restarts or is being stopped (SQLSTATE
// class 08 and 57P0x).
func lost(err error) bool {
	var connect *pgconn.ConnectError
	var network *net.OpError
	if errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &connect) || errors.As(err, &network) {
		return true
	}
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (strings.HasPrefix(pg.Code, "08") || pg.Code == "57P01" || pg.Code == "57P02")
}

// conflicting reports whether a transaction lost against another one and is
// worth running again.
func conflicting(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01")
}

// full reports whether err is a disk without room. Nothing of the transaction
// was stored.
func full(err error) bool {
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		return lite.Code()&0xff == sqlite3.SQLITE_FULL || lite.Code() == sqlite3.SQLITE_IOERR_SHMSIZE
	}
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == "53100" || errors.Is(err, syscall.ENOSPC)
}

// damaged reports whether err says that what is stored is no longer whole.
func damaged(err error) bool {
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		return lite.Code()&0xff == sqlite3.SQLITE_CORRUPT || lite.Code()&0xff == sqlite3.SQLITE_NOTADB
	}
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "XX001" || pg.Code == "XX002")
}
