package doctor

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/backup"
	"github.com/ba-assistant/ba-assistant/internal/config"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/preflight"
)

// Backups is what is found where backups go.
type Backups struct {
	Place  string
	Newest time.Time // of this installation; zero where there is none
	Keys   bool      // whether the keyring copy is there, or none is wanted
}

// lookForBackups looks at the place itself: what has the name of a backup there
// was verified when it was made.
func lookForBackups(ctx context.Context, c *config.Config) (Backups, error) {
	s3 := backup.S3{Endpoint: c.S3Endpoint, Region: c.S3Region, AccessKey: c.S3AccessKey, SecretKey: c.S3SecretKey}
	to, keysTo, err := backup.Places(c.BackupTo, c.BackupKeyringTo, s3, filepath.Join(c.DataDir, "backups"))
	if err != nil {
		return Backups{}, err
	}
	installation, err := installationOf(ctx, c)
	if err != nil {
		return Backups{}, err
	}
	found := Backups{Place: to.String(), Keys: keysTo == nil}
	if found.Newest, err = backup.Newest(ctx, to, installation); err != nil || keysTo == nil {
		return found, err
	}
	items, err := keysTo.List(ctx, backup.KeyringName(installation))
	found.Keys = len(items) > 0
	return found, err
}

func installationOf(ctx context.Context, c *config.Config) (string, error) {
	if c.InstallationID != "" {
		return c.InstallationID, nil
	}
	state, err := store.OpenState(ctx, c.DatabaseURL)
	if err != nil {
		return "", err
	}
	return state.Installation, state.Close()
}

var backups = configured(rule("OWN-08", "Backups are made", preflight.Warn, preflight.High, "C12", "R3"),
	func(ctx context.Context, f *Facts) preflight.Outcome {
		c := f.Config
		switch {
		case c.BackupTo == "" && !c.Production():
			return preflight.NotApplicable("this is a development instance; docs/backup.md says how to make backups")
		case c.BackupTo == "":
			return preflight.Found(fault(preflight.Warn, "The program makes no backups", "If the platform or another program makes them, they must hold the keyring too.",
				"Set BACKUP_TO to a directory on another disk or to s3://bucket/prefix, and BACKUP_SCHEDULE: docs/backup.md."))
		}
		found, err := f.Backups(ctx, c)
		if err != nil {
			return preflight.Found(fault(preflight.Warn, "The place of the backups cannot be read", said(err), "Correct BACKUP_TO and its credentials, then run: ba backup"))
		}
		return judgeBackups(f, found, c.BackupTimes())
	})

// said returns the sentence of an error.
func said(err error) string {
	if known, ok := err.(*ba.Error); ok { //nolint:errorlint // the outermost sentence is the one to show
		return known.Msg
	}
	return err.Error()
}

func judgeBackups(f *Facts, found Backups, times ba.Schedule) preflight.Outcome {
	var findings []preflight.Finding
	age := f.Now.Sub(found.Newest).Round(time.Minute)
	switch {
	case found.Newest.IsZero():
		findings = append(findings, fault(preflight.Warn, "There is no backup yet in "+found.Place, "", "Make one: ba backup"))
	case !times.Never() && age > 2*times.Every():
		findings = append(findings, fault(preflight.Warn, "The last good backup is "+howOld(age)+" old", "It should be made "+times.String()+".",
			"The list of backups on the admin page says why, and so does the log. Then run: ba backup"))
	case times.Never() && age > 48*time.Hour:
		findings = append(findings, fault(preflight.Warn, "The last good backup is "+howOld(age)+" old", "", "Set BACKUP_SCHEDULE=daily 03:00"))
	}
	if !found.Keys {
		findings = append(findings, fault(preflight.Warn, "The keyring copy is missing", "A backup alone cannot be read on a new machine.", "Run: ba backup"))
	}
	if len(findings) > 0 {
		return preflight.Found(findings...)
	}
	return preflight.Pass("The last good backup is " + howOld(age) + " old, in " + found.Place + "; made " + times.String() + ". Restore one for a try now and then.")
}

func howOld(age time.Duration) string {
	if age < 48*time.Hour {
		return fmt.Sprintf("%d h %d min", int(age.Hours()), int(age.Minutes())%60)
	}
	return fmt.Sprintf("%d days", int(age.Hours()/24))
}
