package cert

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

// record is what must survive a restart, so that a program which is started
// again and again does not ask again and again.
type record struct {
	Host      string    `json:"host"`
	Directory string    `json:"directory"`
	Failures  int       `json:"failures"`
	Tried     time.Time `json:"tried"`
	Next      time.Time `json:"next"`
	Problem   string    `json:"problem"`
}

const recordFile = "next-try.json"

// readRecord returns what was noted for a host and a server, or nothing.
func readRecord(dir, host, directory string) (record, error) {
	fresh := record{Host: host, Directory: directory}
	text, err := os.ReadFile(filepath.Join(dir, recordFile))
	if errors.Is(err, fs.ErrNotExist) {
		return fresh, nil
	}
	if err != nil {
		return fresh, err
	}
	var r record
	if err := json.Unmarshal(text, &r); err != nil || r.Host != host || r.Directory != directory {
		return fresh, nil // of another name, or cut off by a crash
	}
	return r, nil
}

func (r record) write(dir string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	file := filepath.Join(dir, recordFile)
	if err := os.WriteFile(file+".new", append(text, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(file+".new", file)
}

// pauses are how long after a failure the next request may come. Five of them
// lie within the first hour: Let's Encrypt lets five validations of a name
// fail in an hour, and gives one back every 12 minutes.
var pauses = []time.Duration{2 * time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 12 * time.Hour}

// limitPause is how long a server is left alone that says that it was asked
// too often, unless it says more.
const limitPause = time.Hour

// retryAfter finds the time that Let's Encrypt writes into such a refusal.
var retryAfter = regexp.MustCompile(`retry after (\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})`)

// failed notes a failure and when the next request may come.
func (r record) failed(now time.Time, f failure) record {
	pause := pauses[min(r.Failures, len(pauses)-1)]
	r.Failures++
	r.Tried, r.Problem = now.UTC(), f.sentence
	if f.limited {
		pause = max(pause, limitPause)
		if m := retryAfter.FindStringSubmatch(f.detail); m != nil {
			if at, err := time.Parse("2006-01-02 15:04:05", m[1]+" "+m[2]); err == nil {
				pause = max(pause, at.Sub(now))
			}
		}
	}
	r.Next = now.Add(pause).UTC()
	return r
}

// clear forgets failures, after a success.
func (r record) clear(dir string) (record, error) {
	err := os.Remove(filepath.Join(dir, recordFile))
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return record{Host: r.Host, Directory: r.Directory}, err
}

// unwritable is the error of a directory for certificates that takes no file.
func unwritable(dir string, err error) error {
	return ba.Wrap(ba.Unavailable, "The directory for certificates, "+dir+", cannot be written. Give DATA_DIR to the user that runs this program.", err)
}
