package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// model is a company's own AI server: it answers every question with a text
// that follows from the question, word by word, and remembers when it sent what.
type model struct {
	url  string
	pace time.Duration // between two words

	silence time.Duration // in which it thinks, after every so many words
	every   int

	mu   sync.Mutex
	sent map[string][]sight // by question, one list for all times it was asked
}

// startModel starts a model. The test's end stops it.
func startModel(t testing.TB, pace time.Duration) *model {
	t.Helper()
	m := &model{pace: pace, sent: map[string][]sight{}}
	server := httptest.NewServer(http.HandlerFunc(m.answer))
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	m.url = server.URL + "/v1"
	return m
}

// vars are the options with which a server asks this model.
func (m *model) vars() []string {
	return []string{"OPENAI_BASE_URL=" + m.url, "OPENAI_MODEL=fixture", "AI_FREE=compatible"}
}

// says returns the answer to a question: words of one to four bytes for each
// character, a list and a table, so that every cut falls somewhere else.
func (m *model) says(question string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "You asked **%s**\n\n", question)
	for n := range 24 {
		fmt.Fprintf(&b, "- %d naïve café – 漢字 😀 of %q\n", n, question)
	}
	b.WriteString("\n| a | b |\n|---|---|\n| 1 | ü |\n\nThat is all.")
	return b.String()
}

func (m *model) answer(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Messages []struct {
			Role    string `json:"role"`
			Content string `json:"content"`
		} `json:"messages"`
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil || len(in.Messages) == 0 {
		http.Error(w, "no question", http.StatusBadRequest)
		return
	}
	question := in.Messages[len(in.Messages)-1].Content
	if _, last, joined := strings.Cut(question, "\n\n"); joined { // those before were not answered
		question = last[strings.LastIndex(last, "\n\n")+1:]
		question = strings.TrimSpace(question)
	}
	w.Header().Set("Content-Type", "text/event-stream")
	flush := http.NewResponseController(w)
	tick := time.NewTicker(m.pace)
	defer tick.Stop()
	sent := 0
	for n, word := range strings.SplitAfter(m.says(question), " ") {
		if m.every > 0 && n%m.every == m.every-1 && !rest(r.Context(), m.silence) {
			return
		}
		data, _ := json.Marshal(map[string]any{"choices": []any{map[string]any{"index": 0, "delta": map[string]string{"content": word}}}}) // maps of strings don't fail
		if _, err := fmt.Fprintf(w, "data: %s\n\n", data); err != nil || flush.Flush() != nil {
			return
		}
		sent += len([]rune(word))
		m.note(question, sent)
		select {
		case <-tick.C:
		case <-r.Context().Done():
			return
		}
	}
	fmt.Fprint(w, `data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}`+"\n\n"+`data: {"choices":[],"usage":{"prompt_tokens":10,"completion_tokens":20}}`+"\n\ndata: [DONE]\n\n")
}

// rest waits, and returns false where the context ends first.
func rest(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}

func (m *model) note(question string, runes int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sent[question] = append(m.sent[question], sight{time.Now(), runes})
}

// before returns how much of an answer had been sent at a moment.
func (m *model) before(question string, moment time.Time) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := 0
	for _, s := range m.sent[question] {
		if s.at.Before(moment) {
			n = max(n, s.runes)
		}
	}
	return n
}

// last returns when the last word that was sent so far went out.
func (m *model) last(question string) time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	if all := m.sent[question]; len(all) > 0 {
		return all[len(all)-1].at
	}
	return time.Time{}
}

// first returns when the first word of an answer was sent.
func (m *model) first(question string) time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	if all := m.sent[question]; len(all) > 0 {
		return all[0].at
	}
	return time.Time{}
}
