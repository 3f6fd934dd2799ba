package bench

import (
	"testing"
	"time"

	"hubsim/event"
	"hubsim/scenarios"
)

func TestFleetHour(t *testing.T) {
	s := Fleet(5, 1000, 6*event.Minute)
	t0 := time.Now()
	e, err := s.Prepare(scenarios.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Log("prepared", time.Since(t0))
	t0 = time.Now()
	r, err := s.Simulate(scenarios.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	_ = e
	t.Log(time.Since(t0), r.Steps, r.Records, r.Judgement, r.Reasons, r.Quota.Served, r.Quota.Throttled)
	for _, o := range r.Outcomes { t.Log(o) }
}
