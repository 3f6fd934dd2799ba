package main

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"hubsim/checker"
	"hubsim/report"
)

func newReportCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "report FILE",
		Short: "Tell a stored result again",
		Long: `report reads what sim run --json wrote and prints it as sim run did: few results in full,
many as a table. FILE may be - for standard input. It judges nothing anew: the exit code
is 0 whatever the results say.`,
		Example: `  sim report out.json
  sim report out.json --junit out.xml
  sim run baseline-single --json - | sim report -`,
		Args: oneArg("a file", "sim run NAME --json FILE writes one"),
	}
	junit := cmd.Flags().String("junit", "", "write the results as JUnit XML to this `FILE`")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		results, err := readResults(cmd.InOrStdin(), args[0])
		if err != nil {
			return err
		}
		f := runFlags{junit: *junit, format: &choice{value: "text"}}
		files, err := f.files()
		if err != nil {
			return err
		}
		defer files.discard()
		if err := f.tell(cmd.OutOrStdout(), results); err != nil {
			return err
		}
		return files.write(results)
	}
	return cmd
}

func readResults(stdin io.Reader, path string) ([]checker.Result, error) {
	var text []byte
	var err error
	if path == "-" {
		path = "standard input"
		text, err = io.ReadAll(stdin)
	} else {
		text, err = os.ReadFile(path)
	}
	if err != nil {
		return nil, wrong(fmt.Errorf("read results from %s: %w", path, reason(err)), "sim run NAME --json FILE writes one")
	}
	results, err := report.ReadJSON(path, text)
	if err != nil {
		return nil, wrong(fmt.Errorf("read results: %w", err), "sim run NAME --json FILE writes one")
	}
	return results, nil
}
