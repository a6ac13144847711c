package main

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"golang.org/x/term"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/preflight"
)

// write writes the report where and how it was asked for. A file is replaced
// only when the report is complete.
func write(s streams, f *flags, r *preflight.Report) error {
	if f.output == "" || f.output == "-" {
		return render(s.out, f, r)
	}
	var b bytes.Buffer
	if err := render(&b, f, r); err != nil {
		return err
	}
	if err := os.WriteFile(f.output, b.Bytes(), 0o644); err != nil {
		return ba.Wrap(ba.Unavailable, fmt.Sprintf("The report could not be written to %q.", f.output), err)
	}
	fmt.Fprintf(s.err, "%s\nThe report is in %s.\n", r.Headline(), f.output)
	return nil
}

func render(w io.Writer, f *flags, r *preflight.Report) error {
	switch f.format {
	case "json":
		return r.WriteJSON(w)
	case "sarif":
		return r.WriteSARIF(w, f.strict)
	case "junit":
		return r.WriteJUnit(w, f.strict)
	case "markdown":
		return r.WriteMarkdown(w)
	}
	width, colour := terminal(w)
	return r.WriteHuman(w, preflight.HumanOptions{Width: width, Colour: colour, All: f.all})
}

// terminal returns the width to write for, and whether colours are welcome:
// on a terminal only, and not where NO_COLOR is set (no-color.org).
func terminal(w io.Writer) (width int, colour bool) {
	file, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return 100, false
	}
	width, _, err := term.GetSize(int(file.Fd()))
	if err != nil || width <= 0 {
		width = 100
	}
	return min(width, 120), os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}
