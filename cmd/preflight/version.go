package main

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/ba-assistant/ba-assistant/preflight/catalogue"
	"github.com/ba-assistant/ba-assistant/preflight/checks/self"
)

func versionCommand(s streams) *cobra.Command {
	return &cobra.Command{
		Use:  "version",
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			ids := map[string]bool{}
			for _, r := range catalogue.Rules() {
				ids[r.ID] = true
			}
			_, err := fmt.Fprintf(s.out, "preflight %s, %d checks, platform facts of %s\n", programVersion(), len(ids), self.FactsAsOf.Format("2 January 2006"))
			return err
		},
	}
}

// programVersion is the linker's, or the module's where go install built it.
func programVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok && version == "devel" && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return version
}
