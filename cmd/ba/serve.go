package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/ba-assistant/ba-assistant/internal/app"
	"github.com/ba-assistant/ba-assistant/internal/config"
)

func serveVerb() *cobra.Command {
	return &cobra.Command{
		Use:   "serve",
		Short: "Run the workspace",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := config.Load(os.Environ())
			if err != nil {
				return err
			}
			ctx, stop := untilSignal(cmd.Context())
			defer stop()
			out, closeLog, err := app.LogOutput(c, cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			defer func() { _ = closeLog() }() // all lines are written
			log := app.NewLogger(c, out)
			a, err := app.New(ctx, c, app.Options{Version: versionName(), Log: log, Out: cmd.OutOrStdout()})
			if err != nil {
				return err
			}
			return a.Run(ctx)
		},
	}
}

// untilSignal returns a context that the first SIGINT or SIGTERM ends. A
// second one ends the process at once, with the exit code that shells give a
// process that died of it.
func untilSignal(parent context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancel(parent)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	done := make(chan struct{})
	go func() {
		select {
		case <-signals:
			cancel()
		case <-done:
			return
		}
		select {
		case second := <-signals:
			fmt.Fprintln(os.Stderr, "ba: stopped at once by a second signal; answers that were being written are marked at the next start")
			os.Exit(128 + int(second.(syscall.Signal)))
		case <-done:
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		close(done)
		cancel()
	}
}
