package httpx

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/ba-assistant/ba-assistant/ba"
)

// DecodeJSON reads the request's body into v. It refuses another content type,
// unknown and repeated fields, wrong types, invalid UTF-8 and anything after
// the value, and says where; it never repeats a value.
func DecodeJSON(r *http.Request, v any) error {
	if mediaType, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";"); strings.TrimSpace(mediaType) != "application/json" {
		return ba.E(ba.Unsupported, "Send the body as JSON, with the header 'Content-Type: application/json'.")
	}
	data, err := io.ReadAll(r.Body)
	if err != nil {
		return fromBody(err)
	}
	if err := CheckJSON(data); err != nil {
		return err
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return jsonError(err)
	}
	return nil
}

// CheckJSON returns nil where data is one JSON value in valid UTF-8 whose
// objects name no field twice, and an Invalid error else. (encoding/json alone
// replaces bad UTF-8 and lets the last of two equal names win.)
func CheckJSON(data []byte) error {
	if !utf8.Valid(data) {
		return invalidBody("must be valid UTF-8")
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	if err := checkValue(dec, 0); err != nil {
		return err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return invalidBody("must hold one JSON value and nothing after it")
	}
	return nil
}

const maxJSONDepth = 64

func checkValue(dec *json.Decoder, depth int) error {
	token, err := dec.Token()
	if err != nil {
		return jsonError(err)
	}
	delim, nested := token.(json.Delim)
	if !nested {
		return nil
	}
	if depth == maxJSONDepth {
		return invalidBody("is nested too deeply")
	}
	names := map[string]bool{}
	for dec.More() {
		if delim == '{' {
			if err := checkName(dec, names); err != nil {
				return err
			}
		}
		if err := checkValue(dec, depth+1); err != nil {
			return err
		}
	}
	if _, err := dec.Token(); err != nil { // the closing bracket
		return jsonError(err)
	}
	return nil
}

func checkName(dec *json.Decoder, names map[string]bool) error {
	token, err := dec.Token()
	if err != nil {
		return jsonError(err)
	}
	name, _ := token.(string) // the decoder refuses other keys
	if names[name] {
		return invalidBody("names a field twice")
	}
	names[name] = true
	return nil
}

func jsonError(err error) error {
	var wrongType *json.UnmarshalTypeError
	switch {
	case errors.As(err, &wrongType) && wrongType.Field != "":
		return &ba.Error{Kind: ba.Invalid, Msg: badFields, Fields: []ba.Field{{Location: "body." + wrongType.Field, Message: "has the wrong type"}}, Err: err}
	case strings.HasPrefix(err.Error(), "json: unknown field "): // no typed error exists for it (golang/go#29035)
		return invalidBody("has a field that is not known here")
	}
	return invalidBody("is not valid JSON")
}

const badFields = "Some fields are not valid. Correct them and send the request again."

func invalidBody(message string) error {
	return &ba.Error{Kind: ba.Invalid, Msg: "The request's body " + message + ". Correct it and send it again.", Fields: []ba.Field{{Location: "body", Message: message}}}
}
