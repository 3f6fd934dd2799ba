package bench

import (
	"math"
	"testing"
	"time"
)

func TestLoad(t *testing.T) {
	began := time.Now()
	before := usage{at: began, own: time.Second, busy: 10 * time.Second, steal: time.Second}
	after := usage{at: began.Add(4 * time.Second), own: 3 * time.Second, busy: 13 * time.Second, steal: 1400 * time.Millisecond}
	got := after.since(before)
	want := load{wall: 4 * time.Second, own: 2 * time.Second, foreign: 0.25, steal: 0.1}
	if got.wall != want.wall || got.own != want.own || math.Abs(got.foreign-want.foreign) > 1e-9 || math.Abs(got.steal-want.steal) > 1e-9 {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := (usage{at: began, own: time.Second}).since(usage{at: began}); got.foreign != 0 || got.steal != 0 {
		t.Errorf("in no time %+v", got)
	}
	// The kernel counts in hundredths of a second, a process in microseconds: less than nothing is nothing.
	if got := (usage{at: began.Add(time.Second), own: 9 * time.Millisecond}).since(usage{at: began}); got.foreign != 0 {
		t.Errorf("others used %v cores", got.foreign)
	}
}
