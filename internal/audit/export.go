package audit

import (
	"context"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

// Format is that of a file of entries.
type Format string

// The formats of a file.
const (
	JSON Format = "json" // JSON Lines: one object a line
	CSV  Format = "csv"
)

// MediaType returns the format's type for HTTP.
func (f Format) MediaType() string {
	if f == CSV {
		return "text/csv; charset=utf-8"
	}
	return "application/x-ndjson"
}

// Extension returns how a file of the format ends.
func (f Format) Extension() string {
	if f == CSV {
		return "csv"
	}
	return "jsonl"
}

// Record is an entry as files and the API show it.
type Record struct {
	Seq        int64     `json:"seq" doc:"Its place in the log, without a gap"`
	At         time.Time `json:"at"`
	Action     string    `json:"action" example:"document.downloaded"`
	ActorID    string    `json:"actor_id,omitempty" doc:"Absent where nobody was signed in"`
	Actor      string    `json:"actor,omitempty" doc:"How the person is called now"`
	Via        string    `json:"via" enum:"session,token,door,command,program"`
	Credential string    `json:"credential_id,omitempty" doc:"Of the session or token"`
	Kind       string    `json:"object_kind"`
	ObjectID   string    `json:"object_id,omitempty"`
	Object     string    `json:"object,omitempty" doc:"Its name; absent where it has none, or its project was destroyed"`
	ProjectID  string    `json:"project_id,omitempty"`
	Detail     string    `json:"detail,omitempty"`
	Network    string    `json:"network,omitempty" doc:"Where the request came from, reduced to its network"`
	RequestID  string    `json:"request_id,omitempty"`
	Hash       string    `json:"hash" doc:"Keyed; covers the entry and the one before it"`
}

// RecordOf returns a line as files and the API show it.
func RecordOf(l Line) Record {
	return Record{Seq: l.Seq, At: l.At.UTC(), Action: string(l.Action), ActorID: string(l.Actor), Actor: l.ActorName, Via: string(l.Via),
		Credential: l.Credential, Kind: l.Kind, ObjectID: l.Object, Object: l.ObjectName, ProjectID: string(l.Project),
		Detail: l.Detail, Network: l.Network, RequestID: l.Request, Hash: hex.EncodeToString(l.Hash)}
}

// Export writes the entries that pass the filter, the newest first, and
// records that it was done before the first is written.
func (s *Service) Export(ctx context.Context, a ba.Actor, f ba.AuditFilter, format Format, w io.Writer) error {
	if format != JSON && format != CSV {
		return ba.E(ba.Unsupported, "The audit log is exported as json or csv.")
	}
	page, known := ba.Page{Limit: ba.MaxPageSize}, make(names)
	part, err := s.list(ctx, a, f, page, known)
	if err != nil {
		return err
	}
	act := ba.Act(a, ba.ActAuditExported, "audit", "").With(string(format))
	if a == Operator() {
		act.Actor, act.Via = "", ba.ViaCommand
	}
	if err := s.Store.Audit(ctx, act); err != nil {
		return err
	}
	out := newWriter(w, format)
	for {
		for _, l := range part.Items {
			if err := out.write(RecordOf(l)); err != nil {
				return err
			}
		}
		if page.After = part.Next; page.After == "" {
			return out.end()
		}
		if part, err = s.list(ctx, a, f, page, known); err != nil {
			return err
		}
	}
}

// writer writes records in one of the formats.
type writer struct {
	lines *json.Encoder
	table *csv.Writer
}

func newWriter(w io.Writer, f Format) *writer {
	if f == JSON {
		return &writer{lines: json.NewEncoder(w)}
	}
	out := &writer{table: csv.NewWriter(w)}
	_ = out.table.Write(head) // the error stays in the writer
	return out
}

var head = []string{"seq", "at", "action", "actor_id", "actor", "via", "credential_id", "object_kind", "object_id", "object", "project_id", "detail", "network", "request_id", "hash"}

func (w *writer) write(r Record) error {
	if w.lines != nil {
		return w.lines.Encode(r)
	}
	return w.table.Write([]string{strconv.FormatInt(r.Seq, 10), r.At.Format(time.RFC3339Nano), r.Action, r.ActorID, inert(r.Actor), r.Via, r.Credential,
		r.Kind, r.ObjectID, inert(r.Object), r.ProjectID, inert(r.Detail), r.Network, r.RequestID, r.Hash})
}

func (w *writer) end() error {
	if w.table == nil {
		return nil
	}
	w.table.Flush()
	return w.table.Error()
}

// inert keeps a spreadsheet from taking what somebody typed for a formula.
func inert(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}
