package e2e

import (
	"encoding/json"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// entry is a line of "ba audit export".
type entry struct {
	Seq    int    `json:"seq"`
	Action string `json:"action"`
	Via    string `json:"via"`
	Detail string `json:"detail"`
}

// byCommand returns what the audit log says was done by command, the oldest
// first. To export it is such an act too.
func (s *instance) byCommand(t *testing.T) []string {
	t.Helper()
	var acts []string
	out := json.NewDecoder(strings.NewReader(s.operate(t, "audit", "export")))
	for out.More() {
		var e entry
		if err := out.Decode(&e); err != nil {
			t.Fatal(err)
		}
		if e.Via == "command" && e.Action != "audit.exported" {
			acts = append(acts, e.Action)
		}
	}
	slices.Reverse(acts)
	return acts
}

var noted = regexp.MustCompile(`(?m)^\d+:[0-9a-f]{64}$`)

// verified checks the log, and that it holds what was noted before; it returns
// what to note now.
func (s *instance) verified(t *testing.T, before string) string {
	t.Helper()
	args := []string{"audit", "verify"}
	if before != "" {
		args = append(args, "--noted", before)
	}
	last := noted.FindString(s.operate(t, args...))
	if last == "" {
		t.Fatal("the check notes nothing")
	}
	return last
}

// One log holds what an operator does by command, through a restore and a
// move, and each check finds what the one before it noted.
func TestWhatAnOperatorDoesByCommandIsInTheAuditLog(t *testing.T) {
	t.Parallel()
	s := start(t)
	ana := signIn(t, s.url, "ana")
	signIn(t, s.url, "bob")
	ana.project(t, "Refunds")
	bob := "bob@example.com"
	s.operate(t, "users", "invite", "carl@example.com")
	s.operate(t, "users", "role", bob, "admin")
	s.operate(t, "users", "role", bob, "member")
	s.operate(t, "users", "budget", bob, "20")
	s.operate(t, "users", "disable", bob)
	s.operate(t, "users", "enable", bob)
	s.operate(t, "keys", "revoke-sessions", "--user", bob, "--tokens")
	s.operate(t, "keys", "rotate")
	s.operate(t, "keys", "retire")
	s.operate(t, "keys", "retire") // nothing is left to be retired
	last := s.verified(t, "")
	file := filepath.Join(t.TempDir(), "one.babackup")
	s.operate(t, "backup", file, "--keyring", filepath.Join(filepath.Dir(file), "keyring"))
	last = s.verified(t, last)
	want := []string{"invitation.created", "user.role_changed", "user.role_changed", "budget.changed", "user.disabled", "user.enabled", "session.all_revoked",
		"keys.rotation_begun", "keys.rotated", "keys.retired"}
	same := func(when string, more ...string) {
		t.Helper()
		if got := s.byCommand(t); !slices.Equal(got, slices.Concat(want, more)) {
			t.Errorf("%s the log holds %q", when, got)
		}
	}
	same("after a backup", "backup.made")

	s.stop(t, 20*time.Second)
	s.operate(t, "restore", file, "--replace")
	if code, said := s.verb(t, "audit", "verify", "--noted", last); code != 1 || !strings.Contains(said, "ends before entry") && !strings.Contains(said, "was replaced") {
		t.Errorf("the entry of the backup is not in the backup, and the check says %d %s", code, said)
	}
	last = s.verified(t, "")
	same("after a restore", "backup.restored")

	to := filepath.Join(t.TempDir(), "ba.db")
	s.operate(t, "migrate", "--to", to)
	s.env = append(s.env, "DATABASE_URL=sqlite://"+to)
	s.verified(t, last)
	same("after a move", "backup.restored", "database.moved")
}
