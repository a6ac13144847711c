package store

import "database/sql"

// Pool returns how the connections that the store reads with are used; with
// PostgreSQL it writes with them too.
func (db *DB) Pool() sql.DBStats { return db.engine.reader.Stats() }
