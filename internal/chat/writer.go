package chat

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/term"
)

const (
	saveTimeout  = 10 * time.Second // of one write; the lease is longer
	placeTimeout = time.Second
	endPatience  = 15 * time.Minute // how long the last write of a turn is tried, such as while PostgreSQL restarts
	endAtLeast   = 20 * time.Second // the same when the server stops
	retryPause   = time.Second      // after a write that failed
	maxAnswer    = 400_000          // code points
)

// pace is how often a writer does what it does. Only tests change it.
type pace struct {
	save    time.Duration // least time between the beginnings of two writes
	slowest time.Duration // most time between them, however long they take
	poll    time.Duration // between looks for a stop that was asked for elsewhere
	renew   time.Duration // longest time between two writes of a turn
	lease   time.Duration // how long a turn is ours after a write
}

var defaultPace = pace{save: 100 * time.Millisecond, slowest: 450 * time.Millisecond, poll: time.Second, renew: 5 * time.Second, lease: 20 * time.Second}

// writer stores an answer while it grows and tells what it has stored, in this
// order: a client is never ahead of the store. It belongs to one goroutine.
type writer struct {
	s    *Service
	job  job
	turn ba.Turn

	text  strings.Builder // the answer so far
	runes int             // its code points
	tail  string          // bytes that begin a code point, the rest of which has not come
	tally *tally
	steps []ba.Step // all so far
	fresh bool      // some of them are not stored
	other *answerer // who answers in place of whom was asked; nil for nobody
	citer *citer

	told      int // bytes of text that are stored and told
	toldRunes int // the same in code points
	toldCites int // citations that are

	due   time.Time // before this, new text waits
	wrote time.Time // when the last write began
}

// newWriter returns the writer of a turn that was just claimed, whose answer
// begins with what was kept.
func newWriter(s *Service, j job, turn ba.Turn, kept ba.Message) *writer {
	now := time.Now()
	w := &writer{s: s, job: j, turn: turn, tally: &tally{}, citer: newCiter(kept), toldCites: len(kept.Citations), due: now, wrote: now}
	w.citer.place = w.place
	w.add(kept.Text)
	return w
}

// place returns where a quote stands, and where that is not known the place of
// its passage: a citation is not lost for want of the finer one.
func (w *writer) place(hit ba.Hit, quote string) ba.Locator {
	ctx, cancel := context.WithTimeout(context.Background(), placeTimeout) // also after the turn was cancelled
	defer cancel()
	where, err := w.s.Library.Place(ctx, w.job.actor, hit.Passage, quote)
	if err != nil {
		w.s.Log.Warn("the place of a quote is not known", "turn", w.job.turn, "error", err)
		return hit.Locator
	}
	return where
}

// add appends text. What is no UTF-8 in it becomes U+FFFD.
func (w *writer) add(text string) {
	text = w.tail + text
	whole := len(text)
	for back := 1; back <= min(utf8.UTFMax-1, len(text)); back++ {
		if at := len(text) - back; utf8.RuneStart(text[at]) {
			if !utf8.FullRuneInString(text[at:]) {
				whole = at
			}
			break
		}
	}
	valid := strings.ToValidUTF8(text[:whole], "\uFFFD")
	w.tail = text[whole:]
	w.text.WriteString(valid)
	w.runes += utf8.RuneCountInString(valid)
}

// begin tells that the answer is being written, and stores what it begins
// with. It reports whether the turn is still ours and wanted.
func (w *writer) begin(ctx context.Context) bool {
	stop, err := w.s.Store.StopRequested(ctx, w.job.turn)
	if err == nil && w.runes > 0 {
		err = w.store(ctx)
	}
	switch {
	case lost(err):
		return false
	case err != nil:
		w.end(ctx, w.s.failed(ctx, w.job, err))
		return false
	case stop:
		w.end(ctx, verdict{state: ba.TurnStopped})
		return false
	}
	w.s.tell(ctx, w.job.thread, "snapshot", SnapshotJSON{MessageID: string(w.job.answer), Text: w.text.String(), State: string(ba.TurnStreaming)})
	w.told, w.toldRunes = w.text.Len(), w.runes
	return true
}

// follow takes steps until the last one, or until the turn is cancelled, and
// returns how it ended. It returns false where the turn is not ours any more.
func (w *writer) follow(ctx context.Context, cancel context.CancelCauseFunc, steps <-chan step) (ending, bool) {
	poll := time.NewTicker(w.s.pace.poll)
	defer poll.Stop()
	stops, leave := w.s.stops(ctx, w.job.turn)
	defer leave()
	var late <-chan time.Time // when text that waits is due
	for {
		select {
		case st, open := <-steps:
			switch {
			case !open: // cancelled before the last one
				return ending{err: context.Cause(ctx)}, true
			case st.end != nil:
				return *st.end, true
			}
			if w.take(ctx, st); w.runes > maxAnswer {
				return ending{stop: llm.StopLength, reason: "answer_limit"}, true
			}
		case <-poll.C:
			w.lookForStop(ctx, cancel)
		case _, open := <-stops:
			if w.lookForStop(ctx, cancel); !open {
				stops = nil // the bus was lost
			}
		case <-late:
		case <-ctx.Done():
			return ending{err: context.Cause(ctx)}, !errors.Is(context.Cause(ctx), errGone)
		}
		if !w.keepUp(ctx) {
			return ending{}, false
		}
		if late = nil; w.text.Len() > w.told {
			late = time.After(time.Until(w.due))
		}
	}
}

func (w *writer) take(ctx context.Context, st step) {
	w.citer.add(st.sources)
	if st.tool != nil {
		st.tool.MessageID = string(w.job.answer)
		w.s.tell(ctx, w.job.thread, "tool", st.tool)
	}
	if st.done != nil {
		w.steps, w.fresh = append(w.steps, *st.done), true
	}
	if st.by != nil {
		w.other = st.by
		w.turn.Provider, w.turn.Model = st.by.offer.Provider.ID(), st.by.model
	}
	w.add(st.text)
}

// by returns who answers.
func (w *writer) by(p prepared) answerer {
	if w.other != nil {
		return *w.other
	}
	return answerer{p.offer, p.turn.Model}
}

// lookForStop notices a stop that was asked for on another instance.
func (w *writer) lookForStop(ctx context.Context, cancel context.CancelCauseFunc) {
	stop, err := w.s.Store.StopRequested(ctx, w.job.turn)
	switch {
	case err != nil && ctx.Err() == nil:
		w.s.Log.Warn("it is not known whether a turn is to stop", "turn", w.job.turn, "error", err)
	case stop:
		cancel(errStopped)
	}
}

// keepUp stores what is due, or renews the lease. It returns false where the
// turn is not ours any more: somebody took it over, or ended it. A database
// that is away is waited for, beyond the lease too: the epoch of a write keeps
// two owners apart, so that the text that came meanwhile may be stored late.
func (w *writer) keepUp(ctx context.Context) bool {
	now := time.Now()
	if fresh := w.text.Len() > w.told; fresh && now.Before(w.due) || !fresh && now.Sub(w.wrote) < w.s.pace.renew {
		return true
	}
	err := w.store(ctx)
	switch {
	case err == nil:
		w.tellStored(ctx)
		return true
	case lost(err):
		return false
	}
	w.s.Log.Warn("an answer could not be stored yet", "turn", w.job.turn, "error", err)
	w.wrote, w.due = time.Now(), time.Now().Add(retryPause)
	return true
}

// store writes the text so far and plans the next write: the longer this one
// took, the later, but so that one that takes as long is done within
// pace.slowest of this one's beginning. Until it is done, a crash takes what
// came since then.
func (w *writer) store(ctx context.Context) error {
	begun := time.Now()
	w.wrote = begun
	w.citer.look(w.text.String(), false)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), saveTimeout)
	defer cancel()
	if err := w.s.Store.SaveAnswer(ctx, w.part(), w.s.Clock().Add(w.s.pace.lease)); err != nil {
		return err
	}
	w.fresh = false
	took := time.Since(begun)
	w.due = begun.Add(min(max(w.s.pace.save, 4*took), w.s.pace.slowest-took))
	return nil
}

func (w *writer) part() ba.AnswerPart {
	used, _ := w.tally.usage()
	p := ba.AnswerPart{Turn: w.turn.ID, Thread: w.turn.Thread, Answer: w.turn.Answer, Epoch: w.turn.Epoch, Text: w.text.String(), Citations: w.citer.list, Usage: used,
		ByProvider: w.turn.Provider, ByModel: w.turn.Model}
	if w.fresh {
		p.Steps = w.steps
	}
	return p
}

// tellStored tells what was stored and not yet told.
func (w *writer) tellStored(ctx context.Context) {
	if text := w.text.String()[w.told:]; text != "" {
		w.s.tell(ctx, w.job.thread, "delta", DeltaJSON{MessageID: string(w.job.answer), Offset: w.toldRunes, Text: text})
		w.told, w.toldRunes = w.text.Len(), w.runes
	}
	for _, c := range w.citer.list[w.toldCites:] {
		w.s.tell(ctx, w.job.thread, "citation", CitationEventJSON{string(w.job.answer), citationOf(c)})
	}
	w.toldCites = len(w.citer.list)
}

// end stores the last state of the turn and tells it. Where that does not
// succeed, the turn is marked as interrupted when its lease is over.
func (w *writer) end(ctx context.Context, v verdict) {
	ctx = context.WithoutCancel(ctx)
	if w.tail != "" {
		w.tail = ""
		w.add("\uFFFD")
	}
	text := w.text.String()
	w.citer.look(text, true)
	last := ba.TurnEnd{AnswerPart: w.part(), State: v.state, StopReason: v.reason, Model: w.turn.Model, Failure: v.failure}
	terms := term.Terms(text)
	begun := time.Now()
	err := w.storeEnd(ctx, last, terms)
	for err != nil && !lost(err) && w.s.patient(begun) {
		w.s.Log.Warn("the end of an answer could not be stored yet", "turn", w.job.turn, "error", err)
		pause(ctx, retryPause)
		err = w.storeEnd(ctx, last, terms)
	}
	switch {
	case err == nil:
		w.tellStored(ctx)
		w.s.tellEnd(ctx, w.job.thread, w.job.answer, v.state, v.failure, w.used(ctx))
	case !lost(err):
		w.s.Log.Error("the end of an answer could not be stored", "turn", w.job.turn, "error", err)
	}
}

func (w *writer) storeEnd(ctx context.Context, last ba.TurnEnd, terms []string) error {
	ctx, cancel := context.WithTimeout(ctx, saveTimeout)
	defer cancel()
	return w.s.Store.EndTurn(ctx, last, terms)
}

// patient reports whether a last write that was first tried at a time is worth
// trying again.
func (s *Service) patient(begun time.Time) bool {
	select {
	case <-s.leaving:
		return time.Since(begun) < endAtLeast
	default:
		return time.Since(begun) < endPatience
	}
}

// used returns what the turn used, with what the store counted for calls whose
// cost was not known when it ended.
func (w *writer) used(ctx context.Context) ba.Usage {
	used, whole := w.tally.usage()
	if whole {
		return used
	}
	turn, err := w.s.Store.Turn(ctx, w.job.actor, w.job.turn)
	if err != nil {
		w.s.Log.Warn("the cost of a turn is not known", "turn", w.job.turn, "error", err)
		return used
	}
	return turn.Usage
}

// pause waits, and returns false where ctx ends first.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
