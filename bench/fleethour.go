package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"hubsim/checker"
	"hubsim/event"
	"hubsim/scenarios"
)

const fleetRegions = 5

func fleetHour() *Bench {
	return &Bench{
		Name:       "fleet-hour",
		Question:   "How long does an hour of a thousand gateways in five regions take in virtual time, with all checks on?",
		Ours:       "the whole protocol: machines, links, trace digest, over- and under-admission, latency and accounting checks; a call a second at each gateway",
		Reference:  "take and put on a bare 4-ary heap with a thousand values: what a kernel without a protocol does",
		Figures:    []Figure{{"an hour of the fleet", "s"}, {"its CPU", "s"}, {"events", "events/s"}, {"records", "records/s"}, {"virtual against real", "×"}},
		Goals:      []Goal{{Figure: "an hour of the fleet", Alone: true, Most: 20}, {Figure: "events", Least: 0.15}},
		Defaults:   Options{Pairs: 2, Duration: time.Hour},
		Processors: 1,
		least:      2 * time.Minute, // start-up, a window that is used up, and its end
		size:       1000,
		begin:      beginFleet,
	}
}

func beginFleet(b *Bench, o Options) (sides, error) {
	s := Fleet(fleetRegions, b.size, o.Duration)
	if _, err := s.Prepare(scenarios.Options{Seed: 1}); err != nil {
		return sides{}, err
	}
	gaps := make([]event.Duration, 1<<16)
	luck := rand.New(rand.NewPCG(1, 1))
	for i := range gaps {
		gaps[i] = event.Duration(luck.ExpFloat64() * float64(event.Second))
	}
	return sides{
		ours: func(context.Context) (Sample, error) { return runFleet(s) },
		reference: func(context.Context) (Sample, error) {
			h, events := newBareHold(1000, gaps), 0
			h.Run(turn)
			began := time.Now()
			for ; time.Since(began) < time.Second; events += turn {
				h.Run(turn)
			}
			return Sample{"events": float64(events) / time.Since(began).Seconds()}, nil
		},
		end: func() {},
	}, nil
}

// runFleet makes one run, judged, from reading the deployment to the last check.
func runFleet(s *scenarios.Scenario) (Sample, error) {
	began := readUsage()
	r, err := s.Simulate(scenarios.Options{Seed: 1})
	if err != nil {
		return nil, err
	}
	if r.Judgement != checker.Pass {
		return nil, fmt.Errorf("the fleet's run is a %v: %v", r.Judgement, r.Reasons)
	}
	l := readUsage().since(began)
	spent, hours := l.wall.Seconds(), r.Ran.Hours()
	return Sample{
		"an hour of the fleet": spent / hours, "its CPU": l.own.Seconds() / hours,
		"events": float64(r.Steps) / spent, "records": float64(r.Records) / spent, "virtual against real": r.Ran.Seconds() / spent,
	}, nil
}
