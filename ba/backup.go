package ba

import "time"

// BackupOrigin is why a backup was made.
type BackupOrigin string

// The origins of a backup.
const (
	BackupScheduled BackupOrigin = "schedule"
	BackupAsked     BackupOrigin = "person"  // an administrator pressed the button
	BackupCommand   BackupOrigin = "command" // ba backup
	BackupUpgrade   BackupOrigin = "upgrade" // before the schema was changed
)

// BackupState is how far a backup came.
type BackupState string

// The states of a backup. Only one that is done was verified by reading back.
const (
	BackupRunning BackupState = "running"
	BackupDone    BackupState = "done"
	BackupFailed  BackupState = "failed"
)

// Backup is the record of one backup of the instance.
type Backup struct {
	ID         BackupID
	Origin     BackupOrigin
	State      BackupState
	Place      string    // the file, or the object in its bucket, without credentials
	Size       int64     // bytes; 0 while it runs
	Rows       int64     // of all tables; 0 while it runs
	Failure    string    // a sentence, where it failed
	Slot       time.Time // the time that the schedule named; zero for others
	Owner      string    // the instance that makes it
	By         Actor     // who asked for it, for the audit log alone; nobody where the program did
	StartedAt  time.Time
	FinishedAt time.Time // zero while it runs
}

// Took returns how long a backup that ended took.
func (b Backup) Took() time.Duration {
	if b.FinishedAt.IsZero() {
		return 0
	}
	return b.FinishedAt.Sub(b.StartedAt)
}
