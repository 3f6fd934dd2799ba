package bench

import (
	"testing"
	"time"
)

func TestParseStat(t *testing.T) {
	for _, row := range []struct {
		why, text   string
		busy, steal time.Duration
	}{
		{"user, nice, system, irq and softirq are work; idle and iowait are not", "cpu  100 20 30 9999 888 4 6 70 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\n", 1600 * time.Millisecond, 700 * time.Millisecond},
		{"an old kernel without steal", "cpu  100 20 30 9999\n", 0, 0},
		{"nothing", "", 0, 0},
		{"something else", "intr 1 2 3 4 5 6 7 8 9\n", 0, 0},
	} {
		t.Run(row.why, func(t *testing.T) {
			if busy, steal := parseStat(row.text); busy != row.busy || steal != row.steal {
				t.Errorf("busy %v, steal %v; want %v, %v", busy, steal, row.busy, row.steal)
			}
		})
	}
}

func TestReadUsage(t *testing.T) {
	before := readUsage()
	after := readUsage()
	if before.own <= 0 || before.busy <= 0 || after.own < before.own || after.busy < before.busy || after.at.Before(before.at) {
		t.Errorf("first %+v, then %+v", before, after)
	}
}
