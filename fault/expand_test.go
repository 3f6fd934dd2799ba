package fault

import (
	"slices"
	"strings"
	"testing"

	"hubsim/event"
)

// site has two regions of a control plane with its broker, a traffic manager, a database and two gateways each.
func site(seed uint64) Site {
	nodes := []string{"eu-cp-1", "eu-cp-1.broker", "eu-tm-1", "eu-gw-1", "eu-gw-2", "us-cp-1", "us-cp-1.broker", "us-tm-1", "us-gw-1", "us-gw-2"}
	roles := map[string]string{"gateways": "gw", "traffic-managers": "tm", "control-planes": "cp-1"}
	return Site{Seed: seed, Length: event.Hour, Regions: []string{"eu", "us"}, Who: func(name string) (found []string) {
		if name == "store" {
			return []string{"store.eu", "store.us"}
		}
		for _, n := range nodes {
			region, isRegion := strings.CutPrefix(name, "region:")
			prefix, isPattern := strings.CutSuffix(name, "*")
			switch {
			case n == name, strings.TrimSuffix(n, ".broker") == name, isRegion && strings.HasPrefix(n, region), isPattern && strings.HasPrefix(n, prefix),
				name == "brokers" && strings.HasSuffix(n, ".broker"), roles[name] != "" && strings.Contains(n, roles[name]) && !strings.HasSuffix(n, ".broker"):
				found = append(found, n)
			}
		}
		return found
	}}
}

func TestExpand(t *testing.T) {
	for _, row := range []struct {
		why, from string
		want      []string
	}{
		{"hosts are restarted one after the other", "at 20s for 5s rolling eu-gw-* every 30s",
			[]string{"at 20s for 5s crash eu-gw-1", "at 50s for 5s crash eu-gw-2"}},
		{"a host with two machines is restarted once", "at 20s for 5s rolling eu-cp-1 every 0s", []string{"at 20s for 5s crash eu-cp-1"}},
		{"a region is cut off from each other one, whoever opened the session", "at 20s for 5s split-region region:eu",
			[]string{"at 20s for 5s freeze region:eu<>region:us"}},
		{"everybody loses a broker", "at 20s for 5s herd eu-cp-1.broker", []string{"at 20s for 5s refuse *>eu-cp-1.broker"}},
		{"or is only reset", "at 20s herd eu-cp-1.broker", []string{"at 20s reset *>eu-cp-1.broker"}},
		{"a clock goes to and fro", "at 20s for 5s strobe eu-gw-1 +2s every 1s",
			[]string{"at 20s for 1s clock eu-gw-1 +2s", "at 22s for 1s clock eu-gw-1 +2s", "at 24s for 1s clock eu-gw-1 +2s"}},
		{"heal ends what lasts, and what would come later does not come", "at 1s crash eu-gw-1\nat 2s for 60s pause eu-gw-2\nat 3s for 1s pause us-gw-1\nat 40s crash us-gw-2\nheal 30s",
			[]string{"at 1s for 29s crash eu-gw-1", "at 2s for 28s pause eu-gw-2", "at 3s for 1s pause us-gw-1"}},
		{"but not what is left", "leave at 1s crash eu-gw-1\nat 2s crash eu-gw-2\nheal 30s", []string{"leave at 1s crash eu-gw-1", "at 2s for 28s crash eu-gw-2"}},
		{"heal ends what a macro stands for", "at 20s for 60s rolling eu-gw-* every 20s\nheal 30s", []string{"at 20s for 10s crash eu-gw-1"}},
	} {
		t.Run(row.why, func(t *testing.T) {
			if got := expanded(t, row.from, 1); !slices.Equal(got, row.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(row.want, "\n"))
			}
		})
	}
}

func expanded(t *testing.T, text string, seed uint64) []string {
	t.Helper()
	s, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if s, err = s.Expand(site(seed)); err != nil {
		t.Fatal(err)
	}
	for i := range s {
		if s[i].Kind.Macro() || s[i].Line == 0 {
			t.Errorf("%v is not a line of the schedule", s[i])
		}
		if err := s[i].check(); err != nil {
			t.Errorf("%v: %v", s[i], err)
		}
	}
	return strings.Split(strings.TrimSpace(s.String()), "\n")
}

func TestSwizzleStopsAllThenLetsAllGo(t *testing.T) {
	s, err := Parse("at 10s for 40s swizzle *>eu-cp-1.broker")
	if err != nil {
		t.Fatal(err)
	}
	if s, err = s.Expand(site(3)); err != nil {
		t.Fatal(err)
	}
	if len(s) != 8 {
		t.Fatalf("%d links, want one a host", len(s))
	}
	var ends []event.Duration
	for _, f := range s {
		if f.At > 30*event.Second || f.At+f.For < 30*event.Second || f.At+f.For > 50*event.Second {
			t.Errorf("%v does not hold half-way", f)
		}
		ends = append(ends, f.At+f.For)
	}
	if slices.IsSorted(ends) {
		t.Error("they are let go in the order in which they were stopped")
	}
}

func TestChaosIsOfTheSeed(t *testing.T) {
	const line = "at 30s for 10m chaos 40"
	one := expanded(t, line, 1)
	if !slices.Equal(one, expanded(t, line, 1)) {
		t.Error("one seed draws two schedules")
	}
	if slices.Equal(one, expanded(t, line, 2)) {
		t.Error("two seeds draw one schedule")
	}
	again := expanded(t, line+" every 20m", 1) // the run takes an hour
	if len(again) != 120 || !slices.Equal(one, again[:40]) || slices.Equal(again[:40], again[40:80]) || !strings.HasPrefix(again[119], "at 4") && !strings.HasPrefix(again[119], "at 5") {
		t.Errorf("%d faults in an hour, want 40 in each of three rounds", len(again))
	}
	if fewer := expanded(t, "at 30s for 10m chaos 39", 1); !slices.Equal(one[:39], fewer) {
		t.Error("one fault more changes the others")
	}
	for _, l := range one {
		f, err := ParseLine(l)
		if err != nil || f.At < 30*event.Second || f.At+f.For > 630*event.Second {
			t.Errorf("%s: %v, or not within the ten minutes", l, err)
		}
	}
}

func TestExpandRefusesNobody(t *testing.T) {
	s, err := Parse("\nat 1s for 5s rolling nobody every 1s")
	if err != nil {
		t.Fatal(err)
	}
	if _, err = s.Expand(site(1)); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("got %v, want an error with its line", err)
	}
}
