package backup_test

import (
	"bytes"
	"crypto/rand"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/rclone/gofakes3"
	"github.com/rclone/gofakes3/s3mem"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/backup"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

// storage is an S3 server on loopback that checks signatures (version 4).
type storage struct {
	s3    backup.S3
	parts atomic.Int64 // of multipart uploads
	spoil atomic.Bool  // whether what is read is another byte than was written
}

func newStorage(t *testing.T) *storage {
	t.Helper()
	mem := s3mem.New()
	ok(t, mem.CreateBucket(t.Context(), "backups"))
	s := &storage{}
	s3 := gofakes3.New(mem, gofakes3.WithV4Auth(map[string]string{"reader": "fixture-secret"})).Server()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Has("partNumber") {
			s.parts.Add(1)
		}
		if s.spoil.Load() && r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, ".babackup") {
			w = &spoiler{ResponseWriter: w}
		}
		s3.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	s.s3 = backup.S3{Endpoint: server.URL, AccessKey: "reader", SecretKey: "fixture-secret"}
	return s
}

// spoiler changes the last byte of everything that is written.
type spoiler struct{ http.ResponseWriter }

func (s *spoiler) Write(p []byte) (int, error) {
	p = bytes.Clone(p)
	p[len(p)-1] ^= 1
	return s.ResponseWriter.Write(p)
}

func (s *storage) place(t *testing.T, where string) backup.Place {
	t.Helper()
	return must(backup.At(where, s.s3, t.TempDir()))(t)
}

func TestABackupInABucketIsReadBackListedRestoredAndPruned(t *testing.T) {
	s := newStorage(t)
	o := newOffice(t, storetest.Engines()[0])
	var made []backup.Made
	for range 3 {
		job := o.job(t, t.TempDir())
		job.To, job.KeysTo = s.place(t, "s3://backups/ba"), s.place(t, backup.Beside("s3://backups/ba"))
		made = append(made, must(job.Run(t.Context()))(t))
	}
	p := s.place(t, "s3://backups/ba")
	id := must(o.Installation(t.Context()))(t).ID
	ok(t, backup.Prune(t.Context(), p, id, 2))
	items := must(backup.All(t.Context(), p))(t)
	if len(items) != 2 || items[1].Size != made[2].Size {
		t.Fatalf("in the bucket: %+v", items)
	}
	if taken := must(backup.Newest(t.Context(), p, id))(t); taken.Unix() != made[2].Head.TakenAt.Unix() {
		t.Errorf("the newest is of %s", taken)
	}
	keys := must(s.place(t, "s3://backups/ba/keyring").Open(t.Context(), backup.KeyringName(id)))(t)
	_, copied, err := backup.ReadKeys(t.Context(), keys, storetest.Master(t))
	ok(t, err)
	r := restore(t, storetest.Engines()[0].URL(t), o)
	r.Keys = copied
	file := must(p.Open(t.Context(), items[1].Name))(t)
	defer file.Close()
	must(r.Run(t.Context(), file))(t)
	_, err = p.Open(t.Context(), "ba-nothing.babackup")
	refused(t, err, ba.NotFound, "no such object")
	left := must(filepath.Glob(filepath.Join(p.Drafts(), ".*")))(t)
	if len(left) > 0 {
		t.Errorf("drafts are left: %v", left)
	}
}

func TestABackupThatABucketGivesBackChangedDoesNotCount(t *testing.T) {
	s := newStorage(t)
	s.spoil.Store(true)
	o := newOffice(t, storetest.Engines()[0])
	job := o.job(t, t.TempDir())
	job.To = s.place(t, "s3://backups")
	_, err := job.Run(t.Context())
	refused(t, err, ba.Internal, "did not read back")
	if items := must(backup.All(t.Context(), job.To))(t); len(items) != 0 {
		t.Errorf("it has a name: %v", items)
	}
}

func TestALargeFileIsSentInParts(t *testing.T) {
	s := newStorage(t)
	content := make([]byte, 12<<20)
	_, _ = rand.Read(content)
	draft := filepath.Join(t.TempDir(), "draft")
	ok(t, os.WriteFile(draft, content, 0o600))
	p := backup.SmallParts(s.place(t, "s3://backups/deep/prefix/"))
	ok(t, p.Keep(t.Context(), draft, "x", false))
	r := must(p.Open(t.Context(), "x"))(t)
	defer r.Close()
	if got := must(io.ReadAll(r))(t); !bytes.Equal(got, content) || s.parts.Load() != 3 {
		t.Errorf("%d bytes in %d parts", len(got), s.parts.Load())
	}
	ok(t, os.WriteFile(draft, content[:10], 0o600))
	refused(t, p.Keep(t.Context(), draft, "x", false), ba.Conflict, "already")
	ok(t, p.Keep(t.Context(), draft, "x", true))
}

func TestAStorageThatRefusesSaysWhatToCorrect(t *testing.T) {
	s := newStorage(t)
	_, err := s.place(t, "s3://elsewhere").List(t.Context(), "ba-")
	refused(t, err, ba.Unavailable, "does not exist")
	s.s3.SecretKey = "another-fixture"
	_, err = s.place(t, "s3://backups").List(t.Context(), "ba-")
	refused(t, err, ba.Unavailable, "refuses the access key")
	for _, where := range []string{"", "s3://", "s3://user@backups", "s3://backups?x=1"} {
		_, err := backup.At(where, s.s3, "")
		refused(t, err, ba.Invalid, "")
	}
}
