package export

import (
	"encoding/binary"
	"errors"
	"slices"
	"sync"
	"unicode"

	"codeberg.org/go-pdf/fpdf"
	"github.com/go-fonts/dejavu/dejavusanscondensed"
	"github.com/go-fonts/dejavu/dejavusanscondensedbold"

	"github.com/ba-assistant/ba-assistant/ba"
)

// FontFile is a TrueType font or collection; of a collection the first font is
// used. Bold says that it is the bold companion of the one before it.
type FontFile struct {
	Name string // for messages
	Data []byte
	Bold bool
}

// Fonts are what PDF is set in: for each character the first font that has it.
// They are not changed after NewFonts and may be shared.
type Fonts struct{ families []family }

// family is a font with its bold companion, which may be missing.
type family struct{ regular, bold *fontFace }

// NewFonts returns the preferred fonts, then the built-in one (Latin, Cyrillic,
// Greek, Vietnamese), then the fallbacks. A file that cannot be used is an error
// of kind Invalid that names it.
func NewFonts(preferred, fallback []FontFile) (*Fonts, error) {
	builtIn := []FontFile{{Name: "DejaVu Sans Condensed", Data: dejavusanscondensed.TTF}, {Name: "DejaVu Sans Condensed Bold", Data: dejavusanscondensedbold.TTF, Bold: true}}
	f := &Fonts{}
	for _, list := range [][]FontFile{preferred, builtIn, fallback} {
		for i, file := range list {
			face, err := newFace(file)
			if err != nil {
				return nil, ba.Wrap(ba.Invalid, "The font "+file.Name+" cannot be used for PDF: "+err.Error()+". Choose a TrueType font (.ttf or .ttc).", err)
			}
			if last := len(f.families) - 1; file.Bold && i > 0 && f.families[last].bold == nil {
				f.families[last].bold = face
				continue
			}
			f.families = append(f.families, family{regular: face})
		}
	}
	return f, nil
}

// defaultFonts are the built-in ones, read when they are first needed.
var defaultFonts = sync.OnceValue(func() *Fonts {
	f, err := NewFonts(nil, nil)
	if err != nil {
		panic("the built-in font is damaged: " + err.Error()) // a test reads it
	}
	return f
})

// fontFace is one font: which characters it has and how wide they are.
type fontFace struct {
	name   string
	data   []byte
	cmap   []byte // the best table of characters
	format uint16 // of cmap: 4 or 12
	hmtx   []byte
	wide   int // entries of hmtx with a width
	units  float64
}

var (
	errNoTrueType = errors.New("it has no TrueType outlines")
	errDamaged    = errors.New("it is damaged")
)

func newFace(file FontFile) (face *fontFace, err error) {
	defer func() { // a damaged table leads outside of the file
		if recover() != nil {
			face, err = nil, errDamaged
		}
	}()
	data, err := firstFont(slices.Clip(file.Data))
	if err != nil {
		return nil, err
	}
	tables := fontTables(data)
	if tables["glyf"] == nil || tables["head"] == nil || tables["hhea"] == nil || tables["hmtx"] == nil || tables["cmap"] == nil {
		return nil, errNoTrueType
	}
	face = &fontFace{name: file.Name, data: data, hmtx: tables["hmtx"], wide: int(u16(tables["hhea"][34:])), units: float64(u16(tables["head"][18:]))}
	if face.wide == 0 || face.units == 0 || !face.chooseMap(tables["cmap"]) {
		return nil, errDamaged
	}
	p := fpdf.New("P", "pt", "A4", "")
	p.AddUTF8FontFromBytes("a", "", data)
	p.SetFont("a", "", 10)
	return face, p.Error()
}

func u16(b []byte) uint16 { return binary.BigEndian.Uint16(b) }
func u32(b []byte) uint32 { return binary.BigEndian.Uint32(b) }

// fontTables returns the tables of a font by their tags (OpenType, "Table
// directory").
func fontTables(data []byte) map[string][]byte {
	tables := map[string][]byte{}
	for i := range int(u16(data[4:])) {
		entry := data[12+16*i:]
		at, size := u32(entry[8:]), u32(entry[12:])
		tables[string(entry[:4])] = data[at : at+size]
	}
	return tables
}

// firstFont returns the font itself, or the first one of a collection as a file
// of its own.
func firstFont(data []byte) ([]byte, error) {
	if len(data) < 16 {
		return nil, errDamaged
	}
	if string(data[:4]) != "ttcf" {
		if version := u32(data); version != 0x00010000 && version != 0x74727565 {
			return nil, errNoTrueType
		}
		return data, nil
	}
	head := int(u32(data[12:]))
	count := int(u16(data[head+4:]))
	out := append([]byte(nil), data[head:head+12+16*count]...)
	for i := range count {
		entry := data[head+12+16*i:]
		at, size := u32(entry[8:]), u32(entry[12:])
		binary.BigEndian.PutUint32(out[12+16*i+8:], uint32(len(out)))
		out = append(out, data[at:at+size]...)
		for len(out)%4 > 0 {
			out = append(out, 0)
		}
	}
	if u32(out) != 0x00010000 && u32(out) != 0x74727565 {
		return nil, errNoTrueType
	}
	return out, nil
}

// chooseMap takes the table of characters for Unicode with the most of them.
func (f *fontFace) chooseMap(cmap []byte) bool {
	for i := range int(u16(cmap[2:])) {
		entry := cmap[4+8*i:]
		platform, encoding := u16(entry), u16(entry[2:])
		if platform != 0 && (platform != 3 || encoding != 1 && encoding != 10) {
			continue
		}
		table := cmap[u32(entry[4:]):]
		if format := u16(table); format == 12 || format == 4 && f.format != 12 {
			f.cmap, f.format = table, format
		}
	}
	return f.cmap != nil
}

// glyph returns the number of a character's glyph, zero for none. Characters
// beyond the first plane have none: the writer cannot address them.
func (f *fontFace) glyph(r rune) int {
	if r > 0xFFFF {
		return 0
	}
	if f.format == 12 {
		return f.glyph12(uint32(r))
	}
	return f.glyph4(uint16(r))
}

func (f *fontFace) glyph12(r uint32) int {
	low, high := 0, int(u32(f.cmap[12:]))
	for low < high {
		mid := (low + high) / 2
		group := f.cmap[16+12*mid:]
		switch {
		case r < u32(group):
			high = mid
		case r > u32(group[4:]):
			low = mid + 1
		default:
			return int(u32(group[8:]) + r - u32(group))
		}
	}
	return 0
}

func (f *fontFace) glyph4(r uint16) int {
	n := int(u16(f.cmap[6:])) // twice the number of segments
	ends, starts, deltas, offsets := f.cmap[14:], f.cmap[16+n:], f.cmap[16+2*n:], f.cmap[16+3*n:]
	for i := 0; i < n; i += 2 {
		if r > u16(ends[i:]) {
			continue
		}
		start := u16(starts[i:])
		if r < start {
			return 0
		}
		if offset := int(u16(offsets[i:])); offset > 0 {
			if g := u16(offsets[i+offset+2*int(r-start):]); g > 0 {
				return int(g + u16(deltas[i:]))
			}
			return 0
		}
		return int(r + u16(deltas[i:]))
	}
	return 0
}

// width returns how wide a character is in a size of one.
func (f *fontFace) width(r rune) float64 {
	g := min(f.glyph(r), f.wide-1)
	return float64(u16(f.hmtx[4*g:])) / f.units
}

// choice is a font for a character.
type choice struct {
	face *fontFace
	fake bool // it has no bold companion: the outline is thickened
}

// choose returns the font for a character, and false where none has it.
func (f *Fonts) choose(r rune, bold bool) (choice, bool) {
	for _, fam := range f.families {
		if bold && fam.bold != nil && fam.bold.glyph(r) > 0 {
			return choice{face: fam.bold}, true
		}
		if fam.regular.glyph(r) > 0 {
			return choice{face: fam.regular, fake: bold}, true
		}
	}
	return choice{}, false
}

// invisibleRune reports characters that are not drawn: joiners, marks of
// direction, soft hyphens, variation selectors.
func invisibleRune(r rune) bool {
	return r == 0xAD || r >= 0x200B && r <= 0x200F || r == 0x2060 || r == 0xFEFF || r >= 0xFE00 && r <= 0xFE0F || unicode.Is(unicode.Cc, r) && r != '\n' && r != '\t'
}
