package app

import (
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-fonts/dejavu/dejavusanscondensed"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/config"
)

func TestAFontThatCannotBeUsedStopsTheStart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "brand.ttf")
	if err := os.WriteFile(path, []byte("no font"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := config.Load([]string{"PORT=0", "DATA_DIR=" + t.TempDir(), "PDF_FONTS=" + path})
	if err != nil {
		t.Fatal(err)
	}
	a, err := New(t.Context(), c, Options{Version: "test", Log: slog.New(slog.DiscardHandler), Out: io.Discard})
	if err == nil {
		a.Close()
	}
	if !strings.Contains(ba.Explain(err), "brand.ttf") {
		t.Errorf("the start says %v", err)
	}
}

func TestPDFIsSetInTheFontsOfTheInstance(t *testing.T) {
	path := filepath.Join(t.TempDir(), "brand.ttf")
	if err := os.WriteFile(path, dejavusanscondensed.TTF, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, vars := range [][]string{nil, {"PDF_FONTS=" + path}} {
		fonts, err := pdfFonts(newSite(t, vars...).App)
		if err != nil || fonts() == nil {
			t.Errorf("%v: no fonts, %v", vars, err)
		}
	}
}
