package extract

import (
	"encoding/xml"
	"strconv"
	"strings"
)

// docxStyle is what matters of a paragraph style, inherited values included.
type docxStyle struct {
	name    string
	based   string
	heading int    // level from 1; 0 where it is no heading
	num     string // numbering instance
	level   int
}

// docxStyles reads the paragraph styles (ECMA-376 part 1, 17.7) by id.
func (p *opcPackage) docxStyles() (map[string]docxStyle, error) {
	styles := map[string]docxStyle{}
	for _, part := range p.ofType("wordprocessingml.styles+xml") {
		id := ""
		err := p.each(part, func(x *xmlPart, e xml.StartElement) error {
			if e.Name.Local == "style" {
				id = attr(e, "styleId")
			}
			s := styles[id]
			s.read(e)
			if id != "" {
				styles[id] = s
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	for id := range styles {
		styles[id] = inherit(styles, id, 20)
	}
	return styles, nil
}

func (s *docxStyle) read(e xml.StartElement) {
	val := attr(e, "val")
	switch e.Name.Local {
	case "name":
		s.name = strings.ToLower(val)
		if n, ok := strings.CutPrefix(s.name, "heading "); ok {
			level, _ := strconv.Atoi(n)
			s.heading = min(max(level, 0), 9)
		}
		if s.name == "title" {
			s.heading = 1
		}
	case "basedOn":
		s.based = val
	case "outlineLvl":
		if s.heading == 0 {
			s.heading = outlineLevel(val)
		}
	case "numId":
		s.num = val
	case "ilvl":
		n, _ := strconv.Atoi(val)
		s.level = min(max(n, 0), 8)
	}
}

// inherit fills what a style leaves open from the one it is based on.
func inherit(styles map[string]docxStyle, id string, depth int) docxStyle {
	s := styles[id]
	if depth == 0 || s.based == "" || s.based == id {
		return s
	}
	base := inherit(styles, s.based, depth-1)
	if s.heading == 0 {
		s.heading = base.heading
	}
	if s.num == "" {
		s.num = base.num
		if s.level == 0 {
			s.level = base.level
		}
	}
	return s
}
