package e2e

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
)

// canaries are words that exist nowhere else, each planted through another route.
type canaries struct{ words map[string]string }

// word returns the canary of a route.
func (c *canaries) word(route string) string {
	if c.words == nil {
		c.words = map[string]string{}
	}
	if c.words[route] == "" {
		c.words[route] = "zq" + strings.ToLower(strings.NewReplacer("-", "", "0", "g", "1", "h", "2", "j", "3", "k").Replace(newID()[:13])) + "xv"
	}
	return c.words[route]
}

// forms are how a word may be written in a file.
func forms(word string) map[string][]byte {
	wide := new(bytes.Buffer)
	for _, u := range utf16.Encode([]rune(word)) {
		wide.Write([]byte{byte(u), byte(u >> 8)})
	}
	all := map[string][]byte{
		"plain": []byte(word), "upper case": []byte(strings.ToUpper(word)), "UTF-16": wide.Bytes(),
		"hex": []byte(hex.EncodeToString([]byte(word))),
	}
	for shift := range 3 { // base64 depends on where the word begins
		coded := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("?", shift) + word))
		inner := coded[4 : len(coded)-4]
		all[fmt.Sprintf("base64 %d", shift)] = []byte(inner)
	}
	return all
}

func TestNothingThatPeopleWriteIsReadableAtRestOrInLogs(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		hunt(t, "")
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		hunt(t, postgres.url(t))
	})
}

func hunt(t *testing.T, database string) {
	t.Helper()
	temp := t.TempDir()
	vars := []string{"TMPDIR=" + temp, "LOG_LEVEL=debug", "LOG_DIR=" + filepath.Join(temp, "logs")} // searched with the rest
	if database != "" {
		vars = append(vars, "DATABASE_URL="+database)
	}
	traces := collectTraces(t)
	const token = "fixture-of-the-metrics"
	s := start(t, append(vars, "METRICS_TOKEN="+token, "OTEL_EXPORTER_OTLP_ENDPOINT="+traces.URL)...)
	var c canaries
	plant(t, s, &c)
	_, told := s.scrape(t, token)
	search(t, &c, "metrics", told)
	for _, what := range []string{`ba_turns_ended_total{state="complete"}`, `format="docx",status="ready"`, `status="rejected"`, `status="4xx"`} {
		if !bytes.Contains(told, []byte(what)) {
			t.Errorf("the metrics do not tell %s: nothing was searched", what)
		}
	}
	look := func(when string) {
		searchDir(t, &c, when+", data directory", s.dir)
		searchDir(t, &c, when+", temporary directory", temp)
		if database != "" {
			searchDump(t, &c, when, database)
		}
	}
	look("while it runs")
	s.stop(t, 15*time.Second)
	look("after the stop")
	sent := traces.sent()
	search(t, &c, "traces", sent)
	for _, span := range []string{`"turn"`, `"chat analyst"`, `"read document"`, `"write artifact"`, `"POST /api/threads/{id}/chat"`} {
		if !bytes.Contains(sent, []byte(`"name":`+span)) {
			t.Errorf("there is no span %s: nothing was searched", span)
		}
	}
	search(t, &c, "standard output", []byte(s.stdout.String()))
	search(t, &c, "log", []byte(s.stderr.String()))
	if !strings.Contains(s.stderr.String(), "request") {
		t.Error("the log holds no requests: nothing was searched")
	}
}

// plant writes a canary wherever a person can write something.
func plant(t *testing.T, s *instance, c *canaries) {
	t.Helper()
	ana := newPerson(s.url)
	ana.must(t, "POST", "/auth/dev", map[string]string{"email": c.word("address") + "@example.com", "name": c.word("name")}, nil)
	var project object
	ana.must(t, "POST", "/api/projects", map[string]string{"name": c.word("project name"), "description": c.word("project description")}, &project)
	plantFiles(t, ana, project.ID, c)

	var thread object
	ana.must(t, "POST", "/api/projects/"+project.ID+"/threads", map[string]string{"title": c.word("thread title")}, &thread)
	answer := ana.answered(t, thread.ID, "What do we know about "+c.word("docx")+" and "+c.word("question")+"?")
	if len(answer.Citations) == 0 {
		t.Errorf("the planted words are not found by an answer: %s", answer.Text)
	}
	plantArtifact(t, ana, thread.ID, c)
	plantRequirement(t, ana, project.ID, c)
	plantImport(t, ana, project.ID, c)
	loose := ana.thread(t, "")
	ana.answered(t, loose, "A loose thought: "+c.word("loose question"))

	ana.must(t, "GET", "/api/search?q="+c.word("search of all"), nil, nil)
	ana.must(t, "GET", "/api/projects/"+project.ID+"/search?q="+c.word("search of project"), nil, nil)
	ana.must(t, "POST", "/api/lint", map[string]string{"text": "The system should be fast, " + c.word("checked text") + ", etc."}, nil)
	ana.must(t, "POST", "/api/tokens", map[string]any{"name": c.word("token name"), "scopes": []string{"read"}}, nil)
	ana.must(t, "POST", "/api/projects/"+project.ID+"/members", map[string]string{"email": c.word("invited") + "@example.com", "role": "viewer"}, nil)
	plantFaults(t, ana, thread.ID, project.ID, c)
}

// plantArtifact has one written from the planted words, and changes it.
func plantArtifact(t *testing.T, p *person, thread string, c *canaries) {
	t.Helper()
	var a artifact
	p.must(t, "POST", "/api/threads/"+thread+"/artifacts", map[string]string{"id": newID(), "kind": "document", "title": c.word("artifact title"), "instructions": "What about " + c.word("wishes") + "?"}, &a)
	for end := time.Now().Add(patience); a.State != "ready" && time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		p.must(t, "GET", "/api/artifacts/"+a.ID, nil, &a)
	}
	if a.State != "ready" || len(a.Sections) == 0 {
		t.Fatalf("the artifact is %s", a.State)
	}
	p.must(t, "PATCH", "/api/artifacts/"+a.ID, map[string]any{"revision": a.Revision, "title": c.word("new artifact title"), "sections": []map[string]string{{"key": a.Sections[0].Key, "text": c.word("section text")}}}, nil)
	p.must(t, "POST", "/api/artifacts/"+a.ID+"/regenerate", map[string]string{"id": newID(), "instructions": c.word("new wishes")}, nil)
}

// plantRequirement has one found in a planted document, writes another, and
// changes both.
func plantRequirement(t *testing.T, p *person, project string, c *canaries) {
	t.Helper()
	p.read(t, project, "rules.md", []byte("# Rules\n\nThe system shall print "+c.word("statement found")+" each night.\n"))
	var found struct {
		Added []struct {
			ID    string
			Links []struct{ ID string }
		}
	}
	p.must(t, "POST", "/api/projects/"+project+"/requirements/extract", map[string]any{}, &found)
	if len(found.Added) != 1 {
		t.Fatalf("%d requirements were found in what was planted", len(found.Added))
	}
	var made object
	p.must(t, "POST", "/api/projects/"+project+"/requirements", map[string]any{"statement": c.word("statement"), "rationale": c.word("rationale"),
		"criteria": []map[string]string{{"given": c.word("given"), "when": c.word("when"), "then": c.word("then")}}}, &made)
	p.must(t, "PATCH", "/api/requirements/"+made.ID, map[string]any{"statement": c.word("new statement"), "waivers": []map[string]string{{"rule": "vague", "reason": c.word("waiver")}}}, nil)
	p.must(t, "GET", "/api/projects/"+project+"/requirements?q="+c.word("filter"), nil, nil)
	var note object
	p.must(t, "POST", "/api/projects/"+project+"/notes", map[string]string{"kind": "question", "text": c.word("note"), "requirement_id": made.ID}, &note)
	p.must(t, "PATCH", "/api/notes/"+note.ID, map[string]any{"answer": c.word("note answer"), "resolved": true}, nil)
}

// plantImport compares files with the project's requirements, accepts what one
// of them proposes, and sends some that are refused.
func plantImport(t *testing.T, p *person, project string, c *canaries) {
	t.Helper()
	path := "/api/projects/" + project + "/requirements"
	for name, content := range map[string][]byte{
		c.word("import file") + ".csv": []byte("ID,Requirement,Rationale,Priority\n,The system shall list " + c.word("csv import") + "," + c.word("csv rationale") + "," + c.word("unknown priority") + "\n"),
		"changes.xlsx":                 xlsx(t, [][]string{{"ID", "Requirement", "Rationale"}, {"", "The system shall sort " + c.word("xlsx import"), c.word("xlsx rationale")}}),
	} {
		var found list[struct {
			Kind   string
			Accept map[string]any
		}]
		if err := p.post(t.Context(), path+"/import", name, content, &found); err != nil {
			t.Fatal(err)
		}
		var accepted []any
		for _, proposal := range found.Items {
			if proposal.Kind == "add" {
				accepted = append(accepted, proposal.Accept)
			}
		}
		if len(accepted) != 1 {
			t.Fatalf("%d additions are proposed", len(accepted))
		}
		p.must(t, "POST", path+"/revise", map[string]any{"items": accepted}, nil)
	}
	for name, content := range map[string][]byte{
		"broken.xlsx":   []byte("PK\x03\x04" + c.word("broken import")),
		"broken.reqif":  []byte("<REQ-IF><" + c.word("element of an import") + ">"),
		"columns.csv":   []byte(c.word("unknown column") + "\n" + c.word("cell") + "\n"),
		"not-a-list.md": []byte(c.word("import of another format")),
	} {
		if err := p.post(t.Context(), path+"/import", name, content, nil); err == nil {
			t.Errorf("%s is accepted", name)
		} else {
			search(t, c, "error of the import of "+name, []byte(err.Error()))
		}
	}
}

func plantFiles(t *testing.T, p *person, project string, c *canaries) {
	t.Helper()
	for _, f := range []file{
		{name: c.word("file name") + ".docx", content: docx(t, c.word("docx heading"), "It is about "+c.word("docx")+".")},
		{name: "prices.xlsx", content: xlsx(t, [][]string{{"Item", "Price"}, {c.word("xlsx"), "1"}})},
		{name: "plan.pptx", content: pptx(t, c.word("pptx title"), c.word("pptx"))},
		{name: "terms.pdf", content: pdf(c.word("pdf"))},
		{name: "notes.md", content: []byte("# " + c.word("md heading") + "\n\n" + c.word("md") + "\n")},
		{name: "page.html", content: []byte("<!doctype html><title>" + c.word("html title") + "</title><p>" + c.word("html") + "</p>")},
		{name: "list.csv", content: []byte("name;price\n" + c.word("csv") + ";3\n")},
		{name: "notes.txt", content: []byte(c.word("txt") + "\n")},
		{name: "broken.pdf", content: []byte("%PDF-1.7\n" + c.word("broken file") + "\n")},
	} {
		p.read(t, project, f.name, f.content)
	}
}

// plantFaults makes requests that are refused, each with a canary in it: what
// is refused must not be repeated in a log either.
func plantFaults(t *testing.T, p *person, thread, project string, c *canaries) {
	t.Helper()
	send := func(method, path, body string, headers ...string) {
		r, err := http.NewRequestWithContext(t.Context(), method, p.base+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		for i := 0; i < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		res, err := p.http.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		said, err := io.ReadAll(res.Body)
		res.Body.Close()
		if res.StatusCode >= http.StatusBadRequest {
			echoed(t, c, method+" "+path, strings.Join(append(headers, path, body), " "), said)
		}
		if err != nil || res.StatusCode >= 500 {
			t.Errorf("%s %s: %d %v", method, path, res.StatusCode, err)
		}
	}
	send("GET", "/"+c.word("unknown path"), "")
	send("GET", "/api/"+c.word("unknown API path")+"?x="+c.word("unknown query"), "")
	send("GET", "/login?return_to="+url.QueryEscape("/"+c.word("return_to")), "")
	send("GET", "/", "", "User-Agent", c.word("user agent"), "Referer", "http://x/"+c.word("referrer"), "X-Request-ID", c.word("request id"))
	send("POST", "/api/projects", `{"name": "`+c.word("cut body"))
	send("POST", "/api/projects", `{"name": "x", "`+c.word("unknown field")+`": 1}`)
	send("POST", "/api/threads/"+thread+"/chat", `{"id": "`+c.word("bad id")+`", "content": "x"}`)
	send("POST", "/api/projects/"+project+"/members", `{"email": "`+c.word("bad address")+`", "role": "viewer"}`)
	send("GET", "/api/me", "", "Authorization", "Bearer ba_"+c.word("wrong token"))
	send("GET", "/auth/oidc/callback?code="+c.word("code")+"&state="+c.word("state"), "")
	send("POST", "/setup", url.Values{"code": {c.word("setup code")}}.Encode(), "Content-Type", "application/x-www-form-urlencoded")
	send("GET", "/invite/"+c.word("invitation"), "")
}

// echoed fails the test where an answer that refuses repeats something of its
// request. That a field is unknown is said with its name.
func echoed(t *testing.T, c *canaries, where, request string, answer []byte) {
	t.Helper()
	var of canaries
	for name, word := range c.words {
		if strings.Contains(request, word) && name != "unknown field" {
			of.note(name, word)
		}
	}
	search(t, &of, "error of "+where, answer)
}

func searchDir(t *testing.T, c *canaries, where, dir string) {
	t.Helper()
	files := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		for name := range c.words {
			if word := c.words[name]; strings.Contains(strings.ToLower(path), word) {
				t.Errorf("%s: a file is named after the canary of %q", where, name)
			}
		}
		if d.Type()&fs.ModeSymlink != 0 {
			return nil // the compiled PDF engine, which was there before any document
		}
		content, err := os.ReadFile(path)
		if err == nil {
			search(t, c, where+", "+filepath.Base(path), content)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if files == 0 && !strings.Contains(where, "temporary") {
		t.Errorf("%s is empty: nothing was searched", where)
	}
}

// searchDump searches everything that PostgreSQL holds, as text and, for
// binary columns, in hex.
func searchDump(t *testing.T, c *canaries, when, database string) {
	t.Helper()
	at, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	dump, err := postgres.client("pg_dump", strings.TrimPrefix(at.Path, "/")).Output()
	if err != nil {
		t.Fatalf("pg_dump: %v", err)
	}
	if !bytes.Contains(dump, []byte("messages")) {
		t.Error("the dump holds no messages: nothing was searched")
	}
	search(t, c, when+", PostgreSQL", dump)
}

func search(t *testing.T, c *canaries, where string, content []byte) {
	t.Helper()
	for name, word := range c.words {
		for form, bytesOf := range forms(word) {
			if at := bytes.Index(content, bytesOf); at >= 0 {
				t.Errorf("%s: the canary of %q is readable (%s): ...%q...", where, name, form, content[max(0, at-80):min(len(content), at+len(bytesOf)+20)])
			}
		}
	}
}
