package main

import (
	"fmt"
	"io"

	"hubsim/checker"
	"hubsim/report"
)

// tellOne is up to how many runs are told in full.
const tellOne = 4

// tell writes the results to standard output: few in full, the seeds of one scenario summed up, many
// as a table.
func (f *runFlags) tell(w io.Writer, results []checker.Result) error {
	look := report.Look{Color: colored(w)}
	switch {
	case f.json == "-" || f.format.value == "json":
		return report.WriteJSON(w, results)
	case f.csv == "-":
		return report.WriteCSV(w, results)
	case f.seeds != "":
		return report.Seeds(w, results, look)
	case f.all || len(results) > tellOne:
		return report.Runs(w, results, look)
	}
	return full(w, results, look)
}

// full tells every result, and sums up when there are several.
func full(w io.Writer, results []checker.Result, look report.Look) error {
	for i := range results {
		if i > 0 {
			fmt.Fprintln(w)
		}
		if err := report.Text(w, &results[i], look); err != nil {
			return err
		}
	}
	if len(results) > 1 {
		fmt.Fprintln(w)
		return report.Runs(w, results, look)
	}
	return nil
}
