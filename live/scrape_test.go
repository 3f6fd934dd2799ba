package live

import (
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"hubsim/world"
)

// Scrapes come when they come: before there is a run, while one is made, and after its end. The race
// detector sees a run that scrapes may read before it is complete.
func TestAScrapeMayComeWhileARunIsMade(t *testing.T) {
	m := NewMetrics()
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			default:
				read(m)
			}
		}
	}()
	for range 500 {
		r, err := newRun(&world.World{Start: 1}, nil, Options{Metrics: m}.withDefaults())
		if err != nil {
			t.Fatal(err)
		}
		r.recorder.close()
	}
	close(stop)
	<-stopped
	if n := read(m); n != 2 {
		t.Errorf("%d metrics of a run without nodes, want the callers' and the trace's", n)
	}
}

// read collects the driver's own metrics, as a scrape does, and counts them.
func read(m *Metrics) int {
	all := make(chan prometheus.Metric)
	go func() {
		defer close(all)
		(&driverState{m}).Collect(all)
	}()
	n := 0
	for range all {
		n++
	}
	return n
}
