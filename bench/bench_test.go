package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"hubsim/event"
	"hubsim/scenarios"
)

var rewrite = flag.Bool("rewrite", false, "write the golden files anew")

// tiny are options and sizes with which a bench proves that it works, and nothing else.
var tiny = map[string]struct {
	size    int
	options Options
	own     []string // figures that only ours has
}{
	"decision-latency":    {2, Options{Rate: 8000, Duration: 100 * time.Millisecond}, []string{"hop gateway-queue p50", "hop wire p50", "hop traffic-manager p50", "hop broker p50"}},
	"request-events":      {2, Options{Duration: 100 * time.Millisecond}, nil},
	"notification-fanout": {3, Options{Rate: 200, Duration: 100 * time.Millisecond}, nil},
	"virtual-kernel":      {20, Options{Duration: 10 * time.Millisecond}, nil},
	"count-and-decide":    {30, Options{Duration: 10 * time.Millisecond}, nil},
	"rate-limiters":       {30, Options{Duration: 10 * time.Millisecond}, nil},
	"fleet-hour":          {10, Options{Duration: 2 * time.Minute}, []string{"an hour of the fleet", "its CPU", "records", "virtual against real"}},
}

// TestBenches runs every bench small and looks at the shape of what it says, not at how fast it was.
func TestBenches(t *testing.T) {
	for _, b := range All() {
		t.Run(b.Name, func(t *testing.T) {
			defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
			small, ok := tiny[b.Name]
			if !ok {
				t.Fatal("it has no tiny size")
			}
			b.size = small.size
			o := small.options
			o.Pairs, o.once = 1, true
			var told []string
			o.Progress = func(what string) { told = append(told, what) }
			r, err := b.Run(context.Background(), o)
			if err != nil {
				t.Fatal(err)
			}
			if len(r.Pairs) != 2 || r.Pairs[0].ReferenceFirst || !r.Pairs[1].ReferenceFirst {
				t.Errorf("%d pairs, and the sides do not take turns", len(r.Pairs))
			}
			if len(told) != len(r.Pairs) {
				t.Errorf("told of %d pairs: %v", len(told), told)
			}
			for _, c := range r.Figures {
				checkFigure(t, c, slices.Contains(small.own, c.Name))
			}
			if len(r.Goals) != len(b.Goals) {
				t.Errorf("%d goals judged, want %d", len(r.Goals), len(b.Goals))
			}
			for _, g := range r.Goals {
				if g.Value == nil || g.Verdict == "" || (g.Verdict == Noisy) != (g.Why != "") {
					t.Errorf("goal %+v", g)
				}
			}
		})
	}
}

func checkFigure(t *testing.T, c Compared, own bool) {
	t.Helper()
	if c.Ours == nil || math.IsNaN(*c.Ours) || *c.Ours < 0 {
		t.Errorf("%s of ours is missing", c.Name)
	}
	if (c.Reference == nil) != own || (c.Ratio == nil) != (own || *c.Reference == 0) {
		t.Errorf("%s of the reference: %v, ratio %v", c.Name, c.Reference, c.Ratio)
	}
}

func TestBenchesEndWhenTheUserWantsNoMore(t *testing.T) {
	for _, b := range All() {
		t.Run(b.Name, func(t *testing.T) {
			defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
			b.size = tiny[b.Name].size
			ctx, cancel := context.WithCancel(context.Background())
			o := tiny[b.Name].options
			o.Pairs, o.Progress = 50, func(string) { cancel() }
			if _, err := b.Run(ctx, o); !errors.Is(err, context.Canceled) || !strings.HasPrefix(err.Error(), "bench "+b.Name+": ") {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestOptionsAreChecked(t *testing.T) {
	for _, row := range []struct {
		why, bench string
		options    Options
		complaint  string
	}{
		{"a bench at full speed has no rate", "request-events", Options{Rate: 10}, "it takes no rate"},
		{"less than nothing cannot be measured", "virtual-kernel", Options{Pairs: -1}, "not negative"},
		{"a fleet that has not been throttled yet", "fleet-hour", Options{Duration: time.Minute}, "at least"},
		{"nor for less than no time", "virtual-kernel", Options{Duration: -1}, "not negative"},
	} {
		t.Run(row.why, func(t *testing.T) {
			b, ok := Find(row.bench)
			if !ok {
				t.Fatal("there is no such bench")
			}
			if err := b.Check(row.options); err == nil || !strings.Contains(err.Error(), row.complaint) || !strings.Contains(err.Error(), row.bench) {
				t.Errorf("error %v", err)
			}
			if _, err := b.Run(context.Background(), row.options); err == nil {
				t.Error("it ran all the same")
			}
		})
	}
	if _, ok := Find("no-such"); ok {
		t.Error("found what is not there")
	}
}

// TestReportForms: a report with every kind of figure and verdict, as text and as JSON.
func TestReportForms(t *testing.T) {
	b := &Bench{
		Name: "example", Question: "What does a report look like when its question is so long that one line of eighty does not hold it?",
		Ours: "this", Reference: "that",
		Figures: []Figure{{"f", "µs"}, {"own", "s"}},
		Goals:   []Goal{{Figure: "f", Most: 1.5}, {Figure: "f", Least: 3}, {Figure: "own", Alone: true, Most: 20}},
	}
	var pairs []Pair
	for i := range 4 {
		pairs = append(pairs, Pair{
			ReferenceFirst: i%2 == 1, Ours: Sample{"f": 1200 + float64(i), "own": float64(19 + i)}, Reference: Sample{"f": 1000}, Foreign: 0.05, Steal: 0.01,
		})
	}
	result := b.conclude(Options{Pairs: 4, Duration: time.Second, Rate: 2500}, pairs)
	result.GOMAXPROCS = 2
	r := &Report{
		Schema: Schema, At: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Results: []Result{result},
		Machine: Machine{CPU: "A CPU", Cores: 2, Kernel: "6.1", Platform: "linux/amd64", Go: "go1.26", Commit: "0123456789abcdef", Modified: true},
	}
	var text, form bytes.Buffer
	if err := errors.Join(WriteText(&text, r), WriteJSON(&form, r)); err != nil {
		t.Fatal(err)
	}
	golden(t, "report.txt", text.Bytes())
	golden(t, "report.json", form.Bytes())
	var back Report
	if err := json.Unmarshal(form.Bytes(), &back); err != nil || back.Schema != Schema || len(back.Results) != 1 {
		t.Errorf("read back: %v, %+v", err, back)
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *rewrite {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not as it was (-rewrite writes it anew):\n%s", name, got)
	}
}

// TestModelIsTheStandIns: the bytes that the references send are those of a real event and decision.
func TestModelIsTheStandIns(t *testing.T) {
	m, err := probe()
	if err != nil {
		t.Fatal(err)
	}
	if m.event.SubscriptionTier != "Bench" || m.event.SubscriptionKey == "" || m.eventSize < 200 || m.decision < 80 {
		t.Errorf("%+v of %d bytes, a decision of %d", *m.event.Attributes, m.eventSize, m.decision)
	}
}

// TestBareHeapIsAHeap: the reference does the whole work, in order.
func TestBareHeapIsAHeap(t *testing.T) {
	h := newBareHold(100, []event.Duration{5, 3, 8, 1, 9, 2})
	var last value
	for i := range 5000 {
		v := h.take()
		if v.before(&last) || len(h.heap) != 99 {
			t.Fatalf("value %d is %+v after %+v, %d are left", i, v, last, len(h.heap))
		}
		last = v
		h.put(v.at)
	}
}

// BenchmarkFleet is the virtual driver with everything on: six minutes of a hundred gateways.
func BenchmarkFleet(b *testing.B) {
	s := Fleet(fleetRegions, 100, 6*event.Minute)
	b.ReportAllocs()
	steps := uint64(0)
	for b.Loop() {
		r, err := s.Simulate(scenarios.Options{Seed: 1})
		if err != nil {
			b.Fatal(err)
		}
		steps += r.Steps
	}
	b.ReportMetric(float64(steps)/b.Elapsed().Seconds(), "steps/s")
}
