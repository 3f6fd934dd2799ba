package conform_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hubsim/trafficmgr/conform"
)

// TestCompareFinds changes one thing at a time in a recording that we match, and each change is found.
func TestCompareFinds(t *testing.T) {
	for _, file := range []string{"count-subscription-l20-exact", "cond-header", "multi-three-levels"} {
		for _, c := range []struct {
			name   string
			change func(t *conform.Trace)
		}{
			{"nothing", func(*conform.Trace) {}},
			{"a flag", func(t *conform.Trace) { t.Decisions[0].On = !t.Decisions[0].On }},
			{"an expiry", func(t *conform.Trace) { t.Decisions[1].Expiry++ }},
			{"a key", func(t *conform.Trace) { t.Decisions[0].Key += "x" }},
			{"a plan", func(t *conform.Trace) { t.Decisions[0].Plan = "other" }},
			{"a cause", func(t *conform.Trace) { t.Decisions[0].Event = nil }},
			{"the conditions", func(t *conform.Trace) { t.Decisions[0].Evaluated += "x" }},
			{"too early", func(t *conform.Trace) { t.Decisions[0].At = t.Events[0].At - 1 }},
			{"too late", func(t *conform.Trace) { t.Decisions[0].At += 60 }},
			{"one missing", func(t *conform.Trace) { t.Decisions = t.Decisions[1:] }},
			{"one more", func(t *conform.Trace) { t.Decisions = append(t.Decisions, t.Decisions[0]) }},
		} {
			t.Run(file+"/"+c.name, func(t *testing.T) {
				trace := load(t, file)
				c.change(trace)
				difference, err := conform.Compare(trace)
				if err != nil {
					t.Fatal(err)
				}
				if found := difference != ""; found != (c.name != "nothing") {
					t.Errorf("difference %q", difference)
				}
			})
		}
	}
}

func load(t *testing.T, name string) *conform.Trace {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "testdata", "golden", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	trace, err := conform.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return trace
}

// TestBadTraces: what is not known is refused with a name.
func TestBadTraces(t *testing.T) {
	for text, want := range map[string]string{
		`{`: "read a recorded trace",
		`{"observed_until_ms":9,"events":[{"at_ms":10}]}`:                                                    "event 0: at 10 ms",
		`{"observed_until_ms":-1}`:                                                                           "at most a day",
		`{"stalls":[{"from_ms":3,"until_ms":2}]}`:                                                            "want an interval",
		`{"t0_epoch_ms":9223372036854775807}`:                                                                "want an instant since the epoch",
		`{"t0_epoch_ms":5,"events":[{"at_ms":-6}]}`:                                                          "event 0: at -6 ms",
		`{"events":[{"timestamp_ms":9223372036854775807}]}`:                                                  "event 0: stamped 9223372036854775807 ms",
		`{"events":[{"timestamp_ms":1.5}]}`:                                                                  "cannot unmarshal number 1.5",
		`{"plan":{"kind":"api","unit_ms":9,"groups":[{"id":1,"unit_ms":-1}]}}`:                               "condition group 1: window of -1 ms",
		`{"plan":{"kind":"api","unit_ms":9000000000000}}`:                                                    "window of 9000000000000 ms",
		`{"plan":{"kind":"api","unit_ms":9,"groups":[{"id":1,"unit_ms":9,"conditions":[{"type":"moon"}]}]}}`: `condition of type "moon" is not known`,
		`{"plan":{"kind":"api","unit_ms":9,"groups":[{"id":1,"unit_ms":9,"conditions":[{"type":"header","value":"(?=a)"}]}]}}`: "invalid or unsupported Perl syntax",
		`{"plan":{"kind":"api","unit_ms":9},"events":[{"key":"k","ip":"10.0.0"}]}`:                                             `event 0: ip "10.0.0": want an address`,
		`{"name":"n","plan":{"kind":"none"}}`:                                            `kind "none": this kind is not known`,
		`{"name":"n","plan":{"kind":"api-condition"}}`:                                   "it has no default",
		`{"name":"n","plan":{"kind":"bandwidth","level":"nowhere","unit_ms":9}}`:         "trace n: deploy policy",
		`{"name":"n","plan":{"kind":"subscription","unit_ms":0}}`:                        "window of 0 ms",
		`{"name":"n","plan":{"kind":"api","unit_ms":9,"groups":[{"id":1,"quota":"x"}]}}`: `quota "x" is not known`,
	} {
		trace, err := conform.Parse([]byte(text))
		if err == nil {
			_, err = conform.Compare(trace)
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

// FuzzReplay: no recording makes the plans panic.
func FuzzReplay(f *testing.F) {
	files, _ := filepath.Glob("../testdata/golden/*.json")
	for i, file := range files {
		if text, err := os.ReadFile(file); err == nil && i%8 == 0 && json.Valid(text) {
			f.Add(text)
		}
	}
	f.Add([]byte(`{"plan":{"kind":"api","unit_ms":1000,"limit":5}}`)) // nothing happened, and nothing was recorded
	f.Fuzz(func(t *testing.T, text []byte) {
		trace, err := conform.Parse(text)
		if err != nil || trace.Until > 1e5 {
			return
		}
		_, _ = conform.Compare(trace)
	})
}
