package store

import (
	"context"
	"database/sql"
	"math"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

const (
	qAddBackup query = `INSERT INTO backups (id, origin, state, slot, owner, place, size, row_count, started_at, finished_at)
		VALUES ($1, $2, 'running', $3, $4, $5, 0, 0, $6, 0) ON CONFLICT (slot) DO NOTHING`
	qEndBackup  query = `UPDATE backups SET state = $1, place = $2, size = $3, row_count = $4, failure = $5, finished_at = $6 WHERE id = $7`
	qLeftBackup query = `SELECT id, owner, started_at FROM backups WHERE state = 'running' AND started_at < $1 LIMIT 100`
	qCutBackup  query = `UPDATE backups SET state = 'failed', failure = $1, finished_at = $2 WHERE id = $3 AND state = 'running'`
	qBackups    query = `SELECT id, origin, state, coalesce(slot, 0), owner, place, size, row_count, failure, started_at, finished_at
		FROM backups WHERE started_at < $1 ORDER BY started_at DESC, id DESC LIMIT $2`
	qForgetBackups query = `DELETE FROM backups WHERE started_at < $1`
)

const backupCutShort = "It was cut short by a stop or a crash. Nothing of it counts as a backup; make another one."

// BeginBackup stores the record of a backup that begins, and reports whether
// it may: one of the schedule may not where another instance has begun it.
func (db *DB) BeginBackup(ctx context.Context, b ba.Backup) (bool, error) {
	s := db.sealer(ctx, ba.InstanceScope, string(b.ID), 1)
	place := s.seal("backup place", b.Place)
	if s.err != nil {
		return false, s.err
	}
	var slot *int64
	if !b.Slot.IsZero() {
		slot = new(toMS(b.Slot))
	}
	var n int64
	err := db.write(ctx, "begin a backup", func(t *tx) (err error) {
		n, err = t.exec(qAddBackup, b.ID, b.Origin, slot, b.Owner, place, db.orNow(b.StartedAt))
		return err
	})
	return n == 1, err
}

// EndBackup stores how a backup ended, and records it as the act of whoever
// asked for it.
func (db *DB) EndBackup(ctx context.Context, b ba.Backup) error {
	s := db.sealer(ctx, ba.InstanceScope, string(b.ID), 1)
	place, failure := s.seal("backup place", b.Place), s.seal("backup failure", b.Failure)
	if s.err != nil {
		return s.err
	}
	if b.Failure == "" {
		failure = nil
	}
	act := ba.Act(b.By, ba.ActBackupMade, "backup", string(b.ID)).With(string(b.State) + ", " + b.Place)
	return db.audited(ctx, "end a backup", act, func(t *tx) error {
		_, err := t.exec(qEndBackup, b.State, place, b.Size, b.Rows, failure, db.orNow(b.FinishedAt), b.ID)
		return err
	})
}

// CutBackups marks as failed what the owner left running, and what anybody
// left running that began before a time: whoever made it is gone.
func (db *DB) CutBackups(ctx context.Context, owner string, began time.Time) error {
	rows, err := db.engine.read.rows(ctx, qLeftBackup, toMS(db.clock())+1)
	left, err := collect(rows, err, func(r *sql.Rows) (b ba.Backup, err error) {
		var started int64
		err = r.Scan(&b.ID, &b.Owner, &started)
		b.StartedAt = fromMS(started)
		return b, err
	})
	if err != nil {
		return failed("list the backups that run", err)
	}
	for _, b := range left {
		if b.Owner != owner && !b.StartedAt.Before(began) {
			continue
		}
		s := db.sealer(ctx, ba.InstanceScope, string(b.ID), 1)
		if failure := s.seal("backup failure", backupCutShort); s.err == nil {
			s.err = db.exec(ctx, "end a backup", qCutBackup, failure, toMS(db.clock()), b.ID)
		}
		if s.err != nil {
			return s.err
		}
	}
	return nil
}

// Backups lists the newest records, the newest first.
func (db *DB) Backups(ctx context.Context, limit int) ([]ba.Backup, error) {
	rows, err := db.engine.read.rows(ctx, qBackups, math.MaxInt64, limit)
	kept, err := collect(rows, err, scanBackup)
	if err != nil {
		return nil, failed("list the backups", err)
	}
	list := make([]ba.Backup, len(kept))
	for i, k := range kept {
		s := db.sealer(ctx, ba.InstanceScope, string(k.ID), 1)
		k.Place = s.open("backup place", k.place)
		if k.failure != nil {
			k.Failure = s.open("backup failure", k.failure)
		}
		if s.err != nil {
			return nil, s.err
		}
		list[i] = k.Backup
	}
	return list, nil
}

// ForgetBackups removes the records of backups that began before a time.
func (db *DB) ForgetBackups(ctx context.Context, began time.Time) error {
	return db.exec(ctx, "forget old backups", qForgetBackups, toMS(began))
}

// backupRow is a record with its sealed columns.
type backupRow struct {
	ba.Backup
	place, failure []byte
}

func scanBackup(r *sql.Rows) (backupRow, error) {
	var k backupRow
	var slot, started, finished int64
	err := r.Scan(&k.ID, &k.Origin, &k.State, &slot, &k.Owner, &k.place, &k.Size, &k.Rows, &k.failure, &started, &finished)
	k.Slot, k.StartedAt, k.FinishedAt = fromMS(slot), fromMS(started), fromMS(finished)
	return k, err
}
