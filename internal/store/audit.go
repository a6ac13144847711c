package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"errors"
	"net/netip"

	"github.com/ba-assistant/ba-assistant/ba"
)

const (
	auditColumns = `e.seq, e.id, e.at, e.action, e.actor_id, e.via, e.credential, e.kind, e.object_id, e.project_id, e.request_id,
		e.detail, e.detail_hash, e.name, e.name_hash, e.entry_hash`

	// Whoever adds to the log takes the head last, so that nobody who holds it
	// waits for another lock.
	qAuditHead     query = `SELECT seq, entry_hash, head_hash FROM audit_head WHERE one = 1 FOR UPDATE`
	qOpenAuditHead query = `INSERT INTO audit_head (one, seq, entry_hash, head_hash) VALUES (1, 0, $1, $1) ON CONFLICT (one) DO NOTHING`
	qMoveAuditHead query = `UPDATE audit_head SET seq = $1, entry_hash = $2, head_hash = $3 WHERE one = 1 AND seq = $4`
	qAddAudit      query = `INSERT INTO audit_entries (seq, id, at, action, actor_id, via, credential, kind, object_id, project_id, request_id, detail, detail_hash, name, name_hash, entry_hash)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`
)

// auditTag is the purpose of the keyed hashes of the log.
const auditTag = "audit log"

// auditRow is an entry with its sealed columns, and what links it to the one
// before it.
type auditRow struct {
	ba.AuditEntry
	at                   int64
	detail, name         []byte
	detailHash, nameHash []byte // keyed, of the plain text: it stays when the text is sealed under another key
	tag                  func([]byte) []byte
}

// auditDetail is what is sealed of an entry under the instance's key.
type auditDetail struct {
	Network string `json:"network,omitempty"`
	Detail  string `json:"detail,omitempty"`
}

// auditName is what is sealed of an entry under the project's key. Once that is
// destroyed, the salt is gone too, and the hash of the name tells nobody whether
// a guess is right.
type auditName struct {
	Name string `json:"name"`
	Salt string `json:"salt"`
}

// Audit adds an entry to the log: the record of an act that is none of the
// store's own, such as a download. It is durable when Audit returns.
func (db *DB) Audit(ctx context.Context, e ba.AuditEntry) error {
	return db.audited(ctx, "record "+string(e.Action), e, func(*tx) error { return nil })
}

// audited runs fn in a transaction that adds the entry to the log too: neither
// happens without the other.
func (db *DB) audited(ctx context.Context, operation string, e ba.AuditEntry, fn func(t *tx) error) error {
	row, err := db.sealEntry(ctx, e)
	if err != nil {
		return failed(operation, err)
	}
	return db.write(ctx, operation, func(t *tx) error {
		if err := fn(t); err != nil {
			return err
		}
		return record(t, row)
	})
}

// sealEntry completes an entry by when and from where, and seals it.
func (db *DB) sealEntry(ctx context.Context, e ba.AuditEntry) (auditRow, error) {
	from := ba.OriginOf(ctx)
	if e.Actor == ba.OperatorID {
		e.Actor, e.Via = "", ba.ViaCommand
	}
	e.ID, e.Request = ba.NewID[string](), from.Request
	switch {
	case e.Via != "":
	case from.Via != "":
		e.Via = from.Via
	default:
		e.Via = ba.ViaProgram
	}
	row := auditRow{AuditEntry: e, at: toMS(db.clock()), nameHash: []byte{}}
	var err error
	if row.tag, err = db.vault.Tagger(ctx, auditTag); err != nil {
		return row, err
	}
	row.detail, row.detailHash, err = db.sealHashed(ctx, ba.InstanceScope, row, auditDetailAD, auditDetail{Network: networkOf(from.Address), Detail: e.Detail})
	if err != nil || e.Name == "" {
		return row, err
	}
	row.name, row.nameHash, err = db.sealHashed(ctx, scopeOfEntry(e), row, auditNameAD, auditName{Name: e.Name, Salt: rand.Text()})
	return row, err
}

// The purposes of what is sealed of an entry.
const auditDetailAD, auditNameAD = "audit detail", "audit name"

// sealHashed seals a part of an entry and returns the hash of its plain text too.
func (db *DB) sealHashed(ctx context.Context, scope ba.Scope, row auditRow, purpose string, v any) (sealed, hash []byte, err error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return nil, nil, err
	}
	s := db.sealer(ctx, scope, row.ID, 1)
	return s.sealBytes(purpose, plain), row.tag(partOf(purpose, row.ID, plain)), s.err
}

// partOf returns what the hash of a sealed part covers.
func partOf(purpose, id string, plain []byte) []byte {
	return appendAudit(appendAudit([]byte(purpose+"\x00"), []byte(id)), plain)
}

// scopeOfEntry is whose key seals an object's name: that of its project, so
// that the name goes when the project's key is destroyed.
func scopeOfEntry(e ba.AuditEntry) ba.Scope {
	if e.Project != "" {
		return ba.ProjectScope(e.Project)
	}
	return ba.InstanceScope
}

// networkOf reduces an address to its network: enough to tell an office from
// elsewhere, too little to point at a person.
func networkOf(address string) string {
	addr, err := netip.ParseAddr(address)
	if err != nil {
		return ""
	}
	bits := 48
	if addr.Is4() {
		bits = 24
	}
	if addr.IsLoopback() {
		return addr.String()
	}
	prefix, err := addr.Prefix(bits)
	if err != nil {
		return ""
	}
	return prefix.String()
}

// record adds the entry at the end of the log.
func record(t *tx, row auditRow) error {
	last, before, err := lockAuditHead(t)
	if err != nil {
		return err
	}
	row.Seq = last + 1
	row.Hash = row.tag(row.linked(before))
	_, err = t.exec(qAddAudit, row.Seq, row.ID, row.at, row.Action, row.Actor, row.Via, row.Credential, row.Kind, row.Object, row.Project, row.Request,
		row.detail, row.detailHash, row.name, row.nameHash, row.Hash)
	if err != nil {
		return err
	}
	return t.change(ba.E(ba.Conflict, "Somebody else wrote to the audit log at the same moment. Try again."),
		qMoveAuditHead, row.Seq, row.Hash, row.tag(headOf(row.Seq, row.Hash)), last)
}

// lockAuditHead returns the last entry's place and hash, and keeps others from
// adding one until the transaction ends. It makes the head of a new log.
func lockAuditHead(t *tx) (last int64, hash []byte, err error) {
	var head []byte
	err = t.row(qAuditHead).Scan(&last, &hash, &head)
	if !errors.Is(err, sql.ErrNoRows) {
		return last, hash, err
	}
	if _, err := t.exec(qOpenAuditHead, []byte{}); err != nil {
		return 0, nil, err
	}
	err = t.row(qAuditHead).Scan(&last, &hash, &head)
	return last, hash, err
}

// linked returns what the hash of an entry covers: the hash of the one before
// it, and every column, each with its length before it.
func (r auditRow) linked(before []byte) []byte {
	b := appendAudit([]byte("entry\x00"), before)
	b = binary.BigEndian.AppendUint64(b, uint64(r.Seq))
	b = binary.BigEndian.AppendUint64(b, uint64(r.at))
	for _, s := range []string{r.ID, string(r.Action), string(r.Actor), string(r.Via), r.Credential, r.Kind, r.Object, string(r.Project), r.Request} {
		b = appendAudit(b, []byte(s))
	}
	return appendAudit(appendAudit(b, r.detailHash), r.nameHash)
}

// headOf returns what the hash of the head covers.
func headOf(seq int64, hash []byte) []byte {
	return appendAudit(binary.BigEndian.AppendUint64([]byte("head\x00"), uint64(seq)), hash)
}

func appendAudit(b, field []byte) []byte {
	return append(binary.BigEndian.AppendUint32(b, uint32(len(field))), field...)
}

func scanAudit(scan func(...any) error) (auditRow, error) {
	var r auditRow
	err := scan(&r.Seq, &r.ID, &r.at, &r.Action, &r.Actor, &r.Via, &r.Credential, &r.Kind, &r.Object, &r.Project, &r.Request,
		&r.detail, &r.detailHash, &r.name, &r.nameHash, &r.Hash)
	r.At = fromMS(r.at)
	return r, err
}

// openEntry opens what is sealed of an entry. A name whose key was destroyed
// with its project is gone; the entry stays.
func (db *DB) openEntry(ctx context.Context, r auditRow) (ba.AuditEntry, error) {
	plain, err := db.openParts(ctx, &r)
	if err != nil {
		return r.AuditEntry, err
	}
	var d auditDetail
	if err := json.Unmarshal(plain.detail, &d); err != nil {
		return r.AuditEntry, err
	}
	r.Network, r.Detail = d.Network, d.Detail
	if plain.name == nil {
		return r.AuditEntry, nil
	}
	var n auditName
	err = json.Unmarshal(plain.name, &n)
	r.Name = n.Name
	return r.AuditEntry, err
}

// auditParts are the opened parts of an entry. The name is nil where there is
// none, or it is gone.
type auditParts struct{ detail, name []byte }

func (db *DB) openParts(ctx context.Context, r *auditRow) (p auditParts, err error) {
	s := db.sealer(ctx, ba.InstanceScope, r.ID, 1)
	p.detail = s.openBytes(auditDetailAD, r.detail)
	if s.err != nil || len(r.name) == 0 {
		return p, s.err
	}
	scope := scopeOfEntry(r.AuditEntry)
	there, err := db.vault.Has(ctx, scope)
	if err != nil || !there {
		r.Gone = true
		return p, err
	}
	named := db.sealer(ctx, scope, r.ID, 1)
	p.name = named.openBytes(auditNameAD, r.name)
	return p, named.err
}
