package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"hubsim/checker"
)

// build is what a program knows of how it was made.
type build struct {
	Version  string `json:"version"`
	Commit   string `json:"commit,omitempty"`
	Modified bool   `json:"modified,omitempty"` // the tree differed from the commit
	Go       string `json:"go"`
	Platform string `json:"platform"`
	Schema   string `json:"result_schema"`
}

func newVersionCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "version",
		Short:   "Print the version",
		Long:    "version prints which sim this is, how it was built, and which results it writes.",
		Example: "  sim version --output json",
		Args:    noArgs,
	}
	format := output(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		b := buildInfo()
		if format.value == "json" {
			return printJSON(cmd.OutOrStdout(), b)
		}
		commit := b.Commit
		if commit == "" {
			commit = "unknown"
		}
		if b.Modified {
			commit += " and changes"
		}
		_, err := fmt.Fprintf(cmd.OutOrStdout(), "sim %s, commit %s, %s, %s, results %s\n", b.Version, commit, b.Go, b.Platform, b.Schema)
		return err
	}
	return cmd
}

func buildInfo() build {
	b := build{Version: "(devel)", Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH, Schema: checker.ResultSchema}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	if info.Main.Version != "" {
		b.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Commit = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	return b
}
