package extract

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"errors"
	"io"
	"path"
	"strings"
)

// opcPackage is an Office Open XML package (ECMA-376 part 2): a ZIP archive
// whose entries are parts with content types and relationships.
type opcPackage struct {
	format Format
	main   string // name of the main part
	files  map[string]*zip.File
	types  contentTypes
	read   int64 // bytes of XML read so far, of MaxXMLTotal
}

// mainTypes are the content types of main parts, without their common ending.
var mainTypes = map[string]Format{
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document":   DOCX,
	"application/vnd.openxmlformats-officedocument.wordprocessingml.template":   DOCX,
	"application/vnd.ms-word.document.macroenabled":                             DOCX,
	"application/vnd.ms-word.template.macroenabledtemplate":                     DOCX,
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":         XLSX,
	"application/vnd.openxmlformats-officedocument.spreadsheetml.template":      XLSX,
	"application/vnd.ms-excel.sheet.macroenabled":                               XLSX,
	"application/vnd.ms-excel.template.macroenabled":                            XLSX,
	"application/vnd.openxmlformats-officedocument.presentationml.presentation": PPTX,
	"application/vnd.openxmlformats-officedocument.presentationml.slideshow":    PPTX,
	"application/vnd.openxmlformats-officedocument.presentationml.template":     PPTX,
	"application/vnd.ms-powerpoint.presentation.macroenabled":                   PPTX,
	"application/vnd.ms-powerpoint.slideshow.macroenabled":                      PPTX,
	"application/vnd.ms-powerpoint.template.macroenabled":                       PPTX,
}

// byPackage returns the format of a ZIP archive.
func byPackage(data []byte, named Format) (Format, error) {
	p, err := openPackage(data, named)
	if err != nil {
		return "", err
	}
	return p.format, nil
}

// openPackage reads the directory of a package, holds every entry against the
// limits and finds the main part. Nothing is unpacked but the content types
// and the relationships of the package.
func openPackage(data []byte, named Format) (*opcPackage, error) {
	if bytes.Count(data, []byte("PK\x01\x02")) > MaxParts {
		return nil, expandsTooFar(nil)
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, damaged(named, err)
	}
	p := &opcPackage{files: map[string]*zip.File{}, format: named}
	if err := p.checkEntries(z.File); err != nil {
		return nil, err
	}
	if p.files["[Content_Types].xml"] == nil {
		return nil, p.notOffice(named)
	}
	if p.types, err = p.readContentTypes(); err != nil {
		return nil, err
	}
	return p, p.findMain(named)
}

// checkEntries holds the entries against the limits before anything is read.
func (p *opcPackage) checkEntries(files []*zip.File) error {
	var total uint64
	for _, f := range files {
		name, err := partName(f.Name)
		if err != nil {
			return err
		}
		if f.Flags&1 != 0 {
			return reject(Encrypted, "The package is protected with a password. Remove the password and upload it again.")
		}
		total += f.UncompressedSize64
		farOut := f.UncompressedSize64 > RatioFloor && f.UncompressedSize64/MaxRatio > f.CompressedSize64
		if f.UncompressedSize64 > MaxExpanded || total > MaxExpanded || farOut {
			return expandsTooFar(nil)
		}
		if strings.HasSuffix(name, "/") {
			continue
		}
		if p.files[name] != nil {
			return reject(UnsafePartNames, "The package holds two parts of the same name, so programs would disagree about its content. Save it again in Office and upload that copy.")
		}
		p.files[name] = f
	}
	return nil
}

// partName returns the entry's name with slashes, and refuses one that leads
// out of the package.
func partName(name string) (string, error) {
	slashed := strings.ReplaceAll(name, `\`, "/")
	unsafe := strings.HasPrefix(slashed, "/") || strings.ContainsAny(slashed, ":\x00")
	for _, segment := range strings.Split(slashed, "/") {
		unsafe = unsafe || segment == ".."
	}
	if unsafe {
		return "", reject(UnsafePartNames, "The package holds parts whose names lead out of it, as an attack would. Save the document again in Office and upload that copy.")
	}
	return slashed, nil
}

func expandsTooFar(cause error) *RejectError {
	return rejectBecause(ExpandsTooFar, "The file is small but unpacks to far more than a document needs, so it was not opened. Save it again in the program that made it; if it really is that large, split it.", cause)
}

// notOffice says what a ZIP archive without content types is.
func (p *opcPackage) notOffice(named Format) error {
	what := "a ZIP archive without an Office document"
	hint := " Unpack it and upload the documents one by one."
	switch {
	case p.files["mimetype"] != nil && p.files["content.xml"] != nil:
		what, hint = "an OpenDocument file", " Save it as .docx, .xlsx, .pptx or PDF and upload that."
	case p.files["Index/Document.iwa"] != nil || p.files["index.xml"] != nil:
		what, hint = "an Apple iWork file", " Export it as Word, Excel, PowerPoint or PDF and upload that."
	case p.files["META-INF/container.xml"] != nil:
		what, hint = "an electronic book (EPUB)", " Convert it to PDF and upload that."
	}
	if named != "" {
		return reject(Mismatch, "The name promises a "+named.noun()+", but the content is "+what+"."+hint)
	}
	return reject(UnknownType, "The content is "+what+", which is not read."+hint)
}

// findMain sets the main part and the format.
func (p *opcPackage) findMain(named Format) error {
	rels, err := p.relations("")
	if err != nil {
		return err
	}
	for _, r := range rels {
		if r.kind == "officeDocument" && p.files[r.target] != nil {
			p.main = r.target
		}
	}
	if p.main == "" {
		p.main = p.types.mainPart(p.files)
	}
	kind := strings.TrimSuffix(p.types.of(p.main), ".main+xml")
	if strings.Contains(kind, "sheet.binary") {
		return reject(LegacyFormat, "This is a binary Excel workbook (.xlsb), which is not read. Save it as .xlsx and upload that.")
	}
	format := mainTypes[kind]
	if format == "" || p.main == "" {
		return p.notOffice(named)
	}
	p.format = format
	return nil
}

// open returns the content of a part, limited, or nil where there is none.
func (p *opcPackage) open(name string) (io.ReadCloser, error) {
	f := p.files[name]
	if f == nil {
		return nil, nil
	}
	if f.Method != zip.Store && f.Method != zip.Deflate {
		return nil, damaged(p.format, zip.ErrAlgorithm)
	}
	r, err := f.Open()
	if err != nil {
		return nil, damaged(p.format, err)
	}
	return &partReader{ReadCloser: r, p: p}, nil
}

// partReader counts what is unpacked, and the bytes since the last tag.
type partReader struct {
	io.ReadCloser
	p       *opcPackage
	n, text int64
}

func (r *partReader) Read(b []byte) (int, error) {
	n, err := r.ReadCloser.Read(b)
	r.n += int64(n)
	r.p.read += int64(n)
	if r.n > MaxXMLPart || r.p.read > MaxXMLTotal {
		return n, expandsTooFar(nil)
	}
	if i := bytes.LastIndexByte(b[:n], '<'); i >= 0 {
		r.text = int64(n - i)
	} else if r.text += int64(n); r.text > MaxXMLToken {
		return n, reject(TooLarge, "The document holds a single piece of text of more than 16 MB. Save it again in Office and upload that copy.")
	}
	if err != nil && err != io.EOF {
		return n, r.p.fault(err)
	}
	return n, err
}

// fault turns an error of reading the package into a refusal.
func (p *opcPackage) fault(err error) error {
	var r *RejectError
	var corrupt flate.CorruptInputError
	switch {
	case errors.As(err, &r):
		return r
	case errors.Is(err, zip.ErrFormat), errors.Is(err, zip.ErrChecksum), errors.As(err, &corrupt), errors.Is(err, io.ErrUnexpectedEOF):
		return damaged(p.format, err)
	}
	return err
}

// resolve returns the name of the part that a relationship of base points to.
func resolve(base, target string) string {
	if strings.HasPrefix(target, "/") {
		return path.Clean(target)[1:]
	}
	return strings.TrimPrefix(path.Join("/", path.Dir(base), target), "/")
}
