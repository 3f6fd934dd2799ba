package session

import (
	"testing"

	"pgregory.net/rapid"

	"hubsim/event"
)

func TestBackoffTables(t *testing.T) {
	c := WSO2()
	for _, row := range []struct {
		what  string
		c     BackoffConfig
		waits []int // seconds
	}{
		{"a consumer: doubled from 20 s to an hour", c.Topic.Again, []int{20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600}},
		{"a pull: doubled from 15 s", c.Pull.Retry.BackoffConfig, []int{15, 30, 60, 120, 240}},
		{"revoked tokens: always 15 s", c.Pull.Revoked.BackoffConfig, []int{15, 15, 15}},
		{"the data bridge: always 30 s", c.Feed.Reconnect, []int{30, 30, 30}},
		{"no factor is factor 1", BackoffConfig{First: event.Second}, []int{1, 1}},
	} {
		for i, want := range row.waits {
			if got := row.c.Wait(i+1, 7); got != event.Duration(want)*event.Second {
				t.Errorf("%s: wait %d is %s, want %d s", row.what, i+1, got, want)
			}
		}
	}
}

// Against the plain sum: no overflow however late the attempt, never over the maximum, the jitter
// takes off no more than it may, and the same who and when wait the same.
func TestBackoffAgainstModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := BackoffConfig{
			First:  event.Duration(rapid.Int64Range(1, int64(event.Hour)).Draw(t, "first")),
			Factor: rapid.IntRange(0, 9).Draw(t, "factor"),
			Max:    event.Duration(rapid.Int64Range(1, int64(24*event.Hour)).Draw(t, "max")),
			Jitter: rapid.IntRange(0, 100).Draw(t, "jitter"),
		}
		attempt, key := rapid.IntRange(1, 100_000).Draw(t, "attempt"), rapid.Uint64().Draw(t, "key")
		full := float64(c.First)
		for i := 1; i < attempt && full < float64(c.Max); i++ {
			full *= float64(max(c.Factor, 1))
			if c.Factor <= 1 {
				break
			}
		}
		full = min(full, float64(c.Max))
		got := c.Wait(attempt, key)
		if low := full * (1 - float64(c.Jitter)/100); float64(got) > full || float64(got) < low-1 {
			t.Fatalf("waits %d, between %v and %v expected", got, low, full)
		}
		if got != c.Wait(attempt, key) {
			t.Fatal("the same attempt waits differently")
		}
	})
}

func TestBackoffNoMaximum(t *testing.T) {
	if got := (BackoffConfig{First: event.Hour, Factor: 1000}).Wait(1_000_000, 0); got <= 0 || got > maxWait {
		t.Errorf("waits %s", got)
	}
}

// The queue against a plain slice.
func TestFifo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var q fifo[int]
		var model []int
		n := 0
		t.Repeat(map[string]func(*rapid.T){
			"push": func(t *rapid.T) {
				for range rapid.IntRange(1, 40).Draw(t, "n") {
					n++
					q.push(n)
					model = append(model, n)
				}
			},
			"front": func(*rapid.T) {
				n++
				q.pushFront(n)
				model = append([]int{n}, model...)
			},
			"pop": func(t *rapid.T) {
				if len(model) == 0 {
					return
				}
				if got := *q.front(); got != model[0] || q.pop() != got {
					t.Fatalf("took %d, want %d", got, model[0])
				}
				model = model[1:]
			},
			"pop back": func(t *rapid.T) {
				if len(model) == 0 {
					return
				}
				last := len(model) - 1
				if got := q.popBack(); got != model[last] {
					t.Fatalf("took %d from behind, want %d", got, model[last])
				}
				model = model[:last]
			},
			"": func(t *rapid.T) {
				if q.len() != len(model) {
					t.Fatalf("holds %d, want %d", q.len(), len(model))
				}
			},
		})
	})
}

func TestFifoGivesSlotsBack(t *testing.T) {
	var q fifo[int]
	for i := range 10_000 {
		q.push(i)
	}
	for q.len() > 0 {
		q.pop()
	}
	if q.slots != nil {
		t.Errorf("an empty queue holds on to %d slots", len(q.slots))
	}
}
