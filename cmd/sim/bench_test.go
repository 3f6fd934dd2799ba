package main

import (
	"testing"

	"hubsim/bench"
)

func TestBenchExitCodes(t *testing.T) {
	of := func(verdicts ...bench.Verdict) *bench.Report {
		r := &bench.Report{Results: make([]bench.Result, 2)}
		for _, v := range verdicts {
			r.Results[1].Goals = append(r.Results[1].Goals, bench.Outcome{Verdict: v})
		}
		return r
	}
	for _, row := range []struct {
		why    string
		gate   bool
		report *bench.Report
		want   int
	}{
		{"without a gate a goal that is not met is told, no more", false, of(bench.NotMet), exitPass},
		{"with one it fails", true, of(bench.Met, bench.NotMet, bench.Noisy), exitFail},
		{"what is too noisy proves nothing", true, of(bench.Met, bench.Noisy), exitPass},
		{"nothing measured, nothing failed", true, &bench.Report{}, exitPass},
	} {
		t.Run(row.why, func(t *testing.T) {
			if got := (&benchFlags{gate: row.gate}).code(row.report); got != row.want {
				t.Errorf("%d, want %d", got, row.want)
			}
		})
	}
}
