package workload

import (
	"testing"

	"hubsim/event"
)

// A call's usage is drawn by its number: within its range, evenly, and the same whoever else calls.
func TestUsageIsDrawnByCall(t *testing.T) {
	of := func(others ...Phase) (all []event.Usage) {
		p := Phase{For: 20 * event.Second, Pacer: Constant{1000}, Calls: make([]event.Request, 1), Gateways: []event.NodeID{"gw-1"},
			Usage: &Usage{Prompt: [2]int64{100, 299}, Completion: [2]int64{400, 400}, Takes: [2]event.Duration{event.Second, 2 * event.Second}}}
		for _, a := range collect(New(7, append([]Phase{p}, others...))) {
			if a.Req.Usage != nil {
				all = append(all, *a.Req.Usage)
			}
		}
		return all
	}
	alone, sum := of(), int64(0)
	beside := of(Phase{For: 20 * event.Second, Pacer: Constant{300}, Calls: make([]event.Request, 1), Gateways: []event.NodeID{"gw-2"}})
	for i, u := range alone {
		if u.Prompt < 100 || u.Prompt > 299 || u.Completion != 400 || u.Takes < event.Second || u.Takes > 2*event.Second || u.Total() != u.Prompt+400 {
			t.Fatalf("call %d uses %+v", i, u)
		}
		if beside[i] != u {
			t.Fatalf("call %d uses %+v, and %+v beside others", i, u, beside[i])
		}
		sum += u.Prompt
	}
	if mean := float64(sum) / float64(len(alone)); len(alone) != 20_000 || len(beside) != len(alone) || mean < 197 || mean > 202 {
		t.Errorf("%d calls with prompts of %.1f tokens in the mean, want 20000 with 199.5", len(alone), mean)
	}
	if (*event.Usage)(nil).Total() != 0 {
		t.Error("a call without usage uses tokens")
	}
}
