package answering

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"sync"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/bench/process"
	"github.com/ba-assistant/ba-assistant/bench/yardstick"
)

// summary is what all clients together saw.
type summary struct {
	Pieces int // that arrived, of all answers
	Middle time.Duration
	High   time.Duration // at 99 %
}

// clients asks n questions at once, reads the answers to their ends, and
// prints the summary.
func clients(args []string) error {
	if len(args) != 2 {
		return errors.New("usage: address, number of questions")
	}
	n, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	go process.UntilParentEnds()
	transport := &http.Transport{MaxIdleConnsPerHost: n, DisableCompression: true}
	late := make([][]time.Duration, n)
	faults := make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { late[i], faults[i] = ask(transport, args[0], i) })
	}
	all.Wait()
	if err := errors.Join(faults...); err != nil {
		return err
	}
	var s summary
	var every []time.Duration
	for _, l := range late {
		every = append(every, l...)
	}
	s.Pieces, s.Middle, s.High = len(every), yardstick.Median(every), yardstick.Percentile(every, 0.99)
	return json.NewEncoder(os.Stdout).Encode(s)
}

// sentRE finds when a piece was sent, in nanoseconds since 1970.
var sentRE = regexp.MustCompile(`@(\d{19}) `)

// ask returns how late each piece of an answer came.
func ask(transport *http.Transport, base string, i int) ([]time.Duration, error) {
	body, err := json.Marshal(map[string]string{"id": ba.NewID[string](), "content": "Go on, please."})
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequest(http.MethodPost, base+"/answer/"+strconv.Itoa(i), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "text/event-stream")
	req.Header.Set("Authorization", "Number "+strconv.Itoa(i))
	res, err := transport.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(res.Body, 500))
		return nil, fmt.Errorf("question %d: %s %s", i, res.Status, text)
	}
	return lateness(res.Body)
}

func lateness(r io.Reader) ([]time.Duration, error) {
	var late []time.Duration
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadBytes('\n')
		now := time.Now().UnixNano()
		for _, m := range sentRE.FindAllSubmatch(line, -1) {
			sent, _ := strconv.ParseInt(string(m[1]), 10, 64)
			late = append(late, time.Duration(now-sent))
		}
		if errors.Is(err, io.EOF) {
			return late, nil
		}
		if err != nil {
			return nil, err
		}
	}
}
