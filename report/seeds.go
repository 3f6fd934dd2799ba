package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"hubsim/checker"
)

// mostSeeds is how many seeds that did not pass are named.
const mostSeeds = 24

// Seeds sums up the runs of many seeds: for each scenario, profile and twin how many passed, what
// leaked, and which seeds did not pass, with the command for the first of them.
func Seeds(w io.Writer, results []checker.Result, look Look) error {
	var b strings.Builder
	paint := palette(look.Color)
	for i, group := range groups(results) {
		if i > 0 {
			b.WriteByte('\n')
		}
		seeds(&b, group, paint)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// groups puts together what differs in the seed only; results come in that order.
func groups(results []checker.Result) (all [][]checker.Result) {
	start := 0
	for i := range results {
		a, b := &results[start], &results[i]
		if a.Scenario != b.Scenario || a.Profile != b.Profile || a.Twin != b.Twin {
			all, start = append(all, results[start:i]), i
		}
	}
	if len(results) > 0 {
		all = append(all, results[start:])
	}
	return all
}

func seeds(b *strings.Builder, group []checker.Result, paint palette) {
	first, last := &group[0], &group[len(group)-1]
	b.WriteString(paint.paint(bold, strings.TrimSpace(fmt.Sprintf("%s %s", first.Scenario, yes(first.Twin)))) + "\n")
	fmt.Fprintf(b, "  profile %s, driver %s, seeds %d to %d\n", first.Profile, first.Driver, first.Seed, last.Seed)
	fmt.Fprintf(b, "  %s\n", spread("leaked calls a run", group, func(r *checker.Result) int { return r.Quota.Over.Total() }))
	fmt.Fprintf(b, "  %s\n", spread("calls refused wrongly a run", group, func(r *checker.Result) int { return r.Quota.Under.Total() }))
	bad := slices.DeleteFunc(slices.Clone(group), func(r checker.Result) bool { return r.Judgement == checker.Pass })
	for _, j := range []checker.Judgement{checker.Fail, checker.Invalid} {
		if named := seedsOf(bad, j); named != "" {
			b.WriteString(paint.verdicts(indented(named, "  ")))
		}
	}
	if len(bad) > 0 {
		fmt.Fprintf(b, "  the first of them: %s\n", named(&bad[0]))
		for _, reason := range bad[0].Reasons {
			b.WriteString(indented("- "+reason, "  "))
		}
	}
	fmt.Fprintln(b, paint.verdicts(Sum(group)))
}

// spread is the least, the middle and the most of a number.
func spread(what string, group []checker.Result, of func(*checker.Result) int) string {
	var all []int
	for i := range group {
		all = append(all, of(&group[i]))
	}
	slices.Sort(all)
	return fmt.Sprintf("%s: %d at least, %d in the middle, %d at most", what, all[0], all[len(all)/2], all[len(all)-1])
}

// seedsOf names the seeds that ended in a judgement.
func seedsOf(bad []checker.Result, j checker.Judgement) string {
	var names []string
	for i := range bad {
		if bad[i].Judgement == j {
			names = append(names, fmt.Sprint(bad[i].Seed))
		}
	}
	if names == nil {
		return ""
	}
	text := fmt.Sprintf("%s with seed %s", j, strings.Join(names[:min(len(names), mostSeeds)], ", "))
	if left := len(names) - mostSeeds; left > 0 {
		text += fmt.Sprintf(" and %d more", left)
	}
	return text
}
