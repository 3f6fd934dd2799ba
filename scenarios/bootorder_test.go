package scenarios

import (
	"fmt"
	"strings"
	"testing"

	"hubsim/checker"
)

// TestAnyOrderOfStart starts control plane, traffic manager and gateways in all their orders, 20 s apart: once
// the last is there, hardened nodes have everything within 15 s.
func TestAnyOrderOfStart(t *testing.T) {
	for _, order := range []string{"cp tm gw", "cp gw tm", "tm cp gw", "tm gw cp", "gw cp tm", "gw tm cp"} {
		t.Run(order, func(t *testing.T) {
			t.Parallel()
			s := *load(t, "wrong-boot-order")
			s.Faults = ""
			for i, role := range strings.Fields(order) {
				if i > 0 {
					s.Faults += fmt.Sprintf("at 1ms for %ds crash %s-*\n", 20*i, role)
				}
			}
			s.Checks = []Check{{Check: "ready", Within: 15e9}, {Check: "accounting"}}
			r := simulate(t, &s, Options{Profile: "hardened", Seed: 1})
			if r.Judgement != checker.Pass {
				explain(t, &r)
			}
		})
	}
}
