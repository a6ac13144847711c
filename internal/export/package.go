package export

import (
	"archive/zip"
	"io"
	"time"
)

// officePackage is a ZIP archive of parts (ECMA-376 part 2). The entries carry
// one fixed time, the oldest that the archive can hold.
type officePackage struct {
	z   *zip.Writer
	err error
}

func newPackage(w io.Writer) *officePackage { return &officePackage{z: zip.NewWriter(w)} }

func (p *officePackage) part(name, content string) {
	if p.err != nil {
		return
	}
	w, err := p.z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)})
	if err == nil {
		_, err = io.WriteString(w, content)
	}
	p.err = err
}

func (p *officePackage) close() error {
	if p.err != nil {
		return p.err
	}
	return p.z.Close()
}

// packageRels names the main part and the properties.
func packageRels(main string) string {
	return xmlHead + `<Relationships ` + relsSpace + `><Relationship Id="rId1" Type="` + relsBase + `officeDocument" Target="` + main + `"/>` +
		`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/>` +
		`<Relationship Id="rId3" Type="` + relsBase + `extended-properties" Target="docProps/app.xml"/></Relationships>`
}

const appProperties = xmlHead + `<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Application>BA Assistant</Application></Properties>`

const packageTypes = xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` +
	`<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/><Override PartName="/docProps/app.xml" ContentType="application/vnd.openxmlformats-officedocument.extended-properties+xml"/>`

const docxTypes = packageTypes +
	`<Override PartName="/word/document.xml" ContentType="` + wordMain + `document.main+xml"/>` +
	`<Override PartName="/word/styles.xml" ContentType="` + wordMain + `styles+xml"/>` +
	`<Override PartName="/word/numbering.xml" ContentType="` + wordMain + `numbering+xml"/>` +
	`<Override PartName="/word/footnotes.xml" ContentType="` + wordMain + `footnotes+xml"/>` +
	`<Override PartName="/word/settings.xml" ContentType="` + wordMain + `settings+xml"/>` +
	`<Override PartName="/word/header1.xml" ContentType="` + wordMain + `header+xml"/>` +
	`<Override PartName="/word/footer1.xml" ContentType="` + wordMain + `footer+xml"/></Types>`

// docxSection is an A4 page; the first one has no header and footer.
const docxSection = `<w:sectPr><w:headerReference w:type="default" r:id="rId5"/><w:footerReference w:type="default" r:id="rId6"/><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1418" w:right="1134" w:bottom="1276" w:left="1134" w:header="680" w:footer="567" w:gutter="0"/><w:titlePg/></w:sectPr>`

const docxSettings = xmlHead + `<w:settings ` + docxSpace + `><w:zoom w:percent="100"/><w:defaultTabStop w:val="709"/><w:footnotePr><w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr><w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>`
