package extract_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/internal/extract"
	"github.com/ba-assistant/ba-assistant/internal/extract/extracttest"
)

// Children that misbehave, by their verb.
var badChildren = map[string]func(){
	"child-that-hangs": func() { select {} },
	"child-that-dies":  func() { killSelf(); select {} },
	"child-that-ends":  func() {},
	"child-that-panics": func() {
		io.Copy(io.Discard, os.Stdin)
		extract.Detect(nil, strings.Repeat("secret", 1)) // something of ours on the stack of the report
		panic("secret text of the document")
	},
	"child-that-talks": func() {
		for range 1000 {
			fmt.Print("this is no frame but the secret text of the document")
		}
	},
	"child-that-floods": func() {
		for {
			frame(map[string]any{"block": map[string]any{"kind": "paragraph", "text": strings.Repeat("x", 8000), "locator": map[string]any{}}})
		}
	},
	"child-that-lies": func() {
		frame(map[string]any{"block": map[string]any{"kind": "paragraph", "text": strings.Repeat("x", 1_000_000), "locator": map[string]any{}}})
	},
	"child-that-eats": func() {
		var eaten [][]byte
		for {
			b := make([]byte, 8<<20)
			for i := 0; i < len(b); i += 4096 {
				b[i] = 1
			}
			eaten = append(eaten, b)
			_ = eaten
		}
	},
	"child-with-a-child": func() {
		// The grandchild holds the pipe: it reaches its end when both are dead.
		self, err := os.Executable()
		if err != nil {
			os.Exit(9)
		}
		cmd := exec.Command(self, "child-that-hangs")
		cmd.Stdout = os.Stdout
		if err := cmd.Start(); err != nil {
			os.Exit(9)
		}
		frame(map[string]any{"block": map[string]any{"kind": "paragraph", "text": fmt.Sprint(cmd.Process.Pid), "locator": map[string]any{}}})
		select {}
	},
	"child-that-looks-around": func() {
		files, _ := os.ReadDir("/proc/self/fd")
		dir, _ := os.Getwd()
		text := fmt.Sprintf("environment %q, arguments %q, folder %s", os.Environ(), os.Args[1:], dir)
		frame(map[string]any{"block": map[string]any{"kind": "paragraph", "text": text, "locator": map[string]any{}}})
		for _, f := range files {
			if target, err := os.Readlink("/proc/self/fd/" + f.Name()); err == nil {
				frame(map[string]any{"block": map[string]any{"kind": "note", "text": target, "locator": map[string]any{}}})
			}
		}
		io.Copy(io.Discard, os.Stdin)
		frame(map[string]any{"outcome": map[string]any{"result": map[string]any{"blocks": 1}}})
	},
}

// frame writes a frame as the protocol has it.
func frame(v any) {
	data, err := json.Marshal(v)
	if err != nil {
		os.Exit(8)
	}
	var head [4]byte
	binary.BigEndian.PutUint32(head[:], uint32(len(data)))
	if _, err := os.Stdout.Write(append(head[:], data...)); err != nil {
		os.Exit(7)
	}
}

func killSelf() {
	if self, err := os.FindProcess(os.Getpid()); err == nil {
		_ = self.Kill()
	}
}

// limited is a supervisor of a child with little time and memory.
func limited(t testing.TB, verb string) *extract.Supervisor {
	s := supervisor(t)
	s.Args = []string{verb}
	s.Timeout = 500 * time.Millisecond
	return s
}

func TestAChildThatMisbehavesIsEndedWithAReason(t *testing.T) {
	for verb, want := range map[string]extract.Reason{
		"child-that-hangs":  extract.TooSlow,
		"child-that-ends":   extract.Crashed,
		"child-that-panics": extract.Crashed,
		"child-that-talks":  extract.Crashed,
		"child-that-floods": extract.Crashed,
		"child-that-lies":   extract.Crashed,
		"child-that-eats":   extract.TooMuchMemory,
	} {
		t.Run(verb, func(t *testing.T) {
			s := limited(t, verb)
			s.MemoryMB = 200
			if verb != "child-that-hangs" {
				s.Timeout = 20 * time.Second
			}
			got := supervised(t, s, "x.txt", []byte("secret text of the document"))
			if reason := extract.ReasonOf(got.err); reason != want {
				t.Errorf("%s (%v), want %s", reason, got.err, want)
			}
			if strings.Contains(fmt.Sprint(got.err), "secret") {
				t.Errorf("the error quotes the document: %v", got.err)
			}
			if got.res.PeakMemory > 400<<20 {
				t.Errorf("the child used %d MB", got.res.PeakMemory>>20)
			}
		})
	}
}

func TestAChildKilledFromOutsideIsNoFaultOfTheDocument(t *testing.T) {
	got := supervised(t, limited(t, "child-that-dies"), "x.txt", []byte("text"))
	if got.err == nil || extract.ReasonOf(got.err) != "" {
		t.Errorf("%v", got.err)
	}
}

func TestAnythingThatTheChildStartedDiesWithIt(t *testing.T) {
	got := supervised(t, limited(t, "child-with-a-child"), "x.txt", []byte("text"))
	if extract.ReasonOf(got.err) != extract.TooSlow || len(got.blocks) != 1 {
		t.Fatalf("%v, %d blocks", got.err, len(got.blocks))
	}
	args, err := os.ReadFile("/proc/" + got.blocks[0].Text + "/cmdline")
	if err == nil && bytes.Contains(args, []byte("child-that-hangs")) {
		t.Errorf("process %s lives on", got.blocks[0].Text)
	}
}

func TestTheChildSeesNothingOfTheService(t *testing.T) {
	t.Setenv("MASTER_KEY", "of-the-service")
	secret, err := os.CreateTemp(t.TempDir(), "open")
	if err != nil {
		t.Fatal(err)
	}
	defer secret.Close()
	s := supervisor(t)
	s.Args = []string{"child-that-looks-around"}
	got := supervised(t, s, "confidential name.txt", []byte("text"))
	if got.err != nil || len(got.blocks) == 0 {
		t.Fatalf("%v, %d blocks", got.err, len(got.blocks))
	}
	all := wholeText(got.blocks)
	for _, seen := range []string{"of-the-service", "MASTER_KEY", "PATH=", "HOME=", "confidential", secret.Name()} {
		if strings.Contains(all, seen) {
			t.Errorf("the child sees %q:\n%s", seen, all)
		}
	}
}

func TestErrorsOfTheCallerComeBackAsTheyAre(t *testing.T) {
	mine := errors.New("mine")
	data := []byte(strings.Repeat("A line of text.\n\n", 10_000))
	var r reading
	full := input("x.txt", data, &r)
	full.Block = func(extract.Block) error { return mine }
	if _, err := supervisor(t).Extract(t.Context(), full); !errors.Is(err, mine) || extract.ReasonOf(err) != "" {
		t.Errorf("of Block: %v", err)
	}
	cut := input("x.txt", data, &r)
	cut.Pieces = func(yield func([]byte, error) bool) { _ = yield(data[:1000], nil) && yield(nil, mine) }
	if _, err := supervisor(t).Extract(t.Context(), cut); !errors.Is(err, mine) {
		t.Errorf("of Pieces: %v", err)
	}
	short := input("x.txt", data, &r)
	short.Size++
	if _, err := supervisor(t).Extract(t.Context(), short); err == nil || extract.ReasonOf(err) != "" {
		t.Errorf("a wrong size: %v", err)
	}
}

func TestTheEndOfTheContextEndsTheChild(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := limited(t, "child-with-a-child")
	s.Timeout = time.Minute
	var r reading
	in := input("x.txt", []byte("text"), &r)
	in.Block = func(extract.Block) error { cancel(); return nil }
	begun := time.Now()
	if _, err := s.Extract(ctx, in); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if took := time.Since(begun); took > 20*time.Second {
		t.Errorf("it took %s", took)
	}
}

func TestTheTimeOfTheCallerDoesNotCount(t *testing.T) {
	s := supervisor(t)
	s.Timeout = 2 * time.Second
	var r reading
	in := input("x.txt", []byte("One.\n\nTwo."), &r)
	in.Block = func(b extract.Block) error {
		r.blocks = append(r.blocks, b)
		<-time.After(s.Timeout * 3 / 4) // the store is slow today
		return nil
	}
	if _, err := s.Extract(t.Context(), in); err != nil || len(r.blocks) != 2 {
		t.Errorf("%v, %d blocks", err, len(r.blocks))
	}
}

func TestALimitOfMemoryHoldsForRealDocuments(t *testing.T) {
	s := supervisor(t)
	s.MemoryMB = 40
	got := supervised(t, s, "big.txt", bytes.Repeat([]byte("A line of text that is long enough.\n"), 2<<20))
	if extract.ReasonOf(got.err) != extract.TooMuchMemory {
		t.Errorf("%v, %d MB", got.err, got.res.PeakMemory>>20)
	}
}

func TestALimitOfTimeHoldsForRealDocuments(t *testing.T) {
	s := supervisor(t)
	s.Timeout = time.Millisecond
	got := supervised(t, s, "big.txt", bytes.Repeat([]byte("A line of text that is long enough.\n"), 1<<20))
	if extract.ReasonOf(got.err) != extract.TooSlow {
		t.Errorf("%v after %s", got.err, got.took)
	}
}

func TestADocumentOverTheLimitStartsNoChild(t *testing.T) {
	s := &extract.Supervisor{Exe: "/nonexistent"}
	_, err := s.Extract(t.Context(), extract.Input{Name: "x.txt", Size: extract.MaxDocument + 1})
	if extract.ReasonOf(err) != extract.TooLarge {
		t.Errorf("%v", err)
	}
	if _, err := s.Extract(t.Context(), extract.Input{Name: "x.txt"}); err == nil || extract.ReasonOf(err) != "" {
		t.Errorf("without a program: %v", err)
	}
}

func TestTheChildFindsWhatTheReadersFind(t *testing.T) {
	for name, data := range map[string][]byte{
		"a.pdf":  extracttest.PDF(t, "# Scope\nThe kiosk prints a receipt.", ""),
		"b.docx": extracttest.DOCX(t, "# Scope", "Id | Text", "R1 | The kiosk prints."),
		"c.xlsx": extracttest.XLSX(t, "Reqs", []string{"Id", "Text"}, []string{"R1", "The kiosk prints."}),
		"d.docx": extracttest.DOCX(t, "cut")[:300],
	} {
		want, got := inProcess(t, name, data), supervised(t, supervisor(t), name, data)
		if fmt.Sprint(got.blocks) != fmt.Sprint(want.blocks) || extract.ReasonOf(got.err) != extract.ReasonOf(want.err) {
			t.Errorf("%s: %v, %v, want %v, %v", name, got.blocks, got.err, want.blocks, want.err)
		}
		if fmt.Sprint(got.res.Notes(), got.res.Pages, got.res.Format) != fmt.Sprint(want.res.Notes(), want.res.Pages, want.res.Format) {
			t.Errorf("%s: %+v, want %+v", name, got.res, want.res)
		}
	}
}

func TestABrokenCacheIsMadeAnew(t *testing.T) {
	if err := supervisor(t).Warm(t.Context()); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(cacheDir(t))); err != nil {
		t.Fatal(err)
	}
	eachFile(t, dir, func(path string) {
		if info, err := os.Stat(path); err != nil || os.Truncate(path, info.Size()/2) != nil {
			t.Errorf("cut %s: %v", path, err)
		}
	})
	s := supervisor(t)
	s.CacheDir = dir
	for range 2 {
		got := supervised(t, s, "a.pdf", extracttest.PDF(t, "The kiosk prints a receipt."))
		if got.err != nil || len(got.blocks) != 1 {
			t.Errorf("%v, %d blocks", got.err, len(got.blocks))
		}
		if got.res.PeakMemory > 150<<20 {
			t.Errorf("the cache was not used: %d MB", got.res.PeakMemory>>20)
		}
	}
}

func TestNothingOfADocumentLiesOnTheDisk(t *testing.T) {
	marker := "wombat" + "receipt"
	if got := supervised(t, supervisor(t), "a.pdf", extracttest.PDF(t, marker)); got.err != nil || got.blocks[0].Text != marker {
		t.Fatalf("%v", got.err)
	}
	eachFile(t, cacheDir(t), func(path string) {
		data, err := os.ReadFile(path)
		if err != nil || bytes.Contains(data, []byte(marker)) {
			t.Errorf("%s holds the text (%v)", path, err)
		}
	})
}

// eachFile calls f with the files below dir, of which there must be some.
func eachFile(t *testing.T, dir string, f func(path string)) {
	t.Helper()
	n := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			n++
			f(path)
		}
		return err
	})
	if err != nil || n == 0 {
		t.Fatalf("%d files in %s, %v", n, dir, err)
	}
}
