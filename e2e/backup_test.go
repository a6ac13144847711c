package e2e

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// bring runs a verb of the operator on the instance's data; after a positive
// time it is killed.
func (s *instance) bring(t *testing.T, after time.Duration, args ...string) (code int, said string) {
	t.Helper()
	out := new(transcript)
	cmd := exec.Command(binary, args...)
	cmd.Env = environment(append([]string{"DATA_DIR=" + s.dir}, s.env...)...)
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if after > 0 {
		<-time.After(after)
		_ = cmd.Process.Kill() // it may have ended
	}
	_ = cmd.Wait() // the exit code is what counts
	return cmd.ProcessState.ExitCode(), out.String()
}

// done runs a verb that may not fail.
func (s *instance) done(t *testing.T, args ...string) string {
	t.Helper()
	code, said := s.bring(t, 0, args...)
	if code != 0 {
		t.Fatalf("ba %s: exit %d\n%s", strings.Join(args, " "), code, said)
	}
	return said
}

func backupKills() int {
	if soaking() {
		return 60
	}
	return 6
}

// The commands of docs/recovery/lost-database.md, as they stand there.
func TestADatabaseIsBackedUpWhileItRunsAndRestored(t *testing.T) {
	onBoth(t, func(t *testing.T, s *instance, _ string) {
		ana := signIn(t, s.url, "ana")
		kept, dir := ana.archive(t, "Refunds"), t.TempDir()
		said := s.done(t, "backup", "--to", dir)
		file, _, _ := strings.Cut(said, "\n")
		if !strings.Contains(said, "read back and compared") || !strings.Contains(s.done(t, "backup", "--list", "--to", dir), filepath.Base(file)) {
			t.Errorf("the backup says:\n%s", said)
		}
		if said := s.done(t, "restore", "--verify", file); !strings.Contains(said, "The file is whole") {
			t.Errorf("the check says:\n%s", said)
		}
		ana.project(t, "Begun later")
		if code, said := s.bring(t, 0, "restore", "--replace", file); code != 1 || !strings.Contains(said, "nstance") {
			t.Errorf("a restore under a running instance: exit %d\n%s", code, said)
		}
		s.stop(t, 20*time.Second)
		if code, said := s.bring(t, 0, "restore", file); code != 1 || !strings.Contains(said, "--replace") {
			t.Errorf("over data: exit %d\n%s", code, said)
		}
		s.done(t, "restore", "--replace", file)
		s.launch(t)
		ana = signIn(t, s.url, "ana")
		ana.whole(t, kept)
		if got := ana.projectNames(t); len(got) != 1 {
			t.Errorf("projects after the restore: %v", got)
		}
	})
}

func (p *person) projectNames(t *testing.T) []string {
	t.Helper()
	var all list[struct{ Name string }]
	p.must(t, "GET", "/api/projects", nil, &all)
	var names []string
	for _, one := range all.Items {
		names = append(names, one.Name)
	}
	return names
}

func TestABackupThatIsKilledLeavesNothingThatPassesForOne(t *testing.T) {
	onBoth(t, func(t *testing.T, s *instance, _ string) {
		ana := signIn(t, s.url, "ana")
		ana.archive(t, "Refunds")
		dir := t.TempDir()
		for n := range backupKills() {
			s.bring(t, time.Duration(20+n*200/backupKills())*time.Millisecond, "backup", "--to", dir)
		}
		s.done(t, "backup", "--to", dir)
		files, _ := filepath.Glob(filepath.Join(dir, "*.babackup"))
		for _, file := range files {
			s.done(t, "restore", "--verify", file)
		}
		if len(files) == 0 {
			t.Error("there is no backup")
		}
	})
}

func TestARestoreThatIsKilledIsRunAgainOverWhatWasThere(t *testing.T) {
	onBoth(t, func(t *testing.T, s *instance, _ string) {
		ana := signIn(t, s.url, "ana")
		kept, dir := ana.archive(t, "Refunds"), t.TempDir()
		file, _, _ := strings.Cut(s.done(t, "backup", "--to", dir), "\n")
		later := ana.archive(t, "Begun later")
		s.stop(t, 20*time.Second)
		replaced := false
		for n := range backupKills() {
			code, _ := s.bring(t, time.Duration(40+n*400/backupKills())*time.Millisecond, "restore", "--replace", file)
			replaced = replaced || code == 0
		}
		if code, said := s.bring(t, 0, "migrate"); code != 0 && !strings.Contains(said, "Restore it") { // opens the database as a start does
			t.Errorf("neither whole nor said: exit %d\n%s", code, said)
		} else if code == 0 && !replaced {
			s.launch(t)
			ana = signIn(t, s.url, "ana")
			ana.whole(t, kept)
			if len(ana.projectNames(t)) == 2 {
				ana.whole(t, later)
			}
			s.stop(t, 20*time.Second)
		}
		s.done(t, "restore", "--replace", file)
		s.launch(t)
		ana = signIn(t, s.url, "ana")
		ana.whole(t, kept)
		if got := ana.projectNames(t); len(got) != 1 {
			t.Errorf("projects after the restore: %v", got)
		}
	})
}

func TestTheScheduleMakesABackupThatTheDoctorKnows(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := start(t, "BACKUP_TO="+dir, "BACKUP_SCHEDULE=daily 03:00")
	if !strings.Contains(s.stdout.String(), "daily at 03:00 UTC to "+dir) {
		t.Errorf("the start does not say when backups are made:\n%s", s.stdout)
	}
	deadline := time.Now().Add(60 * time.Second)
	for {
		files, _ := filepath.Glob(filepath.Join(dir, "keyring", "*.bakeys"))
		if len(files) == 1 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("there is no backup:\n%s", s.stderr)
		}
		time.Sleep(50 * time.Millisecond)
	}
	if _, said := s.bring(t, 0, "doctor"); !strings.Contains(said, "The last good backup is") {
		t.Errorf("the doctor does not know of it:\n%s", said)
	}
	if said := s.done(t, "upgrade", "--rehearse"); !strings.Contains(said, "the database was not changed") {
		t.Errorf("the rehearsal says:\n%s", said)
	}
}
