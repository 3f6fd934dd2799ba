package scenarios

import (
	"testing"

	"hubsim/checker"
	"hubsim/event"
)

// TestEveryKindOfFaultBreaksSomething runs a schedule for each way in which a deployment is broken, on the files of two
// regions: it has an effect, or the run would be INVALID, and the books still close.
func TestEveryKindOfFaultBreaksSomething(t *testing.T) {
	for _, row := range []struct{ why, schedule string }{
		{"a gateway dies and is back", "at 12s for 10s crash region-1/gw-1"},
		{"a control plane dies between commit and publication", `on mark "cp: stored, not published" #1 for 10s crash region-1/cp-1`},
		{"a broker dies and is back", "at 12s for 10s crash region-1/cp-1.broker"},
		{"both halves of a pair at once", "at 12s for 5s rolling region-1/gw-* every 0s"},
		{"a partition of both directions", "at 12s for 20s freeze region-1/gw-*>region-1/cp-1.broker"},
		{"a partition of one direction", "at 12s for 20s stall region-1/cp-1.broker>region-1/gw-1"},
		{"a region cut off", "at 12s for 20s split-region region-2"},
		{"what is never healed", "leave at 12s half-open region-1/gw-1>region-1/cp-1.broker\nat 12s for 50s clock region-1/gw-1 +1s\nheal 30s"},
		{"a latency", "at 12s for 20s delay gateways>traffic-managers 300ms"},
		{"a jitter", "at 12s for 20s delay gateways>traffic-managers exp mean 100ms"},
		{"a heavy tail", "at 12s for 20s delay gateways>traffic-managers pareto min 10ms shape 1.2"},
		{"packets lost", "at 12s for 20s loss gateways>traffic-managers 10%"},
		{"a narrow line", "at 12s for 20s bandwidth gateways>traffic-managers 64kbit"},
		{"links that stop and go", "at 18s for 12s swizzle region-2/gw-*>region-2/cp-1.broker"},
		{"a firewall that forgets", "at 12s half-open region-1/gw-1>region-1/cp-1.broker"},
		{"a closed port", "at 12s for 20s refuse region-1/gw-1>region-1/cp-1"},
		{"a reset", "at 12s reset gateways>traffic-managers"},
		{"a slow accept", "at 12s for 20s slow-accept region-1/gw-1>region-1/tm-1 5s\nat 13s reset region-1/gw-1>region-1/tm-1"},
		{"a name that is not resolved", "at 12s for 20s no-name region-1/gw-1>region-1/tm-1\nat 13s reset region-1/gw-1>region-1/tm-1"},
		{"a slow consumer", "at 12s for 20s slow region-1/gw-1 500ms"},
		{"a consumer that is none", "at 9s zombie region-1/gw-1>region-1/cp-1.broker"},
		{"a long collection", "at 12s for 5s pause traffic-managers"},
		{"a processor with others on it", "at 12s for 10s starve traffic-managers 10x"},
		{"a clock that is wrong", "at 12s for 20s clock region-1/gw-1 -2s"},
		{"a clock that drifts", "at 12s for 20s drift region-1/gw-1 +500ppm"},
		{"a clock to and fro", "at 12s for 6s strobe region-1/gw-1 +2s every 1s"},
		{"a publisher that tries again", "at 9s for 40s repeat region-1/cp-1>region-1/cp-1.broker 100%"},
		{"an agent that tries again", "at 12s for 20s repeat gateways>traffic-managers 30%"},
		{"a database without room", "at 15s for 10s disk-full store.*"},
		{"commit and no publication", `on mark "cp: stored, not published" #1 for 20s refuse region-1/cp-1>region-1/cp-1.broker`},
		{"a database whose copy is late", "at 12s for 20s delay store.eu>store.us 8s"},
		{"a pool of connections that is used up", "at 12s for 20s delay region-1/cp-1>store.eu 9s"},
		{"a herd", "at 12s for 5s herd region-1/cp-1.broker"},
	} {
		t.Run(row.why, func(t *testing.T) {
			t.Parallel()
			s := *load(t, "region-link-loss")
			s.Checks = []Check{{Check: "accounting"}, {Check: "duplicates"}}
			s.Expect = nil
			r := simulate(t, &s, Options{Profile: "hardened", Seed: 1, Faults: &row.schedule})
			if r.Judgement != checker.Pass {
				explain(t, &r)
			}
		})
	}
}

// TestCopiesThatWaitWhenTheRunEnds are accounted for: the run ends while the broker keeps some for a slow gateway, and,
// under the twin's broker, for all of them.
func TestCopiesThatWaitWhenTheRunEnds(t *testing.T) {
	s, faults := load(t, "slow-consumer-backlog"), "at 20s for 3m slow gw-7 1s"
	for _, twin := range []bool{false, true} {
		r := simulate(t, s, Options{Profile: "wso2", Seed: 1, Faults: &faults, Twin: twin})
		for _, o := range r.Outcomes {
			if o.Check == "accounting" && o.Verdict != checker.Holds {
				t.Errorf("%s: %v", o.Worst, o.Details)
			}
		}
		waited := 0
		for _, f := range r.Missed {
			if f.Why == event.RunEnded.String() {
				waited++
			}
		}
		if waited < 500 {
			t.Errorf("%d copies waited when the run ended", waited)
		}
	}
}
