package bench

import (
	"testing"
	"time"
)

// TestPlan: a key is used up exactly where the plan says so, by its hundredth call, and is not called again.
func TestPlan(t *testing.T) {
	p := planOf(10, Options{Rate: 2500, Duration: 2 * time.Second})
	calls := map[int]int{}
	decided, last := 0, 0
	for i := range p.count {
		key := p.key(i)
		if key < 0 || key >= p.keys() {
			t.Fatalf("call %d has key %d of %d", i, key, p.keys())
		}
		calls[key]++
		if calls[key] > loopQuota {
			t.Fatalf("call %d is call %d of key %d", i, calls[key], key)
		}
		if used := calls[key] == loopQuota; used != p.decides(i) {
			t.Fatalf("call %d is call %d of key %d; the plan says decides: %v", i, calls[key], key, p.decides(i))
		}
		if p.decides(i) && i >= p.warm {
			if gap := i - last; last > 0 && gap > 2*loopQuota {
				t.Errorf("no decision for %d calls before call %d", gap, i)
			}
			decided, last = decided+1, i
		}
	}
	if want := (p.count - p.warm) / loopQuota; decided < want-loopLanes || decided > want+loopLanes {
		t.Errorf("%d decisions while it is measured, want about %d", decided, want)
	}
	if at := p.at(2500); at != time.Second {
		t.Errorf("call 2500 is due after %v", at)
	}
}
