package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

func main() {
	show := flag.String("show", "", "print what went wrong: documents, sentences, classes or stories")
	all := flag.Bool("all", false, "of -show sentences: also what was found rightly")
	data := flag.String("data", "", "a folder with requirements and corpus; the one beside the repository where it is empty")
	only := flag.String("only", "", "of -show: a part of the document's name")
	flag.Parse()
	if err := run(os.Stdout, *data, &log{w: os.Stdout, kind: *show, only: *only, all: *all}); err != nil {
		fmt.Fprintln(os.Stderr, "requirements:", err)
		os.Exit(1)
	}
}

func run(w io.Writer, shared string, faults *log) error {
	if shared == "" {
		var err error
		if shared, err = sharedFolder(); err != nil {
			return err
		}
	}
	tuning, err := printSplit(w, shared, faults.kind)
	if err != nil {
		return err
	}
	r, err := measure(shared, faults)
	if err != nil {
		return err
	}
	if faults.kind == "" {
		r.totalsOnly = !tuning
		r.print(w)
	}
	return nil
}

// measure takes all figures.
func measure(shared string, faults *log) (*report, error) {
	r := &report{}
	var err error
	if r.documents, err = measureDocuments(shared, faults); err != nil {
		return nil, err
	}
	if r.sentences, err = measureSentences(shared, faults); err != nil {
		return nil, err
	}
	if r.classes, err = measureClasses(shared, faults); err != nil {
		return nil, err
	}
	r.stories, err = measureStories(shared, faults)
	return r, err
}

const noData = "the labelled data was not found: it lies in ../shared/requirements beside the repository where the maintainers build"

// sharedFolder returns the labelled data beside the repository.
func sharedFolder() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil {
			continue
		}
		shared := filepath.Join(filepath.Dir(dir), "shared")
		if _, err := os.Stat(filepath.Join(shared, "requirements")); err == nil {
			return shared, nil
		}
	}
	return "", errors.New(noData)
}

// log prints what went wrong, where that was asked for.
type log struct {
	w          io.Writer
	kind, only string
	all        bool
}

func (l *log) on(kind string) bool { return l.kind == kind }

func (l *log) printf(format string, args ...any) { fmt.Fprintf(l.w, format, args...) }
