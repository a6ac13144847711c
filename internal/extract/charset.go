package extract

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/wlynxg/chardet"
	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
)

// sampleSize bounds what is looked at to guess a legacy encoding.
const sampleSize = 64 << 10

// textEncoding is how a text file's bytes stand for characters. The zero value
// says that the bytes are not text.
type textEncoding struct {
	name    string            // WHATWG name, or "utf-8-sig"
	dec     encoding.Encoding // nil for UTF-8
	skip    int               // bytes of the byte order mark
	guessed bool              // by the frequency of letters: may be wrong
}

// sniffEncoding decides by byte order mark, valid UTF-8, the zero bytes of
// UTF-16, and last by the frequency of letters.
func sniffEncoding(data []byte) textEncoding {
	switch {
	case bytes.HasPrefix(data, []byte("\xEF\xBB\xBF")):
		return textEncoding{name: "utf-8-sig", skip: 3}
	case bytes.HasPrefix(data, []byte("\xFF\xFE")):
		return textEncoding{name: "utf-16le", dec: utf16Encoding(unicode.LittleEndian), skip: 2}
	case bytes.HasPrefix(data, []byte("\xFE\xFF")):
		return textEncoding{name: "utf-16be", dec: utf16Encoding(unicode.BigEndian), skip: 2}
	}
	if e := sniffUTF16(data); e.name != "" {
		return e
	}
	if binaryControls(data) {
		return textEncoding{}
	}
	if utf8.Valid(data) || nearlyUTF8(data) {
		return textEncoding{name: "utf-8"}
	}
	return guessLegacy(data[:min(len(data), sampleSize)])
}

func utf16Encoding(order unicode.Endianness) encoding.Encoding {
	return unicode.UTF16(order, unicode.IgnoreBOM)
}

// sniffUTF16 recognises UTF-16 without a mark: in text with letters below
// U+0100 nearly every second byte is zero, always on the same side.
func sniffUTF16(data []byte) textEncoding {
	sample := data[:min(len(data)&^1, sampleSize)]
	if len(sample) < 4 {
		return textEncoding{}
	}
	var zeros [2]int
	for i, c := range sample {
		if c == 0 {
			zeros[i&1]++
		}
	}
	pairs := len(sample) / 2
	switch {
	case zeros[1] > pairs*2/5 && zeros[0] <= pairs/50 && readable16(sample, 0, 1):
		return textEncoding{name: "utf-16le", dec: utf16Encoding(unicode.LittleEndian)}
	case zeros[0] > pairs*2/5 && zeros[1] <= pairs/50 && readable16(sample, 1, 0):
		return textEncoding{name: "utf-16be", dec: utf16Encoding(unicode.BigEndian)}
	}
	return textEncoding{}
}

// readable16 reports whether the units with a zero high byte are text.
func readable16(sample []byte, low, high int) bool {
	odd, seen := 0, 0
	for i := 0; i+1 < len(sample); i += 2 {
		if sample[i+high] != 0 {
			continue
		}
		seen++
		if c := sample[i+low]; c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' {
			odd++
		}
	}
	return odd*50 <= seen
}

// binaryControls reports control characters that text does not have: any
// number of zero bytes among the first, or over one in a hundred of others.
func binaryControls(data []byte) bool {
	sample := data[:min(len(data), sampleSize)]
	odd := 0
	for _, c := range sample {
		if c == 0 || c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != '\v' && c != 0x1B && c != 0x1A {
			odd++
		}
	}
	return odd*100 > len(sample)
}

// nearlyUTF8 reports text that is UTF-8 but for a few broken characters, as
// after a careless cut: at most one in five hundred of those beyond ASCII, or
// the last one alone.
func nearlyUTF8(data []byte) bool {
	good, bad := 0, 0
	for i := 0; i < len(data); {
		if data[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n == 1 {
			if len(data)-i < utf8.UTFMax && good > 0 && !utf8.FullRune(data[i:]) {
				break
			}
			bad++
		} else {
			good++
		}
		i += n
	}
	return good > 0 && bad*500 <= good
}

// legacy are the encodings that a guess may name, apart from those of Western
// Europe, which all are read as windows-1252.
var legacy = map[string]string{
	"ibm866": "ibm866", "windows-1251": "windows-1251", "koi8-r": "koi8-r", "iso-8859-5": "iso-8859-5", "maccyrillic": "x-mac-cyrillic",
	"iso-8859-2": "iso-8859-2", "windows-1250": "windows-1250", "iso-8859-7": "iso-8859-7", "windows-1253": "windows-1253",
	"iso-8859-9": "windows-1254", "windows-1254": "windows-1254", "iso-8859-6": "iso-8859-6", "windows-1256": "windows-1256",
	"iso-8859-8": "windows-1255", "windows-1255": "windows-1255", "shift-jis": "shift_jis", "shift_jis": "shift_jis", "cp932": "shift_jis", "euc-jp": "euc-jp",
	"iso-2022-jp": "iso-2022-jp", "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "big5": "big5", "euc-kr": "euc-kr",
	"cp949": "euc-kr", "tis-620": "windows-874", "macroman": "macintosh",
}

// sureEnough is the confidence below which a guess is not followed.
const sureEnough = 0.6

func guessLegacy(sample []byte) textEncoding {
	g := chardet.Detect(sample)
	name := legacy[strings.ToLower(g.Encoding)]
	if name == "" || g.Confidence < sureEnough {
		name = "windows-1252"
	}
	enc, err := htmlindex.Get(name)
	if err != nil {
		return textEncoding{}
	}
	return textEncoding{name: name, dec: enc, guessed: true}
}

// sniffHTML is sniffEncoding with the charset that a web page declares; what
// the bytes themselves prove wins over the declaration.
func sniffHTML(data []byte) textEncoding {
	e := sniffEncoding(data)
	if !e.guessed && !(e.name == "utf-8" && isASCII(data)) {
		return e
	}
	if enc, name := charset.Lookup(declaredCharset(data)); enc != nil && !strings.HasPrefix(name, "utf-") {
		return textEncoding{name: name, dec: enc}
	}
	return e
}

func isASCII(data []byte) bool {
	for _, c := range data {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// declaredCharset returns the first charset named near the start, or "".
func declaredCharset(data []byte) string {
	head := bytes.ToLower(data[:min(len(data), 8192)])
	_, rest, found := bytes.Cut(head, []byte("charset="))
	if !found {
		return ""
	}
	rest = bytes.TrimLeft(rest, `"' `)
	if i := bytes.IndexAny(rest, "\"' ;>/\r\n"); i >= 0 {
		rest = rest[:i]
	}
	return string(rest[:min(len(rest), 40)])
}

// reader returns the text as UTF-8 without its byte order mark; what does not
// decode becomes U+FFFD.
func (e textEncoding) reader(data []byte) io.Reader {
	r := bytes.NewReader(data[e.skip:])
	if e.dec == nil {
		return transform.NewReader(r, runes.ReplaceIllFormed())
	}
	return transform.NewReader(r, e.dec.NewDecoder())
}
