package scenarios

import (
	"math"
	"strings"
	"testing"

	"hubsim/checker"
	"hubsim/deployment"
	"hubsim/event"
)

// table runs a scenario's sweep.
func table(t *testing.T, s *Scenario, o Options) []checker.Cell {
	t.Helper()
	cells, err := s.Cells(o)
	if err != nil {
		t.Fatal(err)
	}
	var all []checker.Cell
	for i := range cells {
		got, err := cells[i].Run()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, got)
	}
	return all
}

// The table of overshoot-curve has the shape of the public one: leaks grow with the rate, whatever the
// quota; each is explained; and in all they are the rate times the time that a decision takes.
func TestOvershootCurve(t *testing.T) {
	s := load(t, "overshoot-curve")
	cells := table(t, s, Options{Profile: "wso2", Seed: 1})
	if want := 3 * 3 * 2 * 3; len(cells) != want {
		t.Fatalf("%d cells, want %d", len(cells), want)
	}
	leaked, foreseen := 0.0, 0.0
	for i := range cells {
		c := &cells[i]
		if int64(c.Causes.Total()) != c.Over || c.Admitted != c.Quota*int64(c.Windows)+c.Over {
			t.Errorf("%+v: %d admitted, %d over, causes %v", c.Point, c.Admitted, c.Over, c.Causes)
		}
		if before := i - 1; i%3 > 0 && c.Hop > 0 && c.Over <= cells[before].Over {
			t.Errorf("%+v leaks %d, at the lower rate it was %d", c.Point, c.Over, cells[before].Over)
		}
		leaked += c.PerWindow(c.Over)
		foreseen += c.Rate * c.Decision().P50.Seconds()
	}
	if off := math.Abs(leaked/foreseen - 1); off > 0.10 {
		t.Errorf("%.0f calls over in all, rate times latency is %.0f", leaked, foreseen)
	}
}

// Each published figure is reached by a decision latency of the calls over the quota divided by the rate.
func TestPublicFiguresAreExplained(t *testing.T) {
	s := load(t, "overshoot-curve")
	for _, f := range s.Figures() {
		if err := s.Explain(Options{Profile: "wso2", Seed: 1}, &f); err != nil {
			t.Fatal(err)
		}
		if enough := f.Rate*60 > float64(f.Admitted); enough != (f.Needs > 0) || enough != (f.Found != nil) {
			t.Errorf("%s at %v: needs %v, found %v", f.Name, f.Rate, f.Needs, f.Found)
			continue
		} else if !enough {
			continue
		}
		if off := math.Abs(float64(f.Found.Over - f.Over())); off > max(2, 0.005*float64(f.Over())) {
			t.Errorf("%s at %v: %d over, published are %d", f.Name, f.Rate, f.Found.Over, f.Over())
		}
		if got := f.Found.Decision().P50; f.Needs > event.Second && math.Abs(got.Seconds()/f.Needs.Seconds()-1) > 0.1 {
			t.Errorf("%s at %v: the decision took %v, foreseen were %v", f.Name, f.Rate, got, f.Needs)
		}
	}
}

func TestSweepOnAnotherDeployment(t *testing.T) {
	files, err := deployment.Pattern("gw-cp-tm-ha")
	if err != nil {
		t.Fatal(err)
	}
	d, _, err := deployment.ReadFS(files, "conf")
	if err != nil {
		t.Fatal(err)
	}
	s := load(t, "overshoot-curve")
	s.Sweep = &Sweep{Window: Duration(10 * event.Second), Quotas: []int64{50}, Rates: []float64{20}, Hops: []Duration{Duration(100 * event.Millisecond)}}
	if got := table(t, s, Options{Profile: "wso2", Seed: 1, Deployment: d}); got[0].Gateways != 2 || got[0].Over == 0 {
		t.Errorf("%+v", got)
	}
	s.Deployment = Deployment{Pattern: "gw-cp-tm-ha"}
	s.Sweep.Gateways = []int{3}
	if _, err := s.Cells(Options{Profile: "wso2", Seed: 1}); err == nil || !strings.Contains(err.Error(), "there are 2\nhint: leave sweep.gateways out") {
		t.Errorf("two files of gateways: %v", err)
	}
}

func TestSweepAxes(t *testing.T) {
	w := load(t, "overshoot-curve").Sweep
	for _, c := range []struct{ axis, values, want string }{
		{"quota", "5,10", ""}, {"rate", "0.5", ""}, {"gateways", "2", ""}, {"hop", "0s, 1ms", ""}, {"window", "10s", ""}, {"windows", "3", ""},
		{"speed", "1", "a sweep goes over no \"speed\"\nhint: its axes are quota"},
		{"hop", "20", "\"20\" cannot be read\nhint: values stand behind commas"},
		{"quota", "0", "a quota of 0 admits nothing\nhint: quotas start from 1"},
		{"rate", "-1", "-1 is negative"}, {"gateways", "0", "0 gateways serve nobody"}, {"window", "0s", "needs the window"},
		{"quota", strings.Repeat("1,", 2000) + "1", "settings are more than 10000"},
		{"rate", "1000000", "calls in all are more than"},
	} {
		_, err := w.With(c.axis, c.values)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s=%.20s: %v, want %q", c.axis, c.values, err, c.want)
		}
	}
	if small := w.Reduced(); len(small.points()) != 3 || small.Rates[0] != 500 || small.Windows != 1 {
		t.Errorf("in real time: %+v", small)
	}
}
