package report

import (
	"fmt"
	"io"
	"strings"

	"hubsim/checker"
	"hubsim/internal/words"
)

// Runs tells many results, one line each, and sums them up.
func Runs(w io.Writer, results []checker.Result, look Look) error {
	var b strings.Builder
	t := table{head: []string{"scenario", "profile", "driver", "twin", "verdict", "known gaps"}}
	for i := range results {
		r := &results[i]
		t.add(r.Scenario, r.Profile, r.Driver, yes(r.Twin), string(r.Judgement), strings.Join(gaps(r), ", "))
	}
	paint := palette(look.Color)
	b.WriteString(paint.verdicts(t.String()))
	troubles(&b, results)
	fmt.Fprintf(&b, "\n%s\n", Sum(results))
	_, err := io.WriteString(w, b.String())
	return err
}

func yes(b bool) string {
	if b {
		return "twin"
	}
	return ""
}

// gaps are the checks that a profile is known to break, and did.
func gaps(r *checker.Result) (names []string) {
	for i := range r.Outcomes {
		if o := &r.Outcomes[i]; o.Verdict == checker.KnownGap {
			names = append(names, o.Check)
		}
	}
	return names
}

// troubles says why runs did not pass and how to see each again.
func troubles(b *strings.Builder, results []checker.Result) {
	for i := range results {
		r := &results[i]
		if r.Judgement == checker.Pass {
			continue
		}
		fmt.Fprintf(b, "\n%s: %s\n", r.Judgement, named(r))
		for _, reason := range r.Reasons {
			b.WriteString(indented("- "+reason, "  "))
		}
	}
}

// named is the command that makes a run again, or what tells it from others.
func named(r *checker.Result) string {
	if r.Replay != "" {
		return r.Replay
	}
	return strings.TrimSpace(fmt.Sprintf("%s %s %s %s", r.Scenario, r.Profile, r.Driver, yes(r.Twin)))
}

// Sum counts results by judgement: 24 runs: 23 PASS, 1 FAIL; 9 known gaps.
func Sum(results []checker.Result) string {
	by, known := map[checker.Judgement]int{}, 0
	for i := range results {
		by[results[i].Judgement]++
		known += len(gaps(&results[i]))
	}
	var parts []string
	for _, j := range []checker.Judgement{checker.Pass, checker.Fail, checker.Invalid} {
		if by[j] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", by[j], j))
		}
	}
	text := words.Count(len(results), "run") + ": " + strings.Join(parts, ", ")
	if known > 0 {
		text += "; " + words.Count(known, "known gap")
	}
	return text
}
