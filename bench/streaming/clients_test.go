package streaming

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/ba-assistant/ba-assistant/bench/process"
	"github.com/ba-assistant/ba-assistant/bench/yardstick"
	"github.com/ba-assistant/ba-assistant/internal/sse"
)

// summary is what all clients together saw of one run.
type summary struct {
	Events int           // received, by all
	First  int64         // when the first event was published, in nanoseconds since 1970
	Last   int64         // when the last was received
	Middle time.Duration // latency, from published to read
	High   time.Duration // the same, at 99 %
	Most   time.Duration
}

// clients opens streams to an address, says so, reads until each has had the
// last event, and prints the summary.
func clients(args []string) error {
	if len(args) != 2 {
		return errors.New("usage: address, number of streams")
	}
	n, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	go process.UntilParentEnds()
	transport := &http.Transport{MaxConnsPerHost: 0, DisableCompression: true}
	streams := make([]*watcher, n)
	var ready, done sync.WaitGroup
	ready.Add(n)
	failed := make(chan error, n)
	gate := make(chan struct{}, 64) // connections that are being made at a time
	for i := range streams {
		streams[i] = &watcher{}
		done.Go(func() {
			gate <- struct{}{}
			res, err := open(transport, args[0], i)
			<-gate
			ready.Done()
			if err == nil {
				err = streams[i].read(res)
			}
			if err != nil {
				failed <- err
			}
		})
	}
	ready.Wait()
	fmt.Println("connected")
	done.Wait()
	select {
	case err := <-failed:
		return err
	default:
	}
	return json.NewEncoder(os.Stdout).Encode(sum(streams))
}

func open(transport *http.Transport, address string, number int) (*http.Response, error) {
	req, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "text/event-stream")
	req.Header.Set("Authorization", "Number "+strconv.Itoa(number))
	res, err := transport.RoundTrip(req)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("status %s", res.Status)
	}
	return res, err
}

// watcher is one stream.
type watcher struct {
	latency     []time.Duration
	first, last int64
}

func (w *watcher) read(res *http.Response) error {
	defer res.Body.Close()
	events := sse.NewReader(res.Body, 0)
	for {
		e, err := events.Next()
		if err != nil {
			return fmt.Errorf("after %d events: %w", len(w.latency), err)
		}
		now := time.Now().UnixNano()
		var data struct {
			At   int64
			Last bool
		}
		if err := json.Unmarshal([]byte(e.Data), &data); err != nil {
			return fmt.Errorf("%s event: %w", e.Name, err)
		}
		if data.At == 0 {
			continue // not one of the run's
		}
		if w.first == 0 {
			w.first = data.At
		}
		w.last = now
		if w.latency = append(w.latency, time.Duration(now-data.At)); data.Last {
			return nil
		}
	}
}

func sum(streams []*watcher) summary {
	var s summary
	var all []time.Duration
	for _, w := range streams {
		all = append(all, w.latency...)
		if s.First == 0 || w.first < s.First {
			s.First = w.first
		}
		s.Last = max(s.Last, w.last)
	}
	s.Events = len(all)
	s.Middle, s.High, s.Most = yardstick.Median(all), yardstick.Percentile(all, 0.99), yardstick.Percentile(all, 1)
	return s
}
