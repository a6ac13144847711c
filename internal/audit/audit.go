package audit

import (
	"context"
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
)

// Store is what the service needs of the database.
type Store interface {
	// AuditEntries answers Forbidden to everybody but administrators.
	AuditEntries(ctx context.Context, a ba.Actor, f ba.AuditFilter, page ba.Page) (ba.List[ba.AuditEntry], error)
	VerifyAudit(ctx context.Context, noted *ba.AuditAnchor) (ba.AuditReport, error)
	Audit(ctx context.Context, e ba.AuditEntry) error
	User(ctx context.Context, id ba.UserID) (ba.User, error)
}

// Service is the use cases of the audit log. It is safe for concurrent use.
type Service struct{ Store Store }

// Line is an entry with the names of those whom it is about, as they are
// called now.
type Line struct {
	ba.AuditEntry
	ActorName  string // empty where nobody is signed in
	ObjectName string // of the object, which may be a user; empty where it has none
}

// Operator is who runs a command on the machine itself. It reads the log; what
// it does is recorded as done by the command.
func Operator() ba.Actor {
	return ba.Actor{User: ba.OperatorID, Role: ba.RoleAdmin, Access: ba.AccessRead}
}

// List returns a part of the log, the newest first.
func (s *Service) List(ctx context.Context, a ba.Actor, f ba.AuditFilter, page ba.Page) (ba.List[Line], error) {
	return s.list(ctx, a, f, page, make(names))
}

func (s *Service) list(ctx context.Context, a ba.Actor, f ba.AuditFilter, page ba.Page, known names) (ba.List[Line], error) {
	l, err := s.Store.AuditEntries(ctx, a, f, page)
	if err != nil {
		return ba.List[Line]{}, err
	}
	lines := ba.List[Line]{Items: make([]Line, len(l.Items)), Next: l.Next}
	for i, e := range l.Items {
		line := Line{AuditEntry: e, ObjectName: e.Name}
		if line.ActorName, err = known.of(ctx, s.Store, e.Actor); err != nil {
			return lines, err
		}
		if e.Kind == "user" {
			if line.ObjectName, err = known.of(ctx, s.Store, ba.UserID(e.Object)); err != nil {
				return lines, err
			}
		}
		lines.Items[i] = line
	}
	return lines, nil
}

// names are how people are called, each looked up once.
type names map[ba.UserID]string

func (n names) of(ctx context.Context, store Store, id ba.UserID) (string, error) {
	if id == "" {
		return "", nil
	}
	if name, known := n[id]; known {
		return name, nil
	}
	u, err := store.User(ctx, id)
	if err != nil && ba.KindOf(err) != ba.NotFound {
		return "", err
	}
	if n[id] = u.Name; u.Name == "" {
		n[id] = u.Email
	}
	return n[id], nil
}

// Verify reads the whole log and says where it is not as it was written. What
// was noted of an earlier check, if anything, proves that it was not cut since.
func (s *Service) Verify(ctx context.Context, a ba.Actor, noted *ba.AuditAnchor) (ba.AuditReport, error) {
	if !a.IsAdmin() {
		return ba.AuditReport{}, ba.E(ba.Forbidden, "Only an administrator sees the audit log.")
	}
	return s.Store.VerifyAudit(ctx, noted)
}

// Anchor returns the last entry of a report as a person notes it: its place,
// a colon and its hash. It is empty for an empty log.
func Anchor(r ba.AuditReport) string {
	if r.Last == 0 {
		return ""
	}
	return strconv.FormatInt(r.Last, 10) + ":" + hex.EncodeToString(r.Hash)
}

// ParseAnchor reads what Anchor returned. Anything else is Invalid.
func ParseAnchor(s string) (*ba.AuditAnchor, error) {
	place, hash, _ := strings.Cut(strings.TrimSpace(s), ":")
	seq, err := strconv.ParseInt(place, 10, 64)
	raw, malformed := hex.DecodeString(hash)
	if err != nil || malformed != nil || seq < 1 || len(raw) != 32 {
		return nil, ba.E(ba.Invalid, "This is no entry as \"ba audit verify\" prints it: a number, a colon and 64 hexadecimal digits.")
	}
	return &ba.AuditAnchor{Seq: seq, Hash: raw}, nil
}
