// Package spelling finds the name that was probably meant.
package spelling

import (
	"fmt"
	"strings"
)

// mostListed is how many names a hint lists.
const mostListed = 24

// Hint is what to do about a name that is none of those known: the one that was probably meant, or all.
func Hint(given string, names []string) string {
	if best := Nearest(given, names); best != "" {
		return "did you mean " + best + "?"
	}
	if len(names) == 0 {
		return "there are none here"
	}
	return "there are: " + List(names)
}

// List names the first few.
func List(names []string) string {
	if len(names) > mostListed {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:mostListed], ", "), len(names)-mostListed)
	}
	return strings.Join(names, ", ")
}

// Nearest returns the name that begins with the given one or differs from it by a slip of the finger:
// at most one edit in three letters. Without such a name it returns "". It is for names of which one
// must have been meant.
func Nearest(given string, names []string) string {
	for _, name := range names {
		if len(given) > 2 && strings.HasPrefix(name, given) {
			return name
		}
	}
	return within(given, names, 1+len(given)/3)
}

// Slip returns the name that differs least from the given one, by at most one edit in five letters and
// three in all, or "". It is for names beside which others may be right: a key of a section that is not
// known here, a host that is not there.
func Slip(given string, names []string) string { return within(given, names, min(3, 1+len(given)/5)) }

// within returns the name that is fewest edits away, if it is at most so many.
func within(given string, names []string, most int) string {
	best, least := "", most+1
	for _, name := range names {
		if len(name)-len(given) >= least || len(given)-len(name) >= least {
			continue // so many letters are too many or missing
		}
		if d := distance(strings.ToLower(given), strings.ToLower(name)); d < least {
			best, least = name, d
		}
	}
	return best
}

// distance is the number of letters to change, add, leave out or swap with their neighbour.
func distance(a, b string) int {
	before, last := make([]int, len(b)+1), make([]int, len(b)+1) // the rows of two letters of a before, and of one
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range len(b) {
			cost := last[j]
			if a[i] != b[j] {
				cost = 1 + min(last[j], row[j], last[j+1])
			}
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				cost = min(cost, 1+before[j-1])
			}
			row[j+1] = cost
		}
		before, last = last, row
	}
	return last[len(b)]
}
