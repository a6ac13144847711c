// Package sealing measures the vault beside OpenSSL, and states the speed of
// a whole upload.
package sealing

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/bench/yardstick"
	"github.com/ba-assistant/ba-assistant/internal/extract"
	"github.com/ba-assistant/ba-assistant/internal/library"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
	"github.com/ba-assistant/ba-assistant/internal/testenv"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

// blocks are the sizes that are compared: OpenSSL's largest of its own choice,
// and the piece of an upload.
var blocks = []int{16 << 10, 256 << 10}

func TestSealingIsAtLeastHalfAsFastAsOpenSSL(t *testing.T) {
	openssl := testenv.Program(t, "openssl")
	ring, err := store.OpenKeyring(t.Context(), filepath.Join(t.TempDir(), "keyring.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer ring.Close()
	v, err := vault.New(t.Context(), storetest.Master(t), ring)
	if err != nil {
		t.Fatal(err)
	}
	rounds := yardstick.Pick(5, 1)
	for _, size := range blocks {
		var ours, theirs []float64
		for range rounds {
			theirs = append(theirs, opensslSpeed(t, openssl, size))
			ours = append(ours, sealSpeed(t, v, size))
		}
		yardstick.Result{What: fmt.Sprintf("sealing pieces of %d kB", size>>10), Ours: yardstick.Median(ours), Baseline: yardstick.Median(theirs),
			Unit: "MB/s", Against: "openssl speed -evp aes-256-gcm, same size", Least: 0.5}.Report(t)
	}
}

// sealSpeed returns how many megabytes are sealed in a second of the
// processor's time, garbage collection included, into memory that is used
// again, as an upload does.
func sealSpeed(t *testing.T, v *vault.Vault, size int) float64 {
	t.Helper()
	plain, buf := make([]byte, size), []byte(nil)
	ad := vault.AD{Purpose: "document piece", Row: "0190", Version: 1}
	lasts := time.Duration(yardstick.Pick(1000, 100)) * time.Millisecond
	n, begun := 0, yardstick.CPU()
	for yardstick.CPU()-begun < lasts {
		for range 16 {
			var err error
			if buf, err = v.AppendPiece(t.Context(), buf[:0], "project:bench", ad, ba.Piece{Seq: n, Data: plain}); err != nil {
				t.Fatal(err)
			}
			n++
		}
	}
	return float64(n) * float64(size) / 1e6 / (yardstick.CPU() - begun).Seconds()
}

var speedLine = regexp.MustCompile(`(?im)^aes-256-gcm\s+([\d.]+)k`)

// opensslSpeed returns the same of OpenSSL, which counts the processor's time
// too.
func opensslSpeed(t *testing.T, openssl string, size int) float64 {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), openssl, "speed", "-seconds", "1", "-bytes", strconv.Itoa(size), "-evp", "aes-256-gcm").CombinedOutput()
	if err != nil {
		t.Fatalf("openssl speed: %v\n%s", err, out)
	}
	m := speedLine.FindSubmatch(out)
	if m == nil {
		t.Fatalf("openssl speed said:\n%s", out)
	}
	kb, err := strconv.ParseFloat(string(m[1]), 64)
	if err != nil {
		t.Fatal(err)
	}
	return kb / 1000
}

// The whole path of an upload: read, cut, sealed, stored durably.
func TestTheWholeUploadIsStatedBesideIt(t *testing.T) {
	for _, e := range storetest.Engines() {
		t.Run(e.Name, func(t *testing.T) {
			db := e.New(t)
			ana := storetest.User(t, db, "ana")
			project := storetest.Project(t, db, ana, "Bench")
			lib := library.New(library.Deps{Store: db, Extractor: nobody{}, MaxUpload: 1 << 30, Instance: "bench", Clock: time.Now, Log: slog.New(slog.DiscardHandler)})
			size := yardstick.Pick(200, 8) << 20
			content := bytes.NewReader(bytes.Repeat([]byte("requirement "), size/12))
			took := yardstick.Timed(func() {
				if _, err := lib.Upload(t.Context(), ana, project, "large.txt", content); err != nil {
					t.Fatal(err)
				}
			})
			yardstick.Note("a whole upload, "+e.Name, float64(content.Size())/1e6/took.Seconds(), "MB/s")
		})
	}
}

// nobody extracts nothing: the upload alone is measured.
type nobody struct{}

func (nobody) Extract(context.Context, extract.Input) (extract.Result, error) {
	return extract.Result{}, ba.E(ba.Unavailable, "Nothing is extracted here.")
}
