package chat

import (
	"bufio"
	"context"
	"fmt"
	"iter"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/budget/budgettest"
	"github.com/ba-assistant/ba-assistant/internal/event"
	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
	"github.com/ba-assistant/ba-assistant/internal/testenv"
)

// victimDatabase tells the test binary to be the process that is killed.
const victimDatabase = "BA_CHAT_VICTIM"

// counting is a provider that counts without end, a number every millisecond,
// and prints each before it says it.
type counting struct{}

func (counting) ID() string { return "puppet" }

func (counting) Stream(ctx context.Context, _ llm.Request) iter.Seq2[llm.Delta, error] {
	return func(yield func(llm.Delta, error) bool) {
		for n := 0; pause(ctx, time.Millisecond); n++ {
			fmt.Println("say", n, time.Now().UnixMilli()) //nolint:forbidigo // the parent reads it
			if !yield(llm.Delta{Kind: llm.DeltaText, Text: strconv.Itoa(n) + " "}, nil) {
				return
			}
		}
		yield(llm.Delta{}, ctx.Err())
	}
}

// TestVictim is no test of its own: it is the process that the next one kills.
func TestVictim(t *testing.T) {
	url := os.Getenv(victimDatabase)
	if url == "" {
		t.Skip("it is run by the test of a killed process")
	}
	db := storetest.Open(t, store.Options{URL: url})
	bus := event.NewMemory(event.Limits{})
	owner := storetest.User(t, db, "olga")
	s, err := New(Deps{Store: db, Bus: bus, Library: brokenLibrary{}, Notes: notes(t, db), Budget: budgettest.Priced(t, db, perToken, budgettest.FiftyDollars),
		Providers:  []Offer{{Provider: counting{}, Name: "Counting", Models: []string{"m"}}},
		StillValid: func(context.Context, ba.Actor) error { return nil }, Instance: "one", Clock: time.Now, Log: slog.New(slog.DiscardHandler)})
	ok(t, err)
	go func() { _ = s.Run(context.Background()) }()
	thread, err := s.CreateThread(t.Context(), owner, ThreadInput{})
	ok(t, err)
	src, err := s.Subscribe(t.Context(), owner, []ba.ThreadID{thread.ID}, "")
	ok(t, err)
	_, turn, err := s.Send(t.Context(), owner, SendInput{Thread: thread.ID, ID: ba.NewID[ba.MessageID](), Content: "Count."})
	ok(t, err)
	fmt.Println("turn", turn.ID, owner.User, turn.Answer) //nolint:forbidigo // the parent reads it
	for {
		e, err := src.Next(t.Context())
		ok(t, err)
		if e.Name == "delta" {
			d := decode[DeltaJSON](t, e)
			fmt.Println("told", d.Offset+len(d.Text)) //nolint:forbidigo // the parent reads it
		}
	}
}

func TestAKilledProcessLeavesAGapFreePrefix(t *testing.T) {
	rounds := 2
	if testenv.Soak() {
		rounds = 60
	}
	for n := range rounds {
		t.Run(fmt.Sprint("after ", 150+n*97, " ms"), func(t *testing.T) { killAfter(t, time.Duration(150+n*97)*time.Millisecond) })
	}
}

// killed is what the victim printed before it died.
type killed struct {
	turn   ba.TurnID
	answer ba.MessageID
	actor  ba.Actor
	told   int           // code points that a client was told
	said   map[int]int64 // when each number was said, in milliseconds
	at     time.Time     // of the signal
}

func killAfter(t *testing.T, after time.Duration) {
	url := "sqlite://" + filepath.Join(t.TempDir(), "ba.db")
	v := kill(t, url, after)
	db := storetest.Open(t, store.Options{URL: url})
	r := &room{db: db, bus: event.NewMemory(event.Limits{}), puppet: newPuppet("puppet"), log: &logs{}, owner: v.actor}
	r.begin(t)
	turn, answer := r.ended(t, v.turn)
	if turn.State != ba.TurnInterrupted || turn.Failure == nil || answer.ID != v.answer {
		t.Errorf("turn %+v", turn)
	}
	if turn.Usage.CostMicroUSD != wholeCall {
		t.Errorf("the call that was killed cost %d, want the %d that were set aside", turn.Usage.CostMicroUSD, wholeCall)
	}
	r.spent(t, wholeCall)
	var whole strings.Builder
	for n := 0; whole.Len() < len(answer.Text); n++ {
		fmt.Fprintf(&whole, "%d ", n)
	}
	if !strings.HasPrefix(whole.String(), answer.Text) {
		t.Errorf("the answer has a gap: %q", answer.Text)
	}
	if len(answer.Text) < v.told {
		t.Errorf("a client was told %d characters, %d are stored", v.told, len(answer.Text))
	}
	last := len(strings.Fields(answer.Text)) - 1
	if said, known := v.said[last+1]; known {
		if lost := v.at.Sub(time.UnixMilli(said)); lost > time.Second { // half a second, and as much again for a busy machine
			t.Errorf("what was said %v before the end is lost", lost)
		}
	}
	fresh := ba.NewID[ba.TurnID]()
	_, err := r.Continue(t.Context(), r.owner, v.turn, fresh)
	ok(t, err)
	call := r.puppet.next(t)
	call.say(t, "and so on")
	call.stop(t, llm.StopEnd, "")
	if _, continued := r.ended(t, fresh); continued.Text != answer.Text+"and so on" {
		t.Errorf("continued it is %q", continued.Text)
	}
}

// kill runs the victim and kills it some time after its answer has begun.
func kill(t *testing.T, url string, after time.Duration) killed {
	t.Helper()
	v := killed{said: make(map[int]int64)}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestVictim$", "-test.v")
	cmd.Env = append(os.Environ(), victimDatabase+"="+url)
	out, err := cmd.StdoutPipe()
	ok(t, err)
	ok(t, cmd.Start())
	began := make(chan struct{})
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for in := bufio.NewScanner(out); in.Scan(); {
			var n, told int
			var ms int64
			switch line := in.Text(); {
			case scan(line, "say %d %d", &n, &ms):
				if v.said[n] = ms; n == 1 {
					close(began)
				}
			case scan(line, "told %d", &told):
				v.told = told
			default:
				scan(line, "turn %s %s %s", &v.turn, &v.actor.User, &v.answer)
			}
		}
	}()
	select {
	case <-began:
	case <-ended:
		t.Fatal("the victim ended by itself")
	case <-time.After(3 * patience): // it is a whole program that starts
		t.Fatal("the victim does not answer")
	}
	pause(t.Context(), after)
	v.at = time.Now()
	ok(t, cmd.Process.Kill()) // SIGKILL: nothing is flushed, nothing is closed
	<-ended
	_ = cmd.Wait() // killed, as intended
	v.actor.Access = ba.AccessWrite
	if v.turn == "" || v.told == 0 {
		t.Fatalf("the victim was killed too early: %+v", v)
	}
	return v
}

func scan(line, format string, into ...any) bool {
	n, err := fmt.Sscanf(line, format, into...)
	return err == nil && n == len(into)
}
