package web

import (
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/audit"
	"github.com/ba-assistant/ba-assistant/internal/httpx"
	"github.com/ba-assistant/ba-assistant/internal/web/page"
)

// auditFilter reads the filter of the audit page. What makes no sense is left out.
func auditFilter(q url.Values) ba.AuditFilter {
	f := ba.AuditFilter{Action: ba.Action(q.Get("action")), Actor: ba.UserID(q.Get("actor")), Object: q.Get("object")}
	if day, err := time.Parse(time.DateOnly, q.Get("from")); err == nil {
		f.From = day
	}
	return f
}

func (s *Site) adminAudit(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	q := r.URL.Query()
	f := auditFilter(q)
	l, err := s.Audit.List(r.Context(), a, f, ba.Page{Limit: 50, After: q.Get("after")})
	if err != nil {
		return err
	}
	data := &page.AdminAudit{AdminShell: adminShell("Audit log", "audit"), Lines: auditLines(l.Items), Action: string(f.Action), Who: string(f.Actor), Object: f.Object, From: q.Get("from")}
	if f.Actor != "" && len(data.Lines) > 0 {
		data.WhoName = data.Lines[0].Who
	}
	for _, action := range ba.Actions {
		data.Actions = append(data.Actions, page.Option{Value: string(action), Name: page.ActionName(action), Current: action == f.Action})
	}
	if l.Next != "" {
		q.Set("after", l.Next)
		data.Next = "/admin/audit?" + q.Encode()
	}
	if q.Get("check") != "" {
		if data.Checked, err = s.checkAudit(r, a); err != nil {
			return err
		}
	}
	return s.render(w, r, "admin-audit", data)
}

func (s *Site) checkAudit(r *http.Request, a ba.Actor) (*page.AuditCheck, error) {
	report, err := s.Audit.Verify(r.Context(), a, nil)
	if err != nil {
		return nil, err
	}
	c := &page.AuditCheck{Entries: report.Entries, Anchor: audit.Anchor(report)}
	for _, f := range report.Faults {
		c.Faults = append(c.Faults, f.What)
	}
	return c, nil
}

func auditLines(lines []audit.Line) []page.AuditLine {
	out := make([]page.AuditLine, len(lines))
	for i, l := range lines {
		out[i] = page.AuditLine{Seq: l.Seq, When: page.Moment{Time: l.At}, What: page.ActionName(l.Action), Action: string(l.Action), Who: l.ActorName, WhoID: string(l.Actor),
			Object: l.ObjectName, Detail: l.Detail, Network: l.Network, Via: string(l.Via)}
		if l.Gone {
			out[i].Object = "(destroyed with its project)"
		}
	}
	return out
}

// exportAudit answers with the entries that pass the filter, as a file.
func (s *Site) exportAudit(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	format := audit.Format(r.URL.Query().Get("format"))
	if format == "" {
		format = audit.JSON
	}
	name := "audit-" + s.Clock().UTC().Format(time.DateOnly) + "." + format.Extension()
	h := w.Header()
	h.Set("Content-Type", format.MediaType())
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	return s.Audit.Export(r.Context(), a, auditFilter(r.URL.Query()), format, w)
}

func (s *Site) adminBackups(w http.ResponseWriter, r *http.Request, _ ba.Actor) error {
	if s.Backups == nil {
		return httpx.NotFound(w, r)
	}
	recent, err := s.Backups.Recent(r.Context())
	if err != nil {
		return err
	}
	data := &page.AdminBackups{AdminShell: adminShell("Backups", "backups"), On: s.BackupsOn}
	for _, b := range recent {
		line := page.BackupLine{State: strings.ToUpper(string(b.State[:1])) + string(b.State[1:]), Origin: string(b.Origin), Place: b.Place, Failure: b.Failure, Began: page.Moment{Time: b.StartedAt}}
		switch {
		case b.Failure != "":
			line.Tone = "danger"
		case !b.FinishedAt.IsZero():
			line.Tone, line.Size, line.Took = "accent", page.Size(b.Size), b.Took().Round(time.Second/10).String()
		}
		data.Backups = append(data.Backups, line)
	}
	return s.render(w, r, "admin-backups", data)
}

func (s *Site) startBackup(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	if s.Backups == nil {
		return httpx.NotFound(w, r)
	}
	if err := s.Backups.Start(r.Context(), a); err != nil {
		return err
	}
	return redirect(w, r, "/admin/backups")
}
