package app

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// greet tells the operator where the workspace is and how to come in. It goes
// to standard output and not to the log, since the setup code is a secret.
func (a *App) greet(ctx context.Context) error {
	code, err := a.services.identity.NewSetupCode(ctx)
	if err != nil {
		return fmt.Errorf("make the setup code: %w", err)
	}
	in, err := a.db.Installation(ctx)
	if err != nil {
		return err
	}
	g := &greeting{}
	g.title("BA Assistant %s", a.version)
	g.line("Open", "%s", a.services.public)
	if a.cfg.Production() {
		g.line("Listens", "on %s", a.Addr())
	}
	if a.front.plain != nil {
		g.line("", "on %s for plain http, which leads to https", a.front.plain.Addr())
	}
	if a.front.cert != nil {
		g.line("TLS", "%s", a.certificateLine())
	}
	g.signIn(a)
	g.line("Data", "%s", a.place())
	if a.cfg.Production() && a.cfg.InstallationID == "" {
		g.line("", "Set INSTALLATION_ID=%s, and a start without this data is refused.", in.ID)
	}
	if a.cfg.Production() || a.cfg.BackupTo != "" {
		g.line("Backups", "%s", backupPlan(a.cfg))
	}
	g.line("Answers", "%s", strings.Join(a.services.answerers(), ", "))
	if code != "" {
		g.setup(a.services.public.String(), code)
	}
	for _, n := range a.cfg.Notices {
		g.line("Note", "%s", n)
	}
	if note := unpricedNote(a.services.unpriced); note != "" {
		g.line("Note", "%s", note)
	}
	g.line("Started", "in %d ms; stop with Ctrl+C", time.Since(a.began).Milliseconds())
	if _, err := fmt.Fprint(a.out, g.String()); err != nil {
		a.log.WarnContext(ctx, "the greeting could not be printed", "error", err)
	}
	return nil
}

// place says where the data is.
func (a *App) place() string {
	if a.storage.dir == "" {
		return "PostgreSQL"
	}
	return a.storage.dir + " (SQLite)"
}

// greeting is lines of a name and what is to say of it.
type greeting struct{ strings.Builder }

func (g *greeting) title(format string, args ...any) { fmt.Fprintf(g, "\n  "+format+"\n\n", args...) }

func (g *greeting) line(name, format string, args ...any) {
	fmt.Fprintf(g, "  %-10s "+format+"\n", append([]any{name}, args...)...)
}

// signIn says how people come in, and what must be registered for it.
func (g *greeting) signIn(a *App) {
	if !a.cfg.Production() {
		g.line("Sign in", "with any address; development asks for no password, and the first person is the administrator")
	}
	uris := a.services.identity.RedirectURIs()
	for _, o := range a.services.identity.Options() {
		g.line("Sign in", "with %s; register this redirect URI there, character for character:", o.Name)
		g.line("", "%s", uris[o.ID])
	}
	if a.cfg.Production() && len(a.cfg.AllowedDomains)+len(a.cfg.AllowedTenants) == 0 {
		g.line("", "Only invited people may enter; ALLOWED_DOMAINS and ALLOWED_TENANTS let in more.")
	}
}

func (g *greeting) setup(public, code string) {
	g.line("Setup code", "%s", code)
	g.line("", "There is no administrator yet. Open %s/setup, enter the code and sign in.", public)
	g.line("", "It is good for one person and until the next start.")
}
