package sse_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/ba-assistant/ba-assistant/internal/sse"
)

// readAll returns the events of a stream, and the error that ended it.
func readAll(r *sse.Reader) ([]sse.Event, error) {
	var events []sse.Event
	for {
		e, err := r.Next()
		if errors.Is(err, io.EOF) {
			return events, nil
		}
		if err != nil {
			return events, err
		}
		events = append(events, e)
	}
}

// The examples are those of the standard (WHATWG HTML, section 9.2.6), and its
// corners.
func TestAStreamIsReadAsTheStandardSays(t *testing.T) {
	message := func(data string) sse.Event { return sse.Event{Name: "message", Data: data} }
	for name, c := range map[string]struct {
		stream string
		want   []sse.Event
	}{
		"three lines of data":            {"data: YHOO\ndata: +2\ndata: 10\n\n", []sse.Event{message("YHOO\n+2\n10")}},
		"comment, ids and empty":         {": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n", []sse.Event{{ID: "1", Name: "message", Data: "first event"}, message("second event")}},
		"empty data, two lines, no end":  {"data\n\ndata\ndata\n\ndata:", []sse.Event{message(""), message("\n")}},
		"one space is dropped":           {"data:test\n\ndata: test\n\ndata:  test\n\n", []sse.Event{message("test"), message("test"), message(" test")}},
		"names":                          {"event: add\ndata: 1\n\nevent: remove\ndata: 2\n\ndata: 3\n\n", []sse.Event{{Name: "add", Data: "1"}, {Name: "remove", Data: "2"}, message("3")}},
		"an id stays":                    {"id: 7\ndata: a\n\ndata: b\n\n", []sse.Event{{ID: "7", Name: "message", Data: "a"}, {ID: "7", Name: "message", Data: "b"}}},
		"an id without data counts":      {"id: 7\n\ndata: b\n\n", []sse.Event{{ID: "7", Name: "message", Data: "b"}}},
		"an id with NUL is ignored":      {"id: 7\nid: 8\x009\ndata: b\n\n", []sse.Event{{ID: "7", Name: "message", Data: "b"}}},
		"a name without data is dropped": {"event: add\n\ndata: 1\n\n", []sse.Event{message("1")}},
		"line ends of three kinds":       {"data: a\rdata: b\r\ndata: c\n\r\n", []sse.Event{message("a\nb\nc")}},
		"CR LF between events":           {"data: a\r\n\r\ndata: b\r\n\r\n", []sse.Event{message("a"), message("b")}},
		"CR alone":                       {"data: a\r\rdata: b\r\r", []sse.Event{message("a"), message("b")}},
		"a byte order mark":              {"\uFEFFdata: a\n\n\uFEFFdata: b\n\n", []sse.Event{message("a")}},
		"unknown fields":                 {"foo: bar\ndata: a\nDATA: b\n data: c\n\n", []sse.Event{message("a")}},
		"a colon in the data":            {"data: a: b\n\n", []sse.Event{message("a: b")}},
		"bytes that are no UTF-8":        {"data: a\xff\xfeb\n\n", []sse.Event{message("a\uFFFDb")}},
		"nothing":                        {"", nil},
	} {
		got, err := readAll(sse.NewReader(strings.NewReader(c.stream), 0))
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: %q (%v), want %q", name, got, err, c.want)
		}
	}
}

func TestRetryAndCommentsAreCounted(t *testing.T) {
	r := sse.NewReader(strings.NewReader(": one\n:two\nretry: 1500\nretry: +2\nretry: x\nretry: -1\nretry: 99999999999999\n\ndata: x\n\n"), 0)
	if _, err := r.Next(); err != nil || r.Comments() != 2 || r.Retry() != 1500*time.Millisecond {
		t.Errorf("%d comments, retry %v (%v)", r.Comments(), r.Retry(), err)
	}
}

func TestAnEventIsHandedOverAsSoonAsItsLastByteIsThere(t *testing.T) {
	for _, end := range []string{"\n\n", "\r\r", "\r\n\r\n", "\r\n\n"} {
		pr, pw := io.Pipe()
		got := make(chan sse.Event)
		go func() {
			e, _ := sse.NewReader(pr, 0).Next()
			got <- e
		}()
		if _, err := io.WriteString(pw, "data: now"+end); err != nil {
			t.Fatal(err)
		}
		select {
		case e := <-got:
			if e.Data != "now" {
				t.Errorf("%q: %+v", end, e)
			}
		case <-time.After(10 * time.Second):
			t.Fatalf("%q: the event is held back", end)
		}
		pw.Close()
	}
}

func TestAnEventOverTheLimitEndsTheReading(t *testing.T) {
	for name, stream := range map[string]string{
		"a line without an end": "data: " + strings.Repeat("x", 5000),
		"many lines":            strings.Repeat("data: xxxxxxxx\n", 500),
		"a long comment":        ":" + strings.Repeat("x", 5000) + "\n\n",
	} {
		r := sse.NewReader(strings.NewReader(stream), 1000)
		_, err := r.Next()
		if _, again := r.Next(); !errors.Is(err, sse.ErrTooLarge) || !errors.Is(again, sse.ErrTooLarge) {
			t.Errorf("%s: %v, then %v", name, err, again)
		}
	}
	small := strings.Repeat("data: "+strings.Repeat("x", 900)+"\n\n", 100)
	if got, err := readAll(sse.NewReader(strings.NewReader(small), 1000)); err != nil || len(got) != 100 {
		t.Errorf("events within the limit: %d, %v", len(got), err)
	}
}

func TestAnErrorOfTheSourceComesAfterTheEventsBeforeIt(t *testing.T) {
	broken := errors.New("the line is dead")
	r := sse.NewReader(io.MultiReader(strings.NewReader("data: a\n\ndata: b"), iotest.ErrReader(broken)), 0)
	if e, err := r.Next(); err != nil || e.Data != "a" {
		t.Errorf("%+v, %v", e, err)
	}
	for range 2 {
		if _, err := r.Next(); !errors.Is(err, broken) {
			t.Errorf("error %v", err)
		}
	}
	if _, err := sse.NewReader(idle{}, 0).Next(); !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("a source that gives nothing: %v", err)
	}
}

type idle struct{}

func (idle) Read([]byte) (int, error) { return 0, nil }

func TestWhatIsWrittenIsFlushedWithTheHeadersOfAStream(t *testing.T) {
	flushed := make(chan string)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip") // something upstream meant well
		out, err := sse.NewWriter(w)
		if err != nil {
			t.Error(err)
			return
		}
		for text := range flushed {
			if err := errors.Join(out.Event("7", "delta", []byte(text)), out.Comment("alive")); err != nil {
				t.Error(err)
			}
		}
	}))
	defer server.Close()
	res, err := http.Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	for name, want := range map[string]string{"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "private, no-store, no-transform", "X-Accel-Buffering": "no", "Content-Encoding": "", "Content-Length": ""} {
		if got := res.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if len(res.TransferEncoding) > 0 {
		t.Errorf("the stream is sent in the encoding %s, for which proxies wait", res.TransferEncoding)
	}
	r := sse.NewReader(res.Body, 0)
	for i := range 3 { // each is read before the next is written
		text := fmt.Sprintf("part %d\nof two lines", i)
		flushed <- text
		if e, err := r.Next(); err != nil || e != (sse.Event{ID: "7", Name: "delta", Data: text}) {
			t.Fatalf("%+v, %v", e, err)
		}
	}
	close(flushed)
	if _, err := r.Next(); !errors.Is(err, io.EOF) || r.Comments() != 3 {
		t.Errorf("at the end: %v, %d comments", err, r.Comments())
	}
}

func TestFieldsThatWouldBreakOutOfTheirLineAreRefused(t *testing.T) {
	for _, bad := range []string{"a\nb", "a\rb", "a\x00b"} {
		if b, err := sse.Append(nil, bad, "", nil); !errors.Is(err, sse.ErrField) || len(b) > 0 {
			t.Errorf("id %q: %q, %v", bad, b, err)
		}
		if b, err := sse.Append(nil, "", bad, nil); !errors.Is(err, sse.ErrField) || len(b) > 0 {
			t.Errorf("name %q: %q, %v", bad, b, err)
		}
	}
	out, err := sse.NewWriter(httptest.NewRecorder())
	if err != nil {
		t.Fatal(err)
	}
	if err := out.Comment("a\nb"); !errors.Is(err, sse.ErrField) {
		t.Errorf("comment: %v", err)
	}
}

func TestAConnectionThatCannotStreamIsRefusedBeforeAnythingIsWritten(t *testing.T) {
	rec := httptest.NewRecorder()
	if _, err := sse.NewWriter(struct{ http.ResponseWriter }{rec}); err == nil || rec.Body.Len() > 0 {
		t.Errorf("error %v, %d bytes", err, rec.Body.Len())
	}
}

func TestAWriteToAClientThatLeftIsAnError(t *testing.T) {
	failed := make(chan error)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		out, err := sse.NewWriter(w)
		<-r.Context().Done()
		for range 1000 {
			if err == nil {
				err = out.Event("", "", make([]byte, 1<<16))
			}
		}
		failed <- err
	}))
	defer server.Close()
	res, err := http.Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if err := <-failed; err == nil {
		t.Error("the writer noticed nothing")
	}
}

// However a stream is cut, the events are the same; and what was written from
// what was read is read as the same again.
func FuzzSSE(f *testing.F) {
	for _, seed := range []string{"data: a\n\n", "id: 1\nevent: x\ndata: a\rdata: b\r\n\r\n", "\uFEFF: c\nretry: 5\ndata\n\n", "data: \xff\n\nid: \x00\ndata: b\n\n", "event:\ndata: " + strings.Repeat("x", 300) + "\n\n"} {
		f.Add([]byte(seed), uint8(3))
	}
	f.Fuzz(func(t *testing.T, stream []byte, cut uint8) {
		const limit = 200
		whole, err := readAll(sse.NewReader(bytes.NewReader(stream), limit))
		pieces, cutErr := readAll(sse.NewReader(&pieces{stream, 1 + int(cut)%7}, limit))
		if !slices.Equal(whole, pieces) || (err == nil) != (cutErr == nil) {
			t.Fatalf("cut into pieces: %q (%v), whole: %q (%v)", pieces, cutErr, whole, err)
		}
		var out []byte
		// The standard lets a name hold NUL; the writer is stricter.
		whole = slices.DeleteFunc(whole, func(e sse.Event) bool { return strings.Contains(e.Name, "\x00") })
		for _, e := range whole {
			if len(e.Data) > limit {
				t.Fatalf("an event of %d bytes", len(e.Data))
			}
			if out, err = sse.Append(out, e.ID, e.Name, []byte(e.Data)); err != nil {
				t.Fatalf("%+v cannot be written: %v", e, err)
			}
		}
		again, err := readAll(sse.NewReader(bytes.NewReader(out), 0))
		if err != nil || len(again) != len(whole) {
			t.Fatalf("written and read again: %q (%v), want %q", again, err, whole)
		}
		for i := range again {
			if again[i].Name != whole[i].Name || again[i].Data != whole[i].Data || whole[i].ID != "" && again[i].ID != whole[i].ID {
				t.Fatalf("written and read again: %q, want %q", again[i], whole[i])
			}
		}
	})
}

// pieces gives a stream in pieces of n bytes.
type pieces struct {
	rest []byte
	n    int
}

func (p *pieces) Read(b []byte) (int, error) {
	if len(p.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(b, p.rest[:min(p.n, len(p.rest))])
	p.rest = p.rest[n:]
	return n, nil
}

func BenchmarkWrite(b *testing.B) {
	out, err := sse.NewWriter(httptest.NewRecorder())
	if err != nil {
		b.Fatal(err)
	}
	data := []byte(strings.Repeat(`{"delta":"some words "}`, 8))
	for b.Loop() {
		if err := out.Event("1234567", "delta", data); err != nil {
			b.Fatal(err)
		}
	}
}
