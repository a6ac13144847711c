package live

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

// Canary is what `--canary write` keeps until `--canary check`: how a record
// looked before a redeploy, as a salted hash, and the marks of the process
// that answered. It holds no token and no content.
type Canary struct {
	Version int               `json:"version"`
	URL     string            `json:"url"`
	Field   string            `json:"field,omitempty"` // dotted path into a JSON answer; empty: the whole answer
	Written time.Time         `json:"written"`
	Salt    string            `json:"salt"`
	Hash    string            `json:"hash"`
	Marks   map[string]string `json:"marks"` // name of a boot mark -> salted hash of its value
}

// CanaryOptions name the record. It should be one that you made yourself just
// now and that nobody changes: a project, a note, a document.
type CanaryOptions struct {
	Record string // address or path of a GET that shows the record
	Field  string
}

// WriteCanary asks for the record and returns what to keep. It fails with
// ba.Invalid where the address makes no sense, and ba.Unavailable where there
// is no such record.
func WriteCanary(ctx context.Context, o Options, c CanaryOptions) (*Canary, error) {
	s, err := newSession(o)
	if err != nil {
		return nil, err
	}
	defer s.prober.close()
	record, err := s.recordURL(c.Record)
	if err != nil {
		return nil, err
	}
	var salt [16]byte
	_, _ = rand.Read(salt[:]) // never fails (crypto/rand)
	kept := &Canary{Version: 1, URL: record, Field: c.Field, Written: s.now().UTC(), Salt: hex.EncodeToString(salt[:])}
	value, why := s.record(ctx, kept)
	if why != "" {
		return nil, ba.E(ba.Unavailable, "The record could not be read: "+why+". Make one in the application, give the address that shows it, and a test account's token if it needs one.")
	}
	kept.Hash = kept.digest(value)
	kept.Marks = s.marks(ctx, kept)
	return kept, nil
}

// CheckCanary compares after a redeploy: DATA-18.
func CheckCanary(ctx context.Context, o Options, c *Canary) (Outcome, error) {
	s, err := newSession(o)
	if err != nil {
		return Outcome{}, err
	}
	defer s.prober.close()
	if c.Version != 1 {
		return Outcome{}, ba.E(ba.Invalid, "This canary file was written by another version. Write it again, redeploy, and check.")
	}
	if _, err := s.recordURL(c.URL); err != nil {
		return Outcome{}, err
	}
	value, why := s.record(ctx, c)
	return c.judge(value, why, s.marks(ctx, c)), nil
}

// recordURL allows only records on the named hosts.
func (s *session) recordURL(raw string) (string, error) {
	if strings.HasPrefix(raw, "/") {
		raw = s.api.url(raw)
	}
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || !s.named(u) {
		return "", ba.E(ba.Invalid, "The canary's record must be an address on the deployment that is checked, such as /api/projects/ID.")
	}
	return u.String(), nil
}

// record returns the part of the answer that is compared, or why there is none.
func (s *session) record(ctx context.Context, c *Canary) (value []byte, why string) {
	header := map[string]string{"Cache-Control": "no-cache"}
	if s.opts.Bearer != "" {
		u, err := url.Parse(c.URL)
		if err != nil || !s.verified(ctx, u) {
			return nil, "the certificate is not valid, so the token was not sent"
		}
		header["Authorization"] = "Bearer " + s.opts.Bearer
	}
	a, err := s.prober.do(ctx, ask{url: c.URL, header: header, accept: "application/json"})
	switch {
	case err != nil:
		return nil, Explain(hostOf(c.URL), err)
	case a.Status != 200:
		return nil, fmt.Sprintf("status %d", a.Status)
	case a.Truncated || a.Cut != nil:
		return nil, "the answer is too long or was cut"
	case c.Field == "":
		return bytes.TrimSpace(a.Body), ""
	}
	value, ok := field(a.Body, c.Field)
	if !ok {
		return nil, "the answer has no field " + clean(c.Field, 60)
	}
	return value, ""
}

// verified looks at the certificate before a token is sent. Plain http is
// accepted only for addresses that were allowed as private.
func (s *session) verified(ctx context.Context, u *url.URL) bool {
	if u.Scheme == "http" {
		return s.opts.AllowPrivate && isLocalName(u.Hostname())
	}
	state, err := s.prober.handshake(ctx, u)
	if err != nil {
		return false
	}
	cert, err := Inspect(state, u.Hostname(), s.now(), s.opts.Roots)
	return err == nil && cert.Trusted()
}

func hostOf(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return "the host"
	}
	return u.Host
}

// field follows a dotted path through objects and, by number, arrays.
func field(body []byte, path string) ([]byte, bool) {
	var doc any
	if json.Unmarshal(body, &doc) != nil {
		return nil, false
	}
	for _, key := range strings.Split(path, ".") {
		switch v := doc.(type) {
		case map[string]any:
			inner, ok := v[key]
			if !ok {
				return nil, false
			}
			doc = inner
		case []any:
			var i int
			if _, err := fmt.Sscanf(key, "%d", &i); err != nil || i < 0 || i >= len(v) {
				return nil, false
			}
			doc = v[i]
		default:
			return nil, false
		}
	}
	out, err := json.Marshal(doc)
	return out, err == nil
}

func (c *Canary) digest(value []byte) string {
	mac := hmac.New(sha256.New, []byte(c.Salt))
	mac.Write(value)
	return hex.EncodeToString(mac.Sum(nil))
}

// bootFields are what health routes call the marks of a process.
var bootFields = []string{"started_at", "start_time", "started", "boot_id", "instance", "instance_id", "deployment", "deployment_id", "build", "build_id", "commit", "git_sha", "sha", "version", "revision", "release", "hostname", "pid"}

var bootHeaders = []string{"X-Boot-Id", "X-Instance-Id", "X-Deployment-Id", "X-Version", "X-App-Version", "X-Commit", "X-Release", "X-Build", "Fly-Machine-Id", "X-Railway-Deployment-Id"}

// marks collects what changes when another process answers.
func (s *session) marks(ctx context.Context, c *Canary) map[string]string {
	marks := make(map[string]string)
	s.api.entry = &answer{} // marks need no entry page
	a := s.findHealth(ctx)
	if a == nil {
		return marks
	}
	for _, name := range bootHeaders {
		if v := a.get(name); v != "" {
			marks["header "+name] = c.digest([]byte(v))
		}
	}
	var doc map[string]any
	if json.Unmarshal(a.Body, &doc) != nil {
		return marks
	}
	for _, name := range bootFields {
		if v, ok := doc[name]; ok {
			marks[name] = c.digest(fmt.Append(nil, v))
		}
	}
	for _, name := range []string{"uptime", "uptime_seconds", "uptime_s"} {
		if v, ok := doc[name].(float64); ok { // the start, to the minute
			marks["start by "+name] = c.digest(fmt.Append(nil, s.now().Add(-time.Duration(v)*time.Second).Truncate(time.Minute).Unix()/60))
		}
	}
	return marks
}

func (c *Canary) judge(value []byte, why string, marks map[string]string) Outcome {
	changed, same := 0, 0
	for name, before := range c.Marks {
		if after, ok := marks[name]; ok && after != before {
			changed++
		} else if ok {
			same++
		}
	}
	since := "written " + c.Written.Format("2006-01-02 15:04 UTC")
	fix := "Put the database and uploads on a volume or a managed service: see the DATA checks of the repository for the path that the application writes to."
	switch {
	case why != "" && !strings.HasPrefix(why, "status 404") && !strings.HasPrefix(why, "status 410"):
		return outcome("DATA-18", NotDetermined, "the record could not be asked for: "+why).at(c.URL)
	case why != "":
		return outcome("DATA-18", Fail, "the record is gone ("+why+")").at(c.URL).proof(since).fix(fix)
	case c.digest(value) != c.Hash:
		return outcome("DATA-18", Warn, "the record is not what it was").at(c.URL).proof(since).fix("If nobody changed it, data was lost or restored from an older state. Choose a record, or a field (--canary-field), that nobody changes.")
	case changed > 0:
		return outcome("DATA-18", Pass, "the record survived a redeploy").at(c.URL).proof(since, fmt.Sprintf("%d boot marks changed", changed))
	case len(c.Marks) == 0:
		return outcome("DATA-18", Question, "the record is unchanged, but the application shows nothing that tells whether it was redeployed since: was it?").at(c.URL).proof(since)
	}
	return outcome("DATA-18", NotDetermined, "the record is unchanged, but no redeploy was seen: redeploy, then check again").at(c.URL).proof(since, fmt.Sprintf("%d boot marks are the same", same))
}
