package config

import (
	"net/url"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
)

const s3Scheme = "s3://"

// BackupTimes returns the schedule of backups, which was checked.
func (c *Config) BackupTimes() ba.Schedule {
	s, _ := ba.ParseSchedule(c.BackupSchedule) // Load lets no other pass
	return s
}

func (c *Config) checkBackups() []Problem {
	var all []Problem
	if _, err := ba.ParseSchedule(c.BackupSchedule); err != nil {
		all = append(all, Problem{"BACKUP_SCHEDULE", "is not understood.", `Write daily 03:00 (UTC), or an interval from 5m to 744h such as 6h.`})
	}
	if c.BackupSchedule != "" && c.BackupTo == "" {
		all = append(all, Problem{"BACKUP_TO", "is not set, but BACKUP_SCHEDULE is.", "Set it to a directory or to s3://bucket/prefix, or remove both."})
	}
	if c.BackupKeep < 0 {
		all = append(all, Problem{"BACKUP_KEEP", "is below zero.", "Set it to how many backups are to stay, or to 0 for all."})
	}
	for _, p := range []struct{ variable, value string }{{"BACKUP_TO", c.BackupTo}, {"BACKUP_KEYRING_TO", c.BackupKeyringTo}} {
		all = append(all, c.checkPlace(p.variable, p.value)...)
	}
	if u, err := url.Parse(c.S3Endpoint); c.S3Endpoint != "" && (err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || strings.Trim(u.Path, "/") != "" || u.User != nil) {
		all = append(all, Problem{"S3_ENDPOINT", "is not the address of a storage.", "Write scheme and host alone, such as https://minio.example.com"})
	}
	return all
}

// checkPlace looks at a place of backups, which needs credentials in a bucket.
func (c *Config) checkPlace(variable, value string) []Problem {
	switch {
	case strings.HasPrefix(value, s3Scheme):
		if u, err := url.Parse(value); err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" {
			return problem(variable, "is not understood.", "Write s3://bucket/prefix, or a directory.")
		}
		all := missing("S3_ACCESS_KEY_ID", c.S3AccessKey, "Set it to the id of the access key for the bucket in "+variable+".")
		return append(all, missing("S3_SECRET_ACCESS_KEY", c.S3SecretKey, "Set it to the secret of the access key for the bucket in "+variable+".")...)
	case strings.Contains(value, "://"):
		return problem(variable, "is neither a directory nor s3://bucket/prefix.", "Correct it.")
	}
	return nil
}
