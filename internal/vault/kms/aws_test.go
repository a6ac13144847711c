package kms

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/ba-assistant/ba-assistant/internal/vault"
)

const (
	fixtureID     = "AKIAFIXTUREFIXTURE00"
	fixtureSecret = "fixture-secret-of-the-tests"
	firstARN      = "arn:aws:kms:eu-central-1:111122223333:key/0f8fad5b-d9cb-469f-a165-70867728950e"
	secondARN     = "arn:aws:kms:eu-central-1:111122223333:key/1f8fad5b-d9cb-469f-a165-70867728950e"
)

// fakeKMS speaks the JSON protocol of AWS KMS for one alias, and checks the
// signature of every request (AWS Signature Version 4).
type fakeKMS struct {
	*httptest.Server
	mu     sync.Mutex
	target string // the key that alias/ba names
	secret string
	kept   map[string]keptBlob
	fault  func() (status int, code string)
	calls  int
}

type keptBlob struct {
	plain   []byte
	arn     string
	context map[string]string
}

func newFakeKMS(t *testing.T) *fakeKMS {
	t.Helper()
	f := &fakeKMS{target: firstARN, secret: fixtureSecret, kept: make(map[string]keptBlob)}
	f.Server = httptest.NewServer(http.HandlerFunc(f.serve))
	t.Cleanup(f.Close)
	none := filepath.Join(t.TempDir(), "none")
	for name, value := range map[string]string{"AWS_ENDPOINT_URL_KMS": f.URL, "AWS_ACCESS_KEY_ID": fixtureID, "AWS_SECRET_ACCESS_KEY": fixtureSecret,
		"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": none, "AWS_SHARED_CREDENTIALS_FILE": none} {
		t.Setenv(name, value)
	}
	return f
}

func (f *fakeKMS) key(t *testing.T) *awsKey {
	t.Helper()
	s, err := vault.ParseService("awskms://eu-central-1/alias/ba")
	ok(t, err)
	k, err := Open(s, Options{})
	ok(t, err)
	return k.(*awsKey)
}

func (f *fakeKMS) serve(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls++
	body, _ := io.ReadAll(r.Body)
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	refuse := func(status int, code string) {
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(map[string]string{"__type": code, "message": "fixture"})
	}
	if f.fault != nil {
		if status, code := f.fault(); status != 0 {
			refuse(status, code)
			return
		}
	}
	if !signed(r, body, f.secret) {
		refuse(400, "InvalidSignatureException")
		return
	}
	var in struct {
		KeyId, CiphertextBlob string
		Plaintext             []byte
		EncryptionContext     map[string]string
	}
	if err := json.Unmarshal(body, &in); err != nil {
		refuse(400, "SerializationException")
		return
	}
	arn := in.KeyId
	if arn == "alias/ba" {
		arn = f.target
	}
	switch r.Header.Get("X-Amz-Target") {
	case "TrentService.Encrypt":
		blob := rand.Text() + "=="
		blob = strings.TrimRight(blob, "=") + strings.Repeat("A", (4-len(strings.TrimRight(blob, "="))%4)%4)
		f.kept[blob] = keptBlob{in.Plaintext, arn, in.EncryptionContext}
		_ = json.NewEncoder(w).Encode(map[string]string{"KeyId": arn, "CiphertextBlob": blob})
	case "TrentService.Decrypt":
		k, found := f.kept[in.CiphertextBlob]
		if !found || k.arn != arn || !maps.Equal(k.context, in.EncryptionContext) {
			refuse(400, "InvalidCiphertextException")
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"KeyId": arn, "Plaintext": k.plain})
	case "TrentService.DescribeKey":
		_ = json.NewEncoder(w).Encode(map[string]any{"KeyMetadata": map[string]any{"Arn": arn, "KeyId": arn[len(arn)-36:]}})
	default:
		refuse(400, "UnknownOperationException")
	}
}

// signed checks a request as the reference "Authenticating Requests (AWS
// Signature Version 4)" describes.
func signed(r *http.Request, body []byte, secret string) bool {
	fields := make(map[string]string)
	auth, is := strings.CutPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 ")
	for part := range strings.SplitSeq(auth, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		fields[name] = value
	}
	scope := strings.Split(fields["Credential"], "/")
	if !is || len(scope) != 5 || scope[0] != fixtureID || scope[2] != "eu-central-1" || scope[3] != "kms" {
		return false
	}
	names := strings.Split(fields["SignedHeaders"], ";")
	if !slices.Contains(names, "x-amz-target") || !slices.Contains(names, "host") {
		return false
	}
	canonical := r.Method + "\n" + r.URL.EscapedPath() + "\n" + r.URL.RawQuery + "\n"
	for _, n := range names {
		value := r.Header.Get(n)
		switch n {
		case "host":
			value = r.Host
		case "content-length":
			value = jsonNumber(r.ContentLength)
		}
		canonical += n + ":" + strings.TrimSpace(value) + "\n"
	}
	canonical += "\n" + fields["SignedHeaders"] + "\n" + digest(body)
	text := "AWS4-HMAC-SHA256\n" + r.Header.Get("X-Amz-Date") + "\n" + strings.Join(scope[1:], "/") + "\n" + digest([]byte(canonical))
	key := []byte("AWS4" + secret)
	for _, part := range append(scope[1:], text) {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(part))
		key = mac.Sum(nil)
	}
	return hex.EncodeToString(key) == fields["Signature"]
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func jsonNumber(n int64) string {
	var b bytes.Buffer
	_ = json.NewEncoder(&b).Encode(n)
	return strings.TrimSpace(b.String())
}

func TestAWSWrapsAndUnwrapsADataKeyInItsPlace(t *testing.T) {
	k, ctx := newFakeKMS(t).key(t), t.Context()
	wrapped, id, err := k.Wrap(ctx, []byte("data key"), []byte("place"))
	ok(t, err)
	if id != "awskms:"+firstARN || k.ID() != id {
		t.Errorf("id %s, %s", id, k.ID())
	}
	if plain, err := k.Unwrap(ctx, id, wrapped, []byte("place")); err != nil || string(plain) != "data key" {
		t.Errorf("%q, %v", plain, err)
	}
	_, err = k.Unwrap(ctx, id, wrapped, []byte("another place"))
	explained(t, "another place", err, "it was altered")
}

func TestAnAliasThatNamesANewKeyWrapsWithItAndUnwrapsWithTheOld(t *testing.T) {
	f := newFakeKMS(t)
	k, ctx := f.key(t), t.Context()
	wrapped, old, err := k.Wrap(ctx, []byte("data key"), nil)
	ok(t, err)
	f.target = secondARN
	ok(t, k.Check(ctx))
	if k.ID() != "awskms:"+secondARN {
		t.Errorf("id %s", k.ID())
	}
	if plain, err := k.Unwrap(ctx, old, wrapped, nil); err != nil || string(plain) != "data key" {
		t.Errorf("%q, %v", plain, err)
	}
}

func TestWhatAWSRefusesIsSaidWithTheRemedy(t *testing.T) {
	f := newFakeKMS(t)
	k := f.key(t)
	for code, test := range map[string]struct {
		status int
		remedy string
		calls  int
	}{
		"DisabledException":           {400, "Enable it", 1},
		"KMSInvalidStateException":    {400, "cancel the deletion", 1},
		"AccessDeniedException":       {400, "kms:Encrypt", 1},
		"NotFoundException":           {400, "MASTER_KEY_URL", 1},
		"ExpiredTokenException":       {400, "Renew AWS_ACCESS_KEY_ID", 1},
		"UnrecognizedClientException": {400, "Renew AWS_ACCESS_KEY_ID", 1},
		"ThrottlingException":         {400, "higher quota", attempts},
		"KMSInternalException":        {500, "answers with an error", attempts},
	} {
		f.fault = func() (int, string) { return test.status, code }
		f.calls = 0
		_, _, err := k.Wrap(t.Context(), []byte("data key"), nil)
		explained(t, code, err, test.remedy)
		if f.calls != test.calls {
			t.Errorf("%s: it was asked %d times, want %d", code, f.calls, test.calls)
		}
	}
	f.fault, f.secret = nil, "another"
	_, _, err := k.Wrap(t.Context(), []byte("data key"), nil)
	explained(t, "a wrong secret", err, "refuses the credentials")
	f.Close()
	_, _, err = k.Wrap(t.Context(), []byte("data key"), nil)
	explained(t, "nobody there", err, "does not answer")
}

func TestABusyAWSIsAskedAgain(t *testing.T) {
	f := newFakeKMS(t)
	k, n := f.key(t), 0
	f.fault = func() (int, string) {
		if n++; n < attempts {
			return 400, "ThrottlingException"
		}
		return 0, ""
	}
	_, _, err := k.Wrap(t.Context(), []byte("data key"), nil)
	ok(t, err)
}
