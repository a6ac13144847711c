package secrets

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
)

// EnvVar is one assignment of an env file.
type EnvVar struct {
	Name, Value string
	Line        int // from 1
}

// ParseEnv reads the assignments of an env file the way the common loaders do:
// optional "export", quotes, comments, values over several lines in double
// quotes. Bytes that are no text give nothing. Text that Windows editors saved
// as UTF-16 is understood: git calls it binary, and the secrets in it are not
// less readable for that.
func ParseEnv(data []byte) []EnvVar {
	text, ok := decodeText(data)
	if !ok {
		return nil
	}
	var vars []EnvVar
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i := 0; i < len(lines); i++ {
		name, value, ok := strings.Cut(lines[i], "=")
		name = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(name), "export "))
		if !ok || !validName(name) {
			continue
		}
		at := i + 1
		value = strings.TrimSpace(value)
		if open := opensQuote(value); open != 0 {
			for n := 0; i+1 < len(lines) && n < 100 && !closesQuote(value, open); n++ {
				i++
				value += "\n" + lines[i]
			}
		}
		vars = append(vars, EnvVar{Name: name, Value: unquote(value), Line: at})
	}
	return vars
}

func validName(s string) bool {
	if s == "" || len(s) > 200 || s[0] >= '0' && s[0] <= '9' {
		return false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if !(c == '_' || c == '.' || c == '-' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z') {
			return false
		}
	}
	return true
}

func opensQuote(v string) byte {
	if v != "" && (v[0] == '"' || v[0] == '\'') && strings.IndexByte(v[1:], v[0]) < 0 {
		return v[0]
	}
	return 0
}

func closesQuote(v string, q byte) bool { return strings.IndexByte(v[1:], q) >= 0 }

func unquote(v string) string {
	if v != "" && (v[0] == '"' || v[0] == '\'' || v[0] == '`') {
		if end := strings.IndexByte(v[1:], v[0]); end >= 0 {
			return v[1 : 1+end]
		}
		return v[1:]
	}
	if i := strings.Index(v, " #"); i >= 0 {
		v = v[:i]
	}
	return strings.TrimSpace(v)
}

// decodeText returns UTF-8 text, and false for binary content.
func decodeText(b []byte) (string, bool) {
	switch {
	case bytes.HasPrefix(b, []byte{0xff, 0xfe}):
		return decodeUTF16(b[2:], binary.LittleEndian), true
	case bytes.HasPrefix(b, []byte{0xfe, 0xff}):
		return decodeUTF16(b[2:], binary.BigEndian), true
	}
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	if bytes.IndexByte(b[:min(len(b), 8000)], 0) >= 0 {
		return "", false
	}
	return string(b), true
}

func decodeUTF16(b []byte, order binary.ByteOrder) string {
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = order.Uint16(b[2*i:])
	}
	return string(utf16.Decode(units))
}
