package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/live"
	"github.com/ba-assistant/ba-assistant/preflight/scan"
)

// scanCommand checks a folder, a site, or both, and writes the report.
func scanCommand(ctx context.Context, s streams, f *flags, args []string) error {
	o, err := options(s, f, args)
	if err != nil {
		return err
	}
	if f.canary == "write" {
		return writeCanary(ctx, s, f, o)
	}
	if f.canary == "check" {
		if o.Site.Canary, err = readCanary(f.canaryFile); err != nil {
			return err
		}
		o.Site.URL = first(o.Site.URL, originOf(o.Site.Canary.URL))
	}
	progress := newProgress(s.err)
	o.Progress = progress.say
	report, err := scan.Run(ctx, o)
	progress.clear()
	if err != nil {
		return err
	}
	if err := write(s, f, report); err != nil {
		return err
	}
	if code := report.ExitCode(f.strict); code != exitFine {
		return exit(code)
	}
	return nil
}

// options turns the command line into what to look at.
func options(s streams, f *flags, args []string) (scan.Options, error) {
	o := scan.Options{Version: version, Diff: f.diff}
	o.Site = scan.Site{API: f.api, AllowPrivate: f.allowPrivate, Active: f.active, AskProvider: f.contactProvider,
		LoginPath: f.login, HealthPath: f.health, StreamPath: f.stream, Bearer: os.Getenv("PREFLIGHT_TOKEN")}
	for _, a := range args {
		switch {
		case isAddress(a) && o.Site.URL == "":
			o.Site.URL = a
		case !isAddress(a) && o.Path == "":
			o.Path = a
		default:
			return o, usageError{fmt.Errorf("one folder and one address at most, not also %q", a)}
		}
	}
	if o.Path == "" && o.Site.URL == "" && f.canary == "" {
		o.Path = "."
	}
	if f.api != "" && o.Site.URL == "" {
		return o, invalid("--api goes with the address of the site: preflight https://app.example.com --api %s", f.api)
	}
	return o, f.read(s, &o)
}

// isAddress tells an address from a folder: only addresses have a scheme.
func isAddress(arg string) bool {
	lower := strings.ToLower(arg)
	return strings.HasPrefix(lower, "https://") || strings.HasPrefix(lower, "http://")
}

// read reads the files and the token that the flags name.
func (f *flags) read(s streams, o *scan.Options) error {
	if f.baseline != "" {
		file, err := os.Open(f.baseline)
		if err != nil {
			return invalid("The baseline %q could not be read: give a report made with --format json.", f.baseline)
		}
		defer file.Close()
		if o.Baseline, err = preflight.ReadBaseline(file); err != nil {
			return ba.Wrap(ba.Invalid, fmt.Sprintf("The baseline %q is no report of this program: make one with --format json --output %s", f.baseline, f.baseline), err)
		}
	}
	if f.names != "" {
		if err := f.readNames(s, o); err != nil {
			return err
		}
	}
	if f.tokenIn {
		line, err := bufio.NewReader(io.LimitReader(s.in, 64<<10)).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return ba.Wrap(ba.Invalid, "The token could not be read from standard input.", err)
		}
		o.Site.UserToken = strings.TrimSpace(line)
	}
	return nil
}

func (f *flags) readNames(s streams, o *scan.Options) error {
	in := s.in
	if f.names != "-" {
		file, err := os.Open(f.names)
		if err != nil {
			return invalid("The list of names %q could not be read. It is a text file with one variable name a line.", f.names)
		}
		defer file.Close()
		in = file
	}
	names, values, odd, err := live.Names(in)
	if err != nil {
		return err
	}
	if values {
		fmt.Fprintln(s.err, "preflight: the list of names has values too; they were dropped unread. Names are enough.")
	}
	if odd > 0 {
		fmt.Fprintf(s.err, "preflight: %d lines of the list of names are no names and were left out.\n", odd)
	}
	o.Names = names
	return nil
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
