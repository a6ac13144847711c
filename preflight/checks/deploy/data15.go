package deploy

import (
	"context"
	"path"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
)

var data15 = check.Check{
	Rule: preflight.Rule{
		ID:      "DATA-15",
		Title:   "Nothing in the repository backs the data up",
		Level:   preflight.Warn,
		Rows:    []string{"C12", "R3", "G3", "D1"},
		Sources: []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:     "A corrupted volume, a wrong migration or a deleted service is the end of everybody's work.",
		Fix:     "Switch on the platform's backups, or copy the database elsewhere every day (litestream, pg_dump, restic); then restore one.",
		Verify:  "Restore the last backup into an empty place and open the application on it.",
		FixCost: "1 hour",
		Cost:    preflight.Critical,
		Detect:  "A path keeps data on a volume, or a compose file for production runs its own database, and no script, workflow, service or configuration speaks of a backup. For managed databases it is a question.",
		Silent:  "Repositories without data.",
		Bad:     "-- docker-compose.prod.yml --\nservices:\n  db:\n    image: postgres:17\n    volumes: ['pg:/var/lib/postgresql/data']\nvolumes:\n  pg:\n",
		Good:    "-- docker-compose.prod.yml --\nservices:\n  db:\n    image: postgres:17\n    volumes: ['pg:/var/lib/postgresql/data']\n  backup:\n    image: prodrigestivill/postgres-backup-local\nvolumes:\n  pg:\n",
	},
	Run: runData15,
}

func runData15(_ context.Context, in *check.Input) preflight.Outcome {
	var keeps []*manifest.Path
	managed := len(in.Deploy.Databases) > 0
	for _, d := range databases(in) {
		managed = managed || d.kind == "managed" || d.kind == "postgres"
		if _, found, _ := d.inside(); d.isFile() && found {
			keeps = append(keeps, d.path)
		}
	}
	for _, p := range in.Paths() {
		if p.Role == manifest.Database && len(lasting(p)) > 0 && relational(p.ImageName) {
			keeps = append(keeps, p)
		}
	}
	switch {
	case len(keeps) == 0 && !managed:
		return preflight.NotApplicable("no path keeps data, as far as the repository says")
	case backsUp(in):
		return preflight.Ask("When was the last backup restored for a try?", "The repository speaks of backups; only a restore shows that they work.")
	case len(keeps) == 0:
		return preflight.Ask("Are the backups of the managed database switched on, and was one restored?", "The plan decides whether there are any.")
	}
	return preflight.Found(preflight.Finding{Level: preflight.Warn, Path: names(keeps), Evidence: []preflight.Evidence{at(in, keeps[0].Place, "keeps data")}})
}

var backupWords = []string{"litestream", "pg_dump", "pgbackrest", "wal-g", "restic", "borg", "mysqldump", "mongodump", "vacuum into", ".backup ", "backup", "velero", "rclone"}

// backsUp reports whether anything that runs speaks of backups.
func backsUp(in *check.Input) bool {
	for _, f := range in.Tree.Files() {
		base := strings.ToLower(path.Base(f.Path))
		switch ext := path.Ext(base); {
		case strings.Contains(base, "backup"):
			return true
		case ext == ".sh" || ext == ".yml" || ext == ".yaml" || base == "makefile" || base == "dockerfile" || base == "crontab" || ext == ".toml" || base == "procfile":
			lower := strings.ToLower(in.Tree.Text(f.Path))
			for _, w := range backupWords {
				if strings.Contains(lower, w) {
					return true
				}
			}
		}
	}
	return false
}
