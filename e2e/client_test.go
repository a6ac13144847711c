package e2e

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strconv"
	"testing"
	"time"
)

// person is somebody who is signed in, as a program sees them.
type person struct {
	base string
	http *http.Client
}

// failure is an answer that is not a success.
type failure struct {
	Method, Path string
	Status       int    `json:"status"`
	Code         string `json:"code"`
	Detail       string `json:"detail"`
	RetryAfter   int    `json:"retry_after"`
	Body         string
}

func (f *failure) Error() string {
	return fmt.Sprintf("%s %s: %d %s %s", f.Method, f.Path, f.Status, f.Code, f.Detail)
}

// The parts of the API's objects that the tests look at.
type (
	object struct {
		ID string `json:"id"`
	}
	document struct {
		ID       string `json:"id"`
		Filename string `json:"filename"`
		Status   string `json:"status"`
		Reason   string `json:"reason"`
		Format   string `json:"format"`
		Size     int64  `json:"size"`
	}
	citation struct {
		N        int    `json:"n"`
		Filename string `json:"filename"`
		Quote    string `json:"quote"`
	}
	turn struct {
		ID       string `json:"id"`
		AnswerID string `json:"answer_id"`
		State    string `json:"state"`
	}
	message struct {
		ID        string     `json:"id"`
		Role      string     `json:"role"`
		Text      string     `json:"text"`
		Citations []citation `json:"citations"`
		Turn      *turn      `json:"turn"`
	}
	list[T any] struct {
		Items  []T    `json:"items"`
		Next   string `json:"next"`
		Cursor string `json:"cursor"`
	}
	sent struct {
		Message message `json:"message"`
		Turn    turn    `json:"turn"`
	}
)

// newPerson returns somebody who is not signed in.
func newPerson(base string) *person {
	jar, _ := cookiejar.New(nil) // it fails for options only
	return &person{base: base, http: &http.Client{Jar: jar, Timeout: 30 * time.Second,
		Transport: &http.Transport{MaxIdleConnsPerHost: 4}}}
}

// signIn signs somebody in by the development sign-in.
func signIn(t testing.TB, base, name string) *person {
	t.Helper()
	p := newPerson(base)
	if err := p.signInAs(t.Context(), name); err != nil {
		t.Fatal(err)
	}
	return p
}

func (p *person) signInAs(ctx context.Context, name string) error {
	return p.call(ctx, "POST", "/auth/dev", map[string]string{"email": name + "@example.com", "name": name}, nil)
}

// call sends a JSON request and reads the answer into out. What is not a
// success is a *failure. Being too fast is no failure: nothing was done, and
// it is sent again when the server says, as every client should.
func (p *person) call(ctx context.Context, method, path string, in, out any) error {
	for tries := 0; ; tries++ {
		err := p.once(ctx, method, path, in, out)
		var f *failure
		if !errors.As(err, &f) || f.Code != "rate_limited" || tries == 5 {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Duration(max(f.RetryAfter, 1)) * time.Second):
		}
	}
}

func (p *person) once(ctx context.Context, method, path string, in, out any) error {
	var body io.Reader
	if in != nil {
		data, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(data)
	}
	r, err := http.NewRequestWithContext(ctx, method, p.base+path, body)
	if err != nil {
		return err
	}
	if in != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	return p.do(r, out)
}

func (p *person) do(r *http.Request, out any) error {
	res, err := p.http.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode/100 != 2 {
		f := &failure{Method: r.Method, Path: r.URL.Path, Body: string(data)}
		_ = json.Unmarshal(data, f) // a page has no problem in it
		f.Status = res.StatusCode
		return f
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(data, out)
}

// must is call for what has to succeed.
func (p *person) must(t testing.TB, method, path string, in, out any) {
	t.Helper()
	if err := p.call(t.Context(), method, path, in, out); err != nil {
		t.Fatal(err)
	}
}

func (p *person) project(t testing.TB, name string) string {
	t.Helper()
	var made object
	p.must(t, "POST", "/api/projects", map[string]string{"name": name}, &made)
	return made.ID
}

func (p *person) thread(t testing.TB, project string) string {
	t.Helper()
	var made object
	path := "/api/threads"
	if project != "" {
		path = "/api/projects/" + project + "/threads"
	}
	p.must(t, "POST", path, map[string]string{"mode": "free"}, &made)
	return made.ID
}

// upload sends a file and returns the document, which is being read.
func (p *person) upload(ctx context.Context, project, name string, content []byte) (document, error) {
	return p.send(ctx, "/api/projects/"+project+"/documents", name, content)
}

// send posts a file to an address that takes documents or versions.
func (p *person) send(ctx context.Context, path, name string, content []byte) (d document, err error) {
	err = p.post(ctx, path, name, content, &d)
	return d, err
}

// post sends a file to an address, and reads the answer into out.
func (p *person) post(ctx context.Context, path, name string, content []byte, out any) error {
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	part, err := w.CreateFormFile("file", name)
	if err != nil {
		return err
	}
	if _, err := part.Write(content); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, "POST", p.base+path, &form)
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", w.FormDataContentType())
	return p.do(r, out)
}

// read uploads a file and waits until its text is extracted, or refused.
func (p *person) read(t testing.TB, project, name string, content []byte) document {
	t.Helper()
	d, err := p.upload(t.Context(), project, name, content)
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, 60*time.Second, name+" is read", func() bool {
		p.must(t, "GET", "/api/documents/"+d.ID, nil, &d)
		return d.Status != "processing"
	})
	return d
}

// ask sends a question and returns what was stored.
func (p *person) ask(ctx context.Context, thread, id, question string) (sent, error) {
	var s sent
	return s, p.call(ctx, "POST", "/api/threads/"+thread+"/chat", map[string]string{"id": id, "content": question}, &s)
}

func (p *person) messages(t testing.TB, thread string) list[message] {
	t.Helper()
	var l list[message]
	p.must(t, "GET", "/api/threads/"+thread+"/messages?limit=200", nil, &l)
	return l
}

// everything returns all messages of a thread, page after page.
func (p *person) everything(ctx context.Context, thread string) (all []message, err error) {
	for after := ""; ; {
		var part list[message]
		if err := p.call(ctx, "GET", "/api/threads/"+thread+"/messages?limit=200&after="+url.QueryEscape(after), nil, &part); err != nil {
			return nil, err
		}
		all = append(all, part.Items...)
		if part.Next == "" {
			return all, nil
		}
		after = part.Next
	}
}

// answered asks and waits for the end of the answer.
func (p *person) answered(t testing.TB, thread, question string) message {
	t.Helper()
	s, err := p.ask(t.Context(), thread, newID(), question)
	if err != nil {
		t.Fatal(err)
	}
	var answer message
	eventually(t, 30*time.Second, "the answer is there", func() bool {
		for _, m := range p.messages(t, thread).Items {
			if m.ID == s.Turn.AnswerID {
				answer = m
			}
		}
		return answer.Turn != nil && final(answer.Turn.State)
	})
	return answer
}

func final(state string) bool { return state != "queued" && state != "streaming" }

// newID returns a random UUID (RFC 9562, version 4).
func newID() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b)
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func itoa(n int) string { return strconv.Itoa(n) }
