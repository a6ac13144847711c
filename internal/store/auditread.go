package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"

	"github.com/ba-assistant/ba-assistant/ba"
)

const (
	auditSelect = `SELECT ` + auditColumns + ` FROM audit_entries e WHERE `
	auditRest   = ` AND e.seq < $2 AND e.at >= $3 AND e.at < $4 AND ($5 = '' OR e.action = $5) AND ($6 = '' OR e.actor_id = $6)
		AND ($7 = '' OR e.project_id = $7) ORDER BY e.seq DESC LIMIT $8`

	qAuditNewest    query = auditSelect + `e.seq < $1 AND e.at >= $2 AND e.at < $3 ORDER BY e.seq DESC LIMIT $4`
	qAuditByObject  query = auditSelect + `e.object_id = $1` + auditRest
	qAuditByProject query = auditSelect + `e.project_id = $1` + auditRest
	qAuditByActor   query = auditSelect + `e.actor_id = $1` + auditRest
	qAuditByAction  query = auditSelect + `e.action = $1` + auditRest

	qAuditChain query = auditSelect + `e.seq > $1 ORDER BY e.seq LIMIT $2`
	qAuditLast  query = `SELECT e.seq FROM audit_entries e WHERE e.seq > $1 ORDER BY e.seq DESC LIMIT 1`
	qAuditEnd   query = `SELECT seq, entry_hash, head_hash FROM audit_head WHERE one = 1`
)

func mayAudit(a ba.Actor) error {
	if !a.IsAdmin() {
		return ba.E(ba.Forbidden, "Only an administrator sees the audit log.")
	}
	return nil
}

// AuditEntries lists the log, the newest first. Only administrators may.
func (db *DB) AuditEntries(ctx context.Context, a ba.Actor, f ba.AuditFilter, page ba.Page) (ba.List[ba.AuditEntry], error) {
	if err := mayAudit(a); err != nil {
		return ba.List[ba.AuditEntry]{}, err
	}
	pages := db.pager(ctx, "audit", page)
	from, err := pages.newestFirst()
	if err != nil {
		return ba.List[ba.AuditEntry]{}, err
	}
	q, args := auditQuery(f, from.n, pages.asked())
	rows, err := db.engine.read.rows(ctx, q, args...)
	found, err := collect(rows, err, func(r *sql.Rows) (auditRow, error) { return scanAudit(r.Scan) })
	if err != nil {
		return ba.List[ba.AuditEntry]{}, failed("list the audit log", err)
	}
	entries := make([]ba.AuditEntry, len(found))
	for i, r := range found {
		if entries[i], err = db.openEntry(ctx, r); err != nil {
			return ba.List[ba.AuditEntry]{}, err
		}
	}
	return listOf(pages, entries, func(e ba.AuditEntry) cursor { return cursor{n: e.Seq} })
}

// auditQuery chooses the index that narrows the log most.
func auditQuery(f ba.AuditFilter, before int64, limit int) (query, []any) {
	since, until := toMS(f.From), int64(math.MaxInt64)
	if !f.Until.IsZero() {
		until = toMS(f.Until)
	}
	rest := []any{before, since, until, f.Action, f.Actor, f.Project, limit}
	for _, by := range []struct {
		q     query
		value string
	}{{qAuditByObject, f.Object}, {qAuditByProject, string(f.Project)}, {qAuditByActor, string(f.Actor)}, {qAuditByAction, string(f.Action)}} {
		if by.value != "" {
			return by.q, append([]any{by.value}, rest...)
		}
	}
	return qAuditNewest, []any{before, since, until, limit}
}

const (
	auditStep      = 500 // entries that are read at once
	maxAuditFaults = 50  // that are told
)

// AuditLength returns how many entries the log has.
func (db *DB) AuditLength(ctx context.Context) (int64, error) {
	var last int64
	var hash, head []byte
	err := db.engine.read.row(ctx, qAuditEnd).Scan(&last, &hash, &head)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return last, failed("look for the end of the audit log", err)
}

// VerifyAudit reads the whole log and says where it is not as it was written:
// a changed, removed, inserted or moved entry, or an end that was cut off. What
// somebody noted elsewhere proves in addition that the log was not replaced by
// an older copy of itself. It is for whoever runs the machine; the surfaces ask
// for an administrator.
func (db *DB) VerifyAudit(ctx context.Context, noted *ba.AuditAnchor) (ba.AuditReport, error) {
	tag, err := db.vault.Tagger(ctx, auditTag)
	if err != nil {
		return ba.AuditReport{}, err
	}
	// The last row first: one that stands behind the head that is read after it
	// was not added by the program, which moves both at once.
	var last int64
	if err := db.engine.read.row(ctx, qAuditLast, 0).Scan(&last); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return ba.AuditReport{}, failed("verify the audit log", err)
	}
	v := &auditVerifier{tag: tag, noted: noted, open: func(r *auditRow) (auditParts, error) { return db.openParts(ctx, r) }}
	if err := db.engine.read.row(ctx, qAuditEnd).Scan(&v.end, &v.endHash, &v.headHash); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return ba.AuditReport{}, failed("verify the audit log", err)
	}
	for done := false; !done; {
		rows, err := db.engine.read.rows(ctx, qAuditChain, v.at, auditStep)
		found, err := collect(rows, err, func(r *sql.Rows) (auditRow, error) { return scanAudit(r.Scan) })
		if err != nil {
			return v.report, failed("verify the audit log", err)
		}
		if done, err = v.check(found); err != nil {
			return v.report, err
		}
	}
	v.finish(last)
	return v.report, nil
}

// auditVerifier follows the chain from the first entry to the head.
type auditVerifier struct {
	tag               func([]byte) []byte
	open              func(*auditRow) (auditParts, error)
	noted             *ba.AuditAnchor
	end               int64 // the head says that this is the last
	endHash, headHash []byte

	at     int64  // the last that was read
	hash   []byte // its hash
	unsure bool   // what stood before is missing: the next hash cannot be judged
	report ba.AuditReport
}

func (v *auditVerifier) fault(seq int64, format string, args ...any) {
	if len(v.report.Faults) < maxAuditFaults {
		v.report.Faults = append(v.report.Faults, ba.AuditFault{Seq: seq, What: fmt.Sprintf(format, args...)})
	}
}

// check judges the next entries and reports whether they were the last.
func (v *auditVerifier) check(rows []auditRow) (done bool, err error) {
	for _, r := range rows {
		if r.Seq > v.end {
			return true, nil
		}
		if r.Seq != v.at+1 {
			v.fault(v.at+1, "%s missing.", between(v.at+1, r.Seq-1))
			v.unsure = true
		}
		intact, err := v.intact(r)
		if err != nil {
			return true, err
		}
		if !intact || !v.unsure && !bytes.Equal(r.Hash, v.tag(r.linked(v.hash))) {
			v.fault(r.Seq, "Entry %d is not as it was written, or the one before it is not.", r.Seq)
		}
		if v.noted != nil && v.noted.Seq == r.Seq && !bytes.Equal(v.noted.Hash, r.Hash) {
			v.fault(r.Seq, "Entry %d is not the one that was noted: the log was replaced.", r.Seq)
		}
		v.at, v.hash, v.unsure = r.Seq, r.Hash, false
		v.report.Entries++
	}
	return len(rows) < auditStep, nil
}

// intact reports whether what is sealed of an entry is what was sealed. A name
// that is gone with its key cannot be judged.
func (v *auditVerifier) intact(r auditRow) (bool, error) {
	parts, err := v.open(&r)
	switch {
	case ba.KindOf(err) == ba.Unavailable, ba.KindOf(err) == ba.Canceled:
		return false, err
	case err != nil: // it was altered, or comes from elsewhere
		return false, nil
	case !bytes.Equal(r.detailHash, v.tag(partOf(auditDetailAD, r.ID, parts.detail))):
		return false, nil
	case r.Gone:
		return true, nil
	case parts.name == nil:
		return len(r.nameHash) == 0, nil
	}
	return bytes.Equal(r.nameHash, v.tag(partOf(auditNameAD, r.ID, parts.name))), nil
}

// finish compares the end of the chain with the head.
func (v *auditVerifier) finish(last int64) {
	v.report.Last, v.report.Hash = v.at, v.hash
	if v.at < v.end {
		v.fault(v.at+1, "%s missing at the end.", between(v.at+1, v.end))
	} else if !bytes.Equal(v.hash, v.endHash) && v.end > 0 {
		v.fault(v.end, "The head of the log does not fit its last entry.")
	}
	if v.end > 0 && !bytes.Equal(v.headHash, v.tag(headOf(v.end, v.endHash))) {
		v.fault(v.end, "The head of the log was changed.")
	}
	if last > v.end {
		v.fault(v.end+1, "%s added without the program.", between(v.end+1, last))
	}
	if v.noted != nil && v.noted.Seq > v.end {
		v.fault(v.noted.Seq, "The log ends before entry %d, which was noted: it was cut, or is an older copy.", v.noted.Seq)
	}
}

func between(from, to int64) string {
	if from == to {
		return fmt.Sprintf("Entry %d is", from)
	}
	return fmt.Sprintf("Entries %d to %d are", from, to)
}
