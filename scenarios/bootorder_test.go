package scenarios

import (
	"slices"
	"strings"
	"testing"

	"hubsim/checker"
	"hubsim/event"
)

// boots makes a scenario's table of orders of start.
func boots(t *testing.T, s *Scenario, profile string) (all []checker.Boot) {
	t.Helper()
	list, err := s.Boots(Options{Profile: profile, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	for i := range list {
		b, err := list[i].Run()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, b)
	}
	return all
}

// TestAnyOrderOfStart starts database, control plane, traffic manager and gateways in all their orders,
// some seconds or minutes apart: once the last is there, hardened nodes have everything within 15 s.
func TestAnyOrderOfStart(t *testing.T) {
	all := boots(t, load(t, "wrong-boot-order"), "hardened")
	if want := 24 * 4; len(all) != want {
		t.Fatalf("%d cells, want %d", len(all), want)
	}
	for _, b := range all {
		if b.Never || b.Took > 15*event.Second {
			t.Errorf("%v, %v apart: %s got %s after %v (never: %v)", b.Order, b.Apart, b.Last, b.What, b.Took, b.Never)
		}
	}
}

// TestOrderOfStartOfTheProduct: who asks at 0, 15, 45, 105, 225 and 465 s has waited for all of what is
// there 541 s after it, and has what comes with it at once.
func TestOrderOfStartOfTheProduct(t *testing.T) {
	s := *load(t, "wrong-boot-order")
	orders := *s.Orders
	orders.Apart = []Duration{Duration(3 * event.Minute)}
	s.Orders = &orders
	for _, b := range boots(t, &s, "wso2") {
		order := strings.Join(b.Order, " ")
		early := max(slices.Index(b.Order, "gw-*"), slices.Index(b.Order, "tm-*")) == 3 // gateway or manager last
		switch first := b.Order[0]; {
		case order == "store.* cp-* tm-* gw-*" && (b.Never || b.Took > 2*event.Second):
			t.Errorf("the right order took %v (never: %v), %s waits for %s", b.Took, b.Never, b.Last, b.What)
		case !early && (first == "gw-*" || first == "tm-*") && !b.Never:
			t.Errorf("%s: ready after %v; by then %s asks no more", order, b.Took, first)
		}
	}
}

func TestOrdersAxis(t *testing.T) {
	o := load(t, "wrong-boot-order").Orders
	if got, err := o.With("apart", "10s, 1m"); err != nil || len(got.Apart) != 2 || got.Apart[1] != Duration(event.Minute) || len(o.Apart) != 4 {
		t.Errorf("%+v, %v", got, err)
	}
	for axis, values := range map[string]string{"quota": "1", "apart": "fast"} {
		if _, err := o.With(axis, values); err == nil || !strings.Contains(err.Error(), "hint:") {
			t.Errorf("%s=%s: %v", axis, values, err)
		}
	}
	if _, err := o.With("apart", "0s"); err == nil {
		t.Error("those who start together have an order")
	}
}
