package extract

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
	"unicode/utf16"

	"github.com/gabriel-vasile/mimetype"
)

// Detect returns what a document is. The content decides; among the text
// formats, which cannot be told apart by content, the name's ending does. A
// content that contradicts the ending, and one that no reader is for, is a
// *RejectError, with which the format of the content is returned where it is
// known.
func Detect(data []byte, name string) (Format, error) {
	if len(data) == 0 {
		return "", reject(Empty, "The file is empty: it has zero bytes. Check the original and upload it again.")
	}
	if len(data) > MaxDocument {
		return "", reject(TooLarge, "The file is larger than 100 MB. Split it, or save it without pictures.")
	}
	if len(name) > MaxName {
		name = name[len(name)-MaxName:]
	}
	named, known := endings[ending(name)]
	found, err := byContent(data, named)
	if err != nil {
		return found, err
	}
	if known && named != found && !(isText(named) && isText(found)) {
		return found, mismatch(name, found.withArticle())
	}
	return found, nil
}

// endings are the name endings that promise a format.
var endings = map[string]Format{
	"pdf": PDF, "docx": DOCX, "docm": DOCX, "dotx": DOCX, "xlsx": XLSX, "xlsm": XLSX, "xltx": XLSX,
	"pptx": PPTX, "pptm": PPTX, "ppsx": PPTX, "potx": PPTX, "csv": CSV, "tsv": CSV, "tab": CSV,
	"txt": TXT, "text": TXT, "log": TXT, "md": Markdown, "markdown": Markdown, "html": HTML, "htm": HTML, "xhtml": HTML,
}

func ending(name string) string {
	return strings.ToLower(strings.TrimPrefix(filepath.Ext(name), "."))
}

func isText(f Format) bool { return f == TXT || f == CSV || f == Markdown || f == HTML }

func byContent(data []byte, named Format) (Format, error) {
	head := data[:min(len(data), 1024)]
	switch {
	case bytes.HasPrefix(data, []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")):
		return "", rejectOLE(data)
	case bytes.HasPrefix(data, []byte("PK\x03\x04")), bytes.HasPrefix(data, []byte("PK\x05\x06")):
		return byPackage(data, named)
	case bytes.HasPrefix(data, []byte(`{\rtf`)):
		return "", reject(UnknownType, "Rich Text (RTF) is not read. Save the document as Word (.docx) or PDF and upload that.")
	case looksLikeHTML(head):
		return textFormat(HTML, named)
	case bytes.Contains(head, []byte("%PDF-")):
		return PDF, nil
	}
	if enc := sniffEncoding(data); enc.name != "" {
		return textFormat(TXT, named)
	}
	return "", unknownBinary(data, named)
}

// textFormat returns the text format that the name promises, or the one that
// the content suggests.
func textFormat(suggested, named Format) (Format, error) {
	if isText(named) {
		return named, nil
	}
	return suggested, nil
}

func looksLikeHTML(head []byte) bool {
	head = bytes.ToLower(bytes.TrimLeft(head, "\xEF\xBB\xBF \t\r\n"))
	for _, mark := range []string{"<!doctype html", "<html", "<head", "<body"} {
		if bytes.HasPrefix(head, []byte(mark)) {
			return true
		}
	}
	return false
}

// rejectOLE tells apart what comes in an OLE compound file ([MS-CFB]) by the
// names of its streams: packages behind a password ([MS-OFFCRYPTO] 2.3.2) and
// the formats of Office before 2007.
func rejectOLE(data []byte) *RejectError {
	has := func(stream string) bool { return bytes.Contains(data, utf16le(stream)) }
	switch {
	case has("EncryptedPackage"):
		return reject(Encrypted, "The document is protected with a password. Open it in Office, remove the password (File, Info, Protect), save it and upload that copy.")
	case has("WordDocument"):
		return reject(LegacyFormat, "This is a Word file of the old kind (.doc), which is not read. Open it in Word, save it as .docx or PDF and upload that.")
	case has("Workbook"), has("Book"):
		return reject(LegacyFormat, "This is an Excel file of the old kind (.xls), which is not read. Open it in Excel, save it as .xlsx and upload that.")
	case has("PowerPoint Document"):
		return reject(LegacyFormat, "This is a PowerPoint file of the old kind (.ppt), which is not read. Open it in PowerPoint, save it as .pptx and upload that.")
	}
	return reject(LegacyFormat, "This is an Office file of the old kind, which is not read. Save it as .docx, .xlsx, .pptx or PDF and upload that.")
}

func utf16le(s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return b
}

func unknownBinary(data []byte, named Format) *RejectError {
	what := describeBinary(data)
	if named != "" {
		return reject(Mismatch, fmt.Sprintf("The name promises %s, but the content is %s. Upload the document itself.", named.withArticle(), what))
	}
	return reject(UnknownType, fmt.Sprintf("The content is %s, which is not read. PDF, Word (.docx), Excel (.xlsx), PowerPoint (.pptx), CSV, text, Markdown and HTML are.", what))
}

func describeBinary(data []byte) string {
	m := mimetype.Detect(data[:min(len(data), 3072)])
	kind, _, _ := strings.Cut(m.String(), "/")
	short := strings.ToUpper(strings.TrimPrefix(m.Extension(), "."))
	switch {
	case short == "":
		return "none of the formats that are read"
	case kind == "image":
		return "a picture (" + short + ")"
	case kind == "audio":
		return "a sound recording (" + short + ")"
	case kind == "video":
		return "a video (" + short + ")"
	}
	return "another kind of file (" + short + ")"
}

func mismatch(name, what string) *RejectError {
	return reject(Mismatch, fmt.Sprintf("The name ends in .%s, but the content is %s. If that is the right document, rename it accordingly and upload it again.", shorten(ending(name), 12), what))
}
