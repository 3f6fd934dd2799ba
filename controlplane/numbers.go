package controlplane

import (
	"slices"

	"hubsim/event"
)

// numbersFrom is the second that own revision numbers are counted from, the beginning of 2023 (UTC): eight
// regions stay below the end of a 32-bit number until 2031.
const numbersFrom event.Wall = 1_672_531_200

// numbers are the revision numbers that a node may give: those that leave rest when divided by of, and not
// below least.
type numbers struct{ of, rest, least int }

// numbering is which numbers the node's region has now: they grow with the clock, so that the later of two
// deployments has the greater one whatever the region's own database knows, up to the clocks' difference.
func (c *ControlPlane) numbering(now event.Wall) numbers {
	of := len(c.cfg.Regions)
	if !c.cfg.OwnNumbers || of < 2 {
		return numbers{of: 1}
	}
	return numbers{of, max(slices.Index(c.cfg.Regions, c.cfg.Region), 0), int(max(now/1000-numbersFrom, 0)) * of}
}

// after is the next number.
func (n numbers) after(last int) int {
	next := max(last+1, n.least)
	return next + (n.rest-next%n.of+n.of)%n.of
}
