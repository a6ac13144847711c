package library_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/library"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

func TestOriginalsOfAnyLengthComeBackUnchanged(t *testing.T) {
	const piece = 256 << 10
	d := newDesk(t)
	for _, n := range []int{0, 1, piece - 1, piece, piece + 1, 4 * piece, 5*piece + 7} {
		content := bytes.Repeat([]byte{'a', 0, 'b', byte(n)}, n/4+1)[:n]
		doc := d.upload("file.bin", content)
		if doc.Size != int64(n) || d.original(doc.ID, 1) != string(content) {
			t.Errorf("%d bytes: the original has %d or changed", n, doc.Size)
		}
	}
}

func TestAFileOverTheLimitIsRefusedWhileItStreamsAndLeavesNothing(t *testing.T) {
	d := newDesk(t, func(deps *library.Deps) { deps.MaxUpload = 1_000_000 })
	d.upload("at-the-limit.bin", make([]byte, 1_000_000))
	endless := &counter{}
	_, err := d.Upload(t.Context(), d.actor, d.project, "endless.bin", endless)
	if ba.KindOf(err) != ba.TooLarge || ba.CodeOf(err) != "document_too_large" || !strings.Contains(ba.Explain(err), "1 MB") {
		t.Errorf("%v", err)
	}
	if endless.n > 2_000_000 {
		t.Errorf("%d bytes were read of a file over the limit", endless.n)
	}
	list, err := d.List(t.Context(), d.actor, d.project, ba.Page{})
	if err != nil || len(list.Items) != 1 {
		t.Errorf("%d documents, %v", len(list.Items), err)
	}
}

// counter is an endless file.
type counter struct{ n int }

func (c *counter) Read(p []byte) (int, error) {
	c.n += len(p)
	return len(p), nil
}

func TestAnUploadThatBreaksOffLeavesNothing(t *testing.T) {
	d := newDesk(t)
	broken := io.MultiReader(bytes.NewReader(make([]byte, 600_000)), iotest.ErrReader(errors.New("connection reset")))
	if _, err := d.Upload(t.Context(), d.actor, d.project, "broken.bin", broken); ba.KindOf(err) != ba.Invalid {
		t.Errorf("%v", err)
	}
	list, err := d.List(t.Context(), d.actor, d.project, ba.Page{})
	if err != nil || len(list.Items) != 0 {
		t.Errorf("%d documents, %v", len(list.Items), err)
	}
}

func TestANameKeepsItsLastPartOnly(t *testing.T) {
	d := newDesk(t)
	for given, want := range map[string]string{
		`C:\Users\ada\Brief v2.docx`: "Brief v2.docx", "../../etc/passwd": "passwd", "a\x00b\n\u202Efdp.txt": "abfdp.txt", "plan.md": "plan.md",
	} {
		if doc := d.upload(given, []byte("x")); doc.Filename != want {
			t.Errorf("%q became %q, want %q", given, doc.Filename, want)
		}
	}
	for _, name := range []string{"", "/", ".", "\x01"} {
		if _, err := d.Upload(t.Context(), d.actor, d.project, name, strings.NewReader("x")); ba.KindOf(err) != ba.Invalid {
			t.Errorf("the name %q: %v", name, err)
		}
	}
}

func TestOnlyThoseWhoMayWriteUpload(t *testing.T) {
	d := newDesk(t)
	viewer := storetest.User(t, d.db, "vic")
	storetest.Member(t, d.db, d.actor, d.project, viewer, ba.RoleViewer)
	readOnly := d.actor
	readOnly.Access = ba.AccessRead
	stranger := storetest.User(t, d.db, "eve")
	for name, c := range map[string]struct {
		who  ba.Actor
		want ba.Kind
	}{"viewer": {viewer, ba.Forbidden}, "token that reads": {readOnly, ba.Forbidden}, "stranger": {stranger, ba.NotFound}} {
		if _, err := d.Upload(t.Context(), c.who, d.project, "x.txt", strings.NewReader("x")); ba.KindOf(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestUploadsThatWereGivenUpAreSwept(t *testing.T) {
	now := time.Now()
	db := storetest.New(t, func(o *store.Options) { o.Clock = func() time.Time { return now } })
	a := storetest.User(t, db, "ada")
	project := storetest.Project(t, db, a, "Payments")
	left := ba.Document{ID: ba.NewID[ba.DocumentID](), Project: project, Filename: "left.bin", Version: 1}
	if _, err := db.BeginUpload(t.Context(), a, left); err != nil {
		t.Fatal(err)
	}
	now = now.Add(2 * time.Hour)
	d := openDesk(t, db, a, project, func(deps *library.Deps) { deps.Clock = func() time.Time { return now } })
	d.run()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for range 1000 {
		if err := db.AppendPieces(t.Context(), left, []ba.Piece{{Seq: 0, Last: true, Data: []byte("x")}}); ba.KindOf(err) == ba.Conflict {
			return
		} else if err != nil {
			t.Fatal(err)
		}
		<-tick.C
	}
	t.Error("the upload is still there")
}
