package store

import "context"

const qProbeWrite query = `UPDATE installation SET probe = probe WHERE one = 1`

// CheckWrite reports whether the database takes writes, by one that changes
// nothing and is made durable like any other.
func (db *DB) CheckWrite(ctx context.Context) error {
	return db.exec(ctx, "check that the database takes writes", qProbeWrite)
}
