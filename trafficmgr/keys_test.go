package trafficmgr

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hubsim/event"
)

// TestKeysAgainstMap holds the table against a map through growth, forgetting and the reuse of ids.
func TestKeysAgainstMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		suffix := rapid.SampledFrom([]string{"", "_default"}).Draw(t, "suffix")
		table := newKeyTable(suffix, 0)
		type known struct {
			id   uint32
			seen int
		}
		keys, window := map[string]known{}, 0
		var order []uint32
		for range rapid.IntRange(1, 400).Draw(t, "steps") {
			switch rapid.IntRange(0, 19).Draw(t, "what") {
			case 0: // the window ends
				for id := table.first; id != 0; {
					id = table.at(id).leave()
				}
				table.first, table.last, order = 0, 0, nil
				window++
				table.forget(uint8(window - 2))
				for text, k := range keys {
					if k.seen < window-2 {
						delete(keys, text)
					}
				}
			default:
				text := strings.Repeat("k", rapid.IntRange(0, 20).Draw(t, "length")) + fmt.Sprint(rapid.IntRange(0, 60).Draw(t, "key"))
				id, k := table.intern(event.ThrottleKey(text))
				if string(k.text) != text+suffix || k != table.at(id) {
					t.Fatalf("%q became %q", text, k.text)
				}
				if have, ok := keys[text]; ok != (k.flags&keyTaken != 0) || ok && have.id != id {
					t.Fatalf("%q: id %d, flags %b; the map says %v, %t", text, id, k.flags, have, ok)
				}
				lead := rapid.Bool().Draw(t, "lead")
				if at := slices.Index(order, id); at < 0 || lead {
					if at >= 0 {
						order = slices.Delete(order, at, at+1)
					}
					if lead {
						order = append([]uint32{id}, order...)
					} else {
						order = append(order, id)
					}
					table.see(id, uint8(window), lead)
				}
				k.flags |= keyKnown
				keys[text] = known{id, window}
			}
			var listed []uint32
			for id := table.first; id != 0; id = table.at(id).next {
				listed = append(listed, id)
			}
			if !slices.Equal(listed, order) {
				t.Fatalf("listed %v, want %v", listed, order)
			}
		}
	})
}

// TestKeyBytes: two keys of which one is the other with the suffix are two keys.
func TestKeyBytes(t *testing.T) {
	table := newKeyTable("_default", 0)
	a, _ := table.intern("/a:1")
	b, _ := table.intern("/a:1_default")
	again, k := table.intern("/a:1")
	if a == b || a != again || k.text != "/a:1_default" {
		t.Errorf("ids %d, %d, %d; text %q", a, b, again, k.text)
	}
}

// TestEqual compares texts of all lengths that differ in no byte, or in one.
func TestEqual(t *testing.T) {
	const text = "0123456789abcdefghijklmnopqrstuvwxyz"
	for n := range len(text) {
		for more := range 3 {
			have := text[:n] + strings.Repeat("_", more)
			if !equal(have, text[:n]) {
				t.Errorf("%q does not begin with %q", have, text[:n])
			}
			for i := range n {
				if other := have[:i] + "!" + have[i+1:]; equal(other, text[:n]) {
					t.Errorf("%q begins with %q", other, text[:n])
				}
			}
		}
	}
}

// TestCountAllocatesNothing holds the steady state to its promise.
func TestCountAllocatesNothing(t *testing.T) {
	plan := benchPlan(t)
	a := Arrival{Key: "7:/pizza/1.0.0:1.0.0:Gold", At: t0}
	plan.Count(t0, &a)
	if n := testing.AllocsPerRun(100, func() { plan.Count(t0, &a) }); n != 0 {
		t.Errorf("%v allocations an event, want 0", n)
	}
}
