// Command preflight finds what breaks the first deployment of a web
// application: in its repository, its manifests, its git history, and on the
// running site.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/preflight"
)

// version is set by the linker (make build).
var version = "devel"

// The exit codes.
const (
	exitFine     = 0 // nothing that blocks a deployment
	exitFound    = 1 // a blocker; with --strict, a warning
	exitUsage    = 2 // a request that makes no sense, or nothing to check
	exitInternal = 3 // an error inside, or a source that was asked for could not be read
)

// exit ends the program with a code and without a further word.
type exit int

func (e exit) Error() string { return fmt.Sprintf("exit %d", int(e)) }

// streams are what the program reads and writes; tests have their own.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr})
	stop()
	os.Exit(code)
}

// run executes one command line and returns its exit code.
func run(ctx context.Context, args []string, s streams) int {
	root := rootCommand(s)
	root.SetArgs(args)
	root.SetIn(s.in)
	root.SetOut(s.out)
	root.SetErr(s.err)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitFine
	}
	var code exit
	if errors.As(err, &code) {
		return int(code)
	}
	fmt.Fprintln(s.err, "preflight: "+preflight.Printable(sentence(err)))
	return codeOf(err)
}

// sentence is what a person gets to read of an error.
func sentence(err error) string {
	var e *ba.Error
	if errors.As(err, &e) && e.Msg != "" {
		return e.Msg
	}
	return err.Error()
}

// codeOf maps an error: what the caller asked wrongly is 2, what failed is 3.
func codeOf(err error) int {
	var e *ba.Error
	if !errors.As(err, &e) || e.Kind == ba.Invalid || e.Kind == ba.NotFound {
		if e == nil && !isUsage(err) {
			return exitInternal
		}
		return exitUsage
	}
	return exitInternal
}

// usageError is a flag or argument that makes no sense.
type usageError struct{ err error }

func (u usageError) Error() string { return u.err.Error() + "; preflight --help lists what there is" }

func isUsage(err error) bool {
	var u usageError
	return errors.As(err, &u)
}
