package app

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/ba-assistant/ba-assistant/internal/config"
	"github.com/ba-assistant/ba-assistant/internal/logfile"
)

// LogOutput returns where the log goes: to out, and to files where LOG_DIR
// names a place for them. The files never stop what is logged to out. Close
// frees them; its error may be left alone.
func LogOutput(c *config.Config, out io.Writer) (w io.Writer, close func() error, err error) {
	none := func() error { return nil }
	if c.LogDir == "" {
		return out, none, nil
	}
	files, err := logfile.Open(logfile.Options{Dir: c.LogDir, Size: int64(c.LogFileMB) * 1_000_000, Keep: c.LogFiles, Clock: time.Now, Tell: out})
	if err == nil {
		err = giveLogs(c)
	}
	if err != nil {
		return out, none, errors.Join(config.Problems{{Variable: "LOG_DIR", What: "is a directory in which no log can be written.",
			Remedy: "Give it to the user that runs this program (chown), or remove it for the log on standard error alone."}}, err)
	}
	return tee{out, files}, files.Close, nil
}

// tee writes a line to out, whose errors count, and to the files.
type tee struct {
	out   io.Writer
	files *logfile.Writer
}

func (t tee) Write(line []byte) (int, error) {
	_, _ = t.files.Write(line) // it never fails
	return t.out.Write(line)
}

// giveLogs gives the files of a start as root to the user of RUN_AS.
func giveLogs(c *config.Config) error {
	uid, gid, err := c.User()
	if err != nil || uid == 0 || os.Geteuid() != 0 {
		return err
	}
	entries, err := os.ReadDir(c.LogDir)
	if err != nil {
		return err
	}
	errs := []error{os.Lchown(c.LogDir, uid, gid)}
	for _, e := range entries {
		errs = append(errs, os.Lchown(filepath.Join(c.LogDir, e.Name()), uid, gid))
	}
	return errors.Join(errs...)
}
