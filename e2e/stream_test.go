package e2e

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// event is one server-sent event, with the moment at which it came.
type event struct {
	ID, Name, Data string
	At             time.Time
}

// into reads the data of an event.
func (e event) into(v any) error { return json.Unmarshal([]byte(e.Data), v) }

// watch opens an event stream and hands over its events until the context
// ends, take returns false, or the server ends it. A cut connection is an error.
func (p *person) watch(ctx context.Context, path, lastID string, take func(event) bool) error {
	r, err := http.NewRequestWithContext(ctx, "GET", p.base+path, nil)
	if err != nil {
		return err
	}
	if lastID != "" {
		r.Header.Set("Last-Event-ID", lastID)
	}
	return p.receive(r, take)
}

// receive sends the request and reads the stream that answers it.
func (p *person) receive(r *http.Request, take func(event) bool) error {
	res, err := p.stream(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	return readEvents(res, take)
}

// stream sends the request and returns the stream that answers it, of which
// nothing is read yet.
func (p *person) stream(r *http.Request) (*http.Response, error) {
	client := *p.http
	client.Timeout = 0 // a stream lasts
	r.Header.Set("Accept", "text/event-stream")
	res, err := client.Do(r)
	if err != nil {
		return nil, err
	}
	if res.StatusCode != http.StatusOK || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/event-stream") {
		res.Body.Close()
		return nil, &failure{Method: r.Method, Path: r.URL.Path, Status: res.StatusCode, Code: res.Header.Get("Content-Type")}
	}
	return res, nil
}

func readEvents(res *http.Response, take func(event) bool) error {
	scan := bufio.NewScanner(res.Body)
	scan.Buffer(nil, 8<<20)
	var e event
	for scan.Scan() {
		line := scan.Text()
		if line == "" {
			if e.Data != "" || e.Name != "" {
				e.At = time.Now()
				if !take(e) {
					return nil
				}
			}
			e = event{}
			continue
		}
		field, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch field {
		case "id":
			e.ID = value
		case "event":
			e.Name = value
		case "data":
			if e.Data != "" {
				e.Data += "\n"
			}
			e.Data += value
		}
	}
	return scan.Err()
}

// mirror is what a careful client holds of one answer: it takes snapshots as
// they are, and a delta only where it fits without gap or overlap.
type mirror struct {
	text   []rune
	state  string
	lastID string
	faults []string
}

// update applies an event and returns whether the answer has ended.
func (m *mirror) update(e event, answer string) bool {
	if e.ID != "" {
		m.lastID = e.ID
	}
	var body struct {
		MessageID string `json:"message_id"`
		Offset    int    `json:"offset"`
		Text      string `json:"text"`
		State     string `json:"state"`
	}
	if err := e.into(&body); err != nil || body.MessageID != answer {
		return false
	}
	switch e.Name {
	case "snapshot":
		m.text, m.state = []rune(body.Text), body.State
	case "delta":
		if body.Offset != len(m.text) {
			m.faults = append(m.faults, fmt.Sprintf("a delta at %d after %d code points", body.Offset, len(m.text)))
			return false
		}
		m.text = append(m.text, []rune(body.Text)...)
	case "done":
		m.state = body.State
	}
	return final(m.state) && m.state != ""
}
