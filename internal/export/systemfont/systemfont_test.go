package systemfont

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-fonts/dejavu/dejavusanscondensed"
	"github.com/go-fonts/dejavu/dejavusanscondensedbold"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/export"
)

// saved writes a file and returns its path.
func saved(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestFontsOfTheOperatorAreUsed(t *testing.T) {
	fonts, err := Load([]string{saved(t, "Brand.ttf", dejavusanscondensed.TTF), saved(t, "Brand-Bold.ttf", dejavusanscondensedbold.TTF)})
	if err != nil {
		t.Fatal(err)
	}
	if err := export.Write(&bytes.Buffer{}, export.PDF, export.Input{Title: "Brand"}, export.Options{Fonts: fonts}); err != nil {
		t.Error(err)
	}
}

func TestAFontThatCannotBeUsedIsNamed(t *testing.T) {
	for _, path := range []string{saved(t, "none.ttf", []byte("no font")), filepath.Join(t.TempDir(), "absent.ttf")} {
		if _, err := Load([]string{path}); ba.KindOf(err) != ba.Invalid || !strings.Contains(ba.Explain(err), filepath.Base(path)) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestAnUnusableFontOfTheSystemIsLeftOut(t *testing.T) {
	found := installed([]string{"/no/such/font.ttf", saved(t, "broken.ttf", []byte("ttcf")), saved(t, "good.ttf", dejavusanscondensed.TTF)})
	if len(found) != 1 || found[0].Name != "good.ttf" {
		t.Errorf("%d fonts", len(found))
	}
}

func TestWithoutAnyConfigurationThereIsAFont(t *testing.T) {
	if _, err := Load(nil); err != nil {
		t.Error(err)
	}
}
