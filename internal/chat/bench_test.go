package chat

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/llm"
)

// ticking is a provider that says a word every 20 ms, as a quick model does.
type ticking struct {
	words int
	said  func(question string, word int)
}

func (ticking) ID() string { return "puppet" }

func (p ticking) Stream(ctx context.Context, req llm.Request) iter.Seq2[llm.Delta, error] {
	return func(yield func(llm.Delta, error) bool) {
		for n := range p.words {
			if !pause(ctx, 20*time.Millisecond) {
				yield(llm.Delta{}, ctx.Err())
				return
			}
			p.said(req.Messages[0].Text, n)
			if !yield(llm.Delta{Kind: llm.DeltaText, Text: "word5 "}, nil) {
				return
			}
		}
		yield(llm.Delta{Kind: llm.DeltaStop}, nil)
	}
}

// BenchmarkAnswers measures what storing before telling costs: answers at
// once, on SQLite that is durable after each write. An operation is all of
// them, 100 words each, which take two seconds to say. Reported is how long
// after it was said a word reached the client.
func BenchmarkAnswers(b *testing.B) {
	for _, threads := range []int{1, 50, 150} {
		b.Run(fmt.Sprint(threads, " at once"), func(b *testing.B) {
			var delays []time.Duration
			for b.Loop() {
				delays = append(delays, answerAtOnce(b, threads)...)
			}
			slices.Sort(delays)
			b.ReportMetric(delays[len(delays)/2].Seconds()*1000, "ms-p50")
			b.ReportMetric(delays[len(delays)*99/100].Seconds()*1000, "ms-p99")
		})
	}
}

func answerAtOnce(b *testing.B, threads int) []time.Duration {
	b.Helper()
	const words = 100
	var mu sync.Mutex
	var delays []time.Duration
	said := make(map[string]time.Time) // by question and word
	key := func(question string, n int) string { return fmt.Sprint(question, " ", n) }
	r := newRoom(b, func(d *Deps) {
		d.Providers[0].Provider = ticking{words, func(question string, n int) {
			mu.Lock()
			defer mu.Unlock()
			said[key(question, n)] = time.Now()
		}}
	})
	r.pace = defaultPace
	var wg sync.WaitGroup
	for range threads {
		wg.Go(func() {
			v, err := r.CreateThread(b.Context(), r.owner, ThreadInput{Project: r.project})
			if err != nil {
				b.Error(err)
				return
			}
			c := r.watch(b, r.owner, v.ID, "")
			question := "Go, " + string(v.ID)
			if _, _, err := r.Send(b.Context(), r.owner, SendInput{Thread: v.ID, ID: ba.NewID[ba.MessageID](), Content: question}); err != nil {
				b.Error(err)
				return
			}
			for {
				e := c.next()
				if e.Name == "done" {
					return
				}
				if e.Name != "delta" {
					continue
				}
				now, d := time.Now(), decode[DeltaJSON](b, e)
				first := d.Offset / len("word5 ")
				mu.Lock()
				for n := first; n < first+strings.Count(d.Text, " "); n++ {
					delays = append(delays, now.Sub(said[key(question, n)]))
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return delays
}
