package extract

import (
	"archive/zip"
	"encoding/xml"
	"io"
	"path"
	"slices"
	"strings"
)

// contentTypes says what each part holds.
type contentTypes struct {
	parts      map[string]string // by lower-case name
	extensions map[string]string
}

func (c contentTypes) of(part string) string {
	if t := c.parts[strings.ToLower(part)]; t != "" {
		return t
	}
	return c.extensions[strings.ToLower(strings.TrimPrefix(path.Ext(part), "."))]
}

// mainPart returns the first part, by name, with the type of a main part.
func (c contentTypes) mainPart(files map[string]*zip.File) string {
	return first(partsWhere(files, func(name string) bool {
		return mainTypes[strings.TrimSuffix(c.of(name), ".main+xml")] != ""
	}))
}

func first(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return names[0]
}

// partsWhere returns the names that match, sorted.
func partsWhere(files map[string]*zip.File, match func(string) bool) []string {
	var names []string
	for name := range files {
		if match(name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// ofType returns the parts whose content type ends so, sorted.
func (p *opcPackage) ofType(suffix string) []string {
	return partsWhere(p.files, func(name string) bool { return strings.HasSuffix(p.types.of(name), suffix) })
}

func (p *opcPackage) readContentTypes() (contentTypes, error) {
	c := contentTypes{parts: map[string]string{}, extensions: map[string]string{}}
	err := p.each("[Content_Types].xml", func(x *xmlPart, e xml.StartElement) error {
		kind := strings.ToLower(attr(e, "ContentType"))
		switch e.Name.Local {
		case "Override":
			c.parts[strings.ToLower(strings.TrimPrefix(attr(e, "PartName"), "/"))] = kind
		case "Default":
			c.extensions[strings.ToLower(attr(e, "Extension"))] = kind
		}
		return nil
	})
	return c, err
}

// relation is one relationship of a part to another part of the package.
type relation struct {
	id     string
	kind   string // last segment of the type
	target string // name of the part
}

// relations returns the relationships of a part, or of the package for the
// empty name. Those that lead out of the package are left out.
func (p *opcPackage) relations(part string) ([]relation, error) {
	dir, base := path.Split(part)
	var list []relation
	err := p.each(dir+"_rels/"+base+".rels", func(x *xmlPart, e xml.StartElement) error {
		if e.Name.Local != "Relationship" || strings.EqualFold(attr(e, "TargetMode"), "External") {
			return nil
		}
		list = append(list, relation{id: attr(e, "Id"), kind: path.Base(attr(e, "Type")), target: resolve(part, attr(e, "Target"))})
		return nil
	})
	return list, err
}

// target returns the part that the relationship id leads to, or "".
func target(rels []relation, id string) string {
	for _, r := range rels {
		if r.id == id {
			return r.target
		}
	}
	return ""
}

// targets returns the parts that relationships of a kind lead to.
func targets(rels []relation, kind string) []string {
	var names []string
	for _, r := range rels {
		if r.kind == kind {
			names = append(names, r.target)
		}
	}
	return names
}

// each calls visit with every start element of a part. It does nothing where
// there is no such part.
func (p *opcPackage) each(part string, visit func(*xmlPart, xml.StartElement) error) error {
	x, err := p.xml(part)
	if err != nil || x == nil {
		return err
	}
	defer x.close()
	for {
		token, err := x.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if e, ok := token.(xml.StartElement); ok {
			if err := visit(x, e); err != nil {
				return err
			}
		}
	}
}
