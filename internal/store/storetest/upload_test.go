package storetest_test

import (
	"bytes"
	"iter"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

// read returns the bytes of an original, and the error that ended it.
func read(pieces iter.Seq2[[]byte, error]) ([]byte, error) {
	var all []byte
	for piece, err := range pieces {
		if err != nil {
			return all, err
		}
		all = append(all, piece...)
	}
	return all, nil
}

// begin makes room for the next version of a document.
func begin(t testing.TB, m team, id ba.DocumentID, version int) ba.Document {
	t.Helper()
	return must(m.db.BeginUpload(t.Context(), m.editor, ba.Document{ID: id, Project: m.project, Filename: "spec.pdf", Version: version}))(t)
}

func piece(seq int, last bool, text string) []ba.Piece {
	return []ba.Piece{{Seq: seq, Last: last, Data: []byte(text)}}
}

func TestAnOriginalComesBackByteForByte(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		m := newTeam(t, e.New(t))
		db, ctx := m.db, t.Context()
		d := begin(t, m, ba.NewID[ba.DocumentID](), 1)
		var want []byte
		for seq := range 11 { // more than are read at a time
			data := bytes.Repeat([]byte{byte(seq), 0, 0xff}, 1000+seq)
			ok(t, db.AppendPieces(ctx, d, []ba.Piece{{Seq: seq, Last: seq == 10, Data: data}}))
			want = append(want, data...)
		}
		if list := must(db.Documents(ctx, m.viewer, m.project, ba.Page{}))(t); len(list.Items) != 0 {
			t.Errorf("an upload that runs is listed: %+v", list)
		}
		_, err := db.Document(ctx, m.editor, d.ID)
		refused(t, "a document whose upload runs", err, ba.NotFound)
		d = must(db.FinishUpload(ctx, m.editor, d, int64(len(want))))(t)
		if d.Status != ba.DocumentProcessing || d.Size != int64(len(want)) || d.Version != 1 || d.Filename != "spec.pdf" || d.CreatedBy != m.editor.User {
			t.Errorf("document %+v", d)
		}
		if got := must(read(db.Pieces(ctx, m.viewer, d.ID, 1)))(t); !bytes.Equal(got, want) {
			t.Errorf("%d bytes came back, want %d", len(got), len(want))
		}
		job := storetest.Claim(t, db, d.ID)
		if got := must(read(db.JobPieces(ctx, job)))(t); !bytes.Equal(got, want) {
			t.Errorf("the worker got %d bytes, want %d", len(got), len(want))
		}
		_, err = read(db.Pieces(ctx, m.stranger, d.ID, 1))
		refused(t, "a stranger reads the original", err, ba.NotFound)
		for range db.Pieces(ctx, m.viewer, d.ID, 1) {
			break // a reader may leave early
		}
	})
}

func TestAnEmptyOriginalIsOneEmptyPiece(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		m := newTeam(t, e.New(t))
		d := storetest.Upload(t, m.db, m.editor, m.project, "empty.txt", nil)
		if got := must(read(m.db.Pieces(t.Context(), m.editor, d.ID, 1)))(t); len(got) != 0 {
			t.Errorf("%d bytes", len(got))
		}
	})
}

func TestAnUploadThatIsNotWholeIsNotFinished(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		m := newTeam(t, e.New(t))
		db, ctx := m.db, t.Context()
		for name, pieces := range map[string][][]ba.Piece{
			"no piece":       nil,
			"no last piece":  {piece(0, false, "a")},
			"a gap":          {piece(0, false, "a"), piece(2, true, "c")},
			"no first piece": {piece(1, true, "b")},
			"two last":       {piece(0, true, "a"), piece(1, true, "b")},
		} {
			d := begin(t, m, ba.NewID[ba.DocumentID](), 1)
			for _, p := range pieces {
				ok(t, db.AppendPieces(ctx, d, p))
			}
			_, err := db.FinishUpload(ctx, m.editor, d, 1)
			refused(t, name, err, ba.Invalid)
		}
	})
}

func TestAnUploadThatWasGivenUpLeavesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		clock := storetest.NewClock()
		db, url := e.NewAt(t, clock.Set)
		m, ctx := newTeam(t, db), t.Context()
		before := counts(t, url)
		d := begin(t, m, ba.NewID[ba.DocumentID](), 1)
		ok(t, db.AppendPieces(ctx, d, piece(0, true, "x")))
		ok(t, db.AbortUpload(ctx, d))
		refused(t, "a piece of it", db.AppendPieces(ctx, d, piece(1, true, "y")), ba.Conflict)
		_, err := db.FinishUpload(ctx, m.editor, d, 1)
		refused(t, "its end", err, ba.Invalid)

		stale := begin(t, m, ba.NewID[ba.DocumentID](), 1)
		ok(t, db.AppendPieces(ctx, stale, piece(0, false, "x")))
		whole := storetest.Upload(t, db, m.editor, m.project, "whole.txt", []byte("whole"))
		next := begin(t, m, whole.ID, 2)
		clock.Add(anHour)
		ok(t, db.AppendPieces(ctx, next, piece(0, false, "x"))) // still alive
		ok(t, db.SweepUploads(ctx, clock.Now().Add(-time.Minute)))
		refused(t, "a piece of a stale upload", db.AppendPieces(ctx, stale, piece(1, true, "y")), ba.Conflict)
		ok(t, db.AppendPieces(ctx, next, piece(1, true, "y")))
		clock.Add(anHour)
		ok(t, db.SweepUploads(ctx, clock.Now().Add(-time.Minute)))
		after := counts(t, url)
		for table, more := range map[string]int{"documents": 1, "document_versions": 1, "pieces": 1} {
			if after[table] != before[table]+more {
				t.Errorf("%s: %d rows, want %d", table, after[table], before[table]+more)
			}
		}
		if got := must(read(db.Pieces(ctx, m.editor, whole.ID, 1)))(t); string(got) != "whole" {
			t.Errorf("the version before became %q", got)
		}
	})
}

func TestANewVersionReplacesTheOldAndKeepsIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		m := newTeam(t, e.New(t))
		db, ctx := m.db, t.Context()
		d, old := storetest.Document(t, db, m.editor, m.project, "spec.txt", "The old invoice.")
		for _, wrong := range []int{0, 2 + 1, 1} {
			id := d.ID
			_, err := db.BeginUpload(ctx, m.editor, ba.Document{ID: id, Project: m.project, Filename: "x", Version: wrong})
			refused(t, "a version that is not the next", err, ba.Conflict)
		}
		_, err := db.BeginUpload(ctx, m.editor, ba.Document{ID: ba.NewID[ba.DocumentID](), Project: m.project, Version: 2})
		refused(t, "a new version of nothing", err, ba.NotFound)
		first := begin(t, m, d.ID, 2)
		_, err = db.BeginUpload(ctx, m.editor, ba.Document{ID: d.ID, Project: m.project, Version: 2})
		refused(t, "two uploads of one version", err, ba.Conflict)
		ok(t, db.AbortUpload(ctx, first))

		d2 := storetest.UploadVersion(t, db, m.owner, d, "spec-2.txt", []byte("second"))
		if d2.Version != 2 || d2.Filename != "spec-2.txt" || d2.Status != ba.DocumentProcessing || !d2.CreatedAt.Equal(d.CreatedAt) {
			t.Errorf("document %+v", d2)
		}
		sameItems(t, "while the new text is extracted", search(t, db, m.viewer, m.project, "invoice"), []string{"The old invoice."})
		storetest.Extract(t, db, d2, "The new invoice.")
		sameItems(t, "afterwards", search(t, db, m.viewer, m.project, "invoice"), []string{"The new invoice."})
		if p := must(db.Passage(ctx, m.viewer, old[0].ID))(t); p.Text != "The old invoice." || p.Version != 1 {
			t.Errorf("a cited passage became %+v", p)
		}
		versions := must(db.Versions(ctx, m.viewer, d.ID))(t)
		if len(versions) != 2 || versions[0].Version != 2 || versions[1].Filename != "spec.txt" || versions[1].Status != ba.DocumentReady {
			t.Errorf("versions %+v", versions)
		}
		if got := must(read(db.Pieces(ctx, m.viewer, d.ID, 1)))(t); string(got) != "original of spec.txt" {
			t.Errorf("the first original is %q", got)
		}
	})
}

func TestAnOriginalThatWasCutOrAlteredIsNotHandedOut(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		const ofSeq = "(SELECT o.data FROM pieces o WHERE o.document_id = pieces.document_id AND o.version = 1 AND o.seq = "
		const first = " AND document_id = $1 AND version = 1"
		db, url := e.NewAt(t)
		m, raw, ctx := newTeam(t, db), storetest.Raw(t, url), t.Context()
		for name, harm := range map[string]string{
			"the last piece is gone":               "DELETE FROM pieces WHERE seq = 2" + first,
			"the end was moved forward":            "UPDATE pieces SET last = 1 WHERE seq = 1" + first,
			"the end, and all after it":            "UPDATE pieces SET last = 1 - last WHERE seq > 0" + first,
			"a piece in the middle is gone":        "DELETE FROM pieces WHERE seq = 1" + first,
			"a piece was doubled over another":     "UPDATE pieces SET data = " + ofSeq + "0) WHERE seq = 1" + first,
			"two pieces were exchanged":            "UPDATE pieces SET data = " + ofSeq + "1 - pieces.seq) WHERE seq < 2" + first,
			"a byte was changed":                   "UPDATE pieces SET data = " + flipped(e) + " WHERE seq = 0" + first,
			"a piece of another version took over": "UPDATE pieces SET data = (SELECT o.data FROM pieces o WHERE o.document_id = pieces.document_id AND o.version = 2) WHERE seq = 2" + first,
			"something was to follow the end":      "UPDATE pieces SET last = 0 WHERE seq = 2" + first,
		} {
			d := begin(t, m, ba.NewID[ba.DocumentID](), 1)
			for seq := range 3 {
				ok(t, db.AppendPieces(ctx, d, piece(seq, seq == 2, "piece "+string(rune('0'+seq)))))
			}
			d = must(db.FinishUpload(ctx, m.editor, d, 21))(t)
			ok(t, db.AppendPieces(ctx, begin(t, m, d.ID, 2), piece(0, true, "piece 2")))
			must(read(db.Pieces(ctx, m.editor, d.ID, 1)))(t)
			if n := must(must(raw.ExecContext(ctx, harm, string(d.ID)))(t).RowsAffected())(t); n == 0 {
				t.Fatalf("%s: nothing was harmed", name)
			}
			if got, err := read(db.Pieces(ctx, m.editor, d.ID, 1)); err == nil {
				t.Errorf("%s: it was handed out as %q", name, got)
			}
		}
	})
}

// flipped returns the expression of data with its last byte changed.
func flipped(e storetest.Engine) string {
	if e.Name == "postgres" {
		return "set_byte(data, length(data) - 1, get_byte(data, length(data) - 1) # 1)"
	}
	return "CAST(substr(data, 1, length(data) - 1) || CASE WHEN substr(data, -1) = x'00' THEN x'01' ELSE x'00' END AS BLOB)"
}
