package trafficmgr

import (
	"fmt"
	"strings"
	"testing"

	"hubsim/event"
)

// TestTextPages writes texts of any length, longer than a page too, and finds each where it was said to be.
func TestTextPages(t *testing.T) {
	var pages textPages
	at := map[string]uint32{}
	for i, n := range []int{0, 1, firstTextPage, 7, textPage - 1, textPage + 3, 9, 3 * textPage, 2, firstTextPage + 1} {
		text := strings.Repeat(string(rune('a'+i)), n)
		whole, place := pages.add(text, "_default")
		if whole != text+"_default" {
			t.Fatalf("%d bytes became %d", n, len(whole))
		}
		at[whole] = place
	}
	for text, place := range at {
		if !strings.HasPrefix(pages.at(place), text) {
			t.Errorf("the text of %d bytes is not at %#x", len(text), place)
		}
	}
}

// TestTextsAreGivenBack: where keys come and go, what their texts take follows the keys that are there,
// and a text that was handed out stays what it was.
func TestTextsAreGivenBack(t *testing.T) {
	table := newKeyTable("_default", 0)
	_, k := table.intern("first")
	first := k.text
	for window := range 100 {
		for i := range 50 {
			id, _ := table.intern(event.ThrottleKey(fmt.Sprintf("%d:/pizza/%d", window, i)))
			table.see(id, uint8(window), false)
		}
		for id := table.first; id != 0; {
			id = table.at(id).leave()
		}
		table.first, table.last = 0, 0
		table.forget(uint8(window - 2))
		if most := 2*table.texts.live + firstTextPage; table.texts.held > most {
			t.Fatalf("window %d: %d bytes are held for %d", window, table.texts.held, table.texts.live)
		}
	}
	if _, k := table.lookup("99:/pizza/49"); k == nil || k.text != "99:/pizza/49_default" || first != "first_default" {
		t.Errorf("key %v, first text %q", k, first)
	}
}

// TestNoPlaceForATextIsRefused: a place names a page in 12 bits, so that 4096 pages are all. A plan whose
// texts have that many takes no new key and says so, and goes on counting those it has; when enough were
// forgotten it has room again. The pages before the last are empty here.
func TestNoPlaceForATextIsRefused(t *testing.T) {
	plan := newPlan(planSpec{name: "p", suffix: "_default", quota: Quota{Kind: RequestCount, Limit: 5}, unit: event.Minute}, Rules{ForgetIdle: true, FreshWindows: true})
	plan.keys.texts.pages = make([]string, mostTextPages-1)
	at := t0
	count := func(key event.ThrottleKey, want Admission, n int64) {
		t.Helper()
		o := plan.Count(at, &Arrival{Key: key, At: at})
		if o.Admission != want || o.N != n || o.Key != key+"_default" {
			t.Errorf("key %s: %+v, want admission %d and sum %d", key, o, want, n)
		}
	}
	count("a", Admitted, 1)
	count("b", Crowded, 0)
	count("a", Admitted, 2)
	if _, k := plan.keys.lookup("a"); k == nil || plan.Keys() != 1 {
		t.Errorf("%d keys, and a is %v", plan.Keys(), k)
	}
	plan.keys.texts.held = 4 * firstTextPage // as if others had been there, and were forgotten
	for range 3 {
		at = at.Add(event.Minute)
		plan.Fire(at)
	}
	count("b", Admitted, 1)
}
