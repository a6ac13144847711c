// Package systemfont reads the fonts for PDF from files: those that the
// operator names, and those of the system that have what the built-in font has
// not, such as Chinese. It is apart from package export, which touches no file.
//
// It refuses a font that the operator named and that cannot be used; one of the
// system that cannot be used is left out.
package systemfont

import (
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/export"
)

// maxFont is the size of the largest font file that is read.
const maxFont = 64 << 20

// Load returns the fonts at the given paths, the built-in one, and those of the
// system, in this order. A path whose name holds "bold" is the bold companion of
// the one before it. The error is of kind Invalid and names the file.
func Load(paths []string) (*export.Fonts, error) {
	preferred := make([]export.FontFile, 0, len(paths))
	for i, path := range paths {
		data, err := read(path)
		if err != nil {
			return nil, ba.Wrap(ba.Invalid, "The font "+path+" cannot be read. Check the path, and that the program may read the file.", err)
		}
		preferred = append(preferred, export.FontFile{Name: filepath.Base(path), Data: data, Bold: i > 0 && isBold(path)})
	}
	return export.NewFonts(preferred, installed(places()))
}

func isBold(path string) bool { return strings.Contains(strings.ToLower(filepath.Base(path)), "bold") }

// installed returns the usable ones of the given files.
func installed(paths []string) []export.FontFile {
	var found []export.FontFile
	for _, path := range paths {
		data, err := read(path)
		if err != nil {
			continue
		}
		file := export.FontFile{Name: filepath.Base(path), Data: data}
		if _, err := export.NewFonts([]export.FontFile{file}, nil); err == nil {
			found = append(found, file)
		}
	}
	return found
}

func read(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFont+1))
	if err == nil && len(data) > maxFont {
		err = os.ErrInvalid
	}
	return data, err
}

// places are where systems keep fonts with TrueType outlines and many
// characters: Debian and its relatives, Fedora, macOS, Windows.
func places() []string {
	list := []string{
		"/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
		"/usr/share/fonts/google-droid-sans-fonts/DroidSansFallbackFull.ttf",
		"/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
		"/usr/share/fonts/wqy-microhei/wqy-microhei.ttc",
		"/usr/share/fonts/truetype/nanum/NanumGothic.ttf",
		"/usr/share/fonts/truetype/ancient-scripts/Symbola_hint.ttf",
		"/System/Library/Fonts/Supplemental/Arial Unicode.ttf",
	}
	if windows := os.Getenv("WINDIR"); windows != "" {
		for _, name := range []string{"msyh.ttc", "msgothic.ttc", "malgun.ttf", "seguisym.ttf"} {
			list = append(list, filepath.Join(windows, "Fonts", name))
		}
	}
	return list
}
