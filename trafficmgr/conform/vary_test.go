package conform_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hubsim/trafficmgr/conform"
)

// TestWhatARecordingMayVary changes each recording in what its decisions do not depend on, and changes
// the decisions along with it where they say it.
func TestWhatARecordingMayVary(t *testing.T) {
	files, err := filepath.Glob("../testdata/golden/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("find the golden traces: %d files, %v", len(files), err)
	}
	for _, c := range []struct {
		why  string
		vary func(t *conform.Trace)
	}{
		{"it ran seven weeks later", func(t *conform.Trace) { t.Origin += 7 * 7 * 24 * 60 * 60 * 1000 }},
		{"it ran in the first hours of all", func(t *conform.Trace) { t.Origin = 0 }},
		{"its keys have other names", rename},
		{"events that no plan selects come in between", interleave},
		{"a stall is cut in two that touch", func(t *conform.Trace) {
			for i, s := range t.Stalls {
				middle := (s.From + s.Until) / 2
				t.Stalls[i].From = middle
				t.Stalls = append(t.Stalls, conform.Stall{From: s.From, Until: middle})
			}
		}},
		{"decisions took as long as they may", func(t *conform.Trace) {
			made, err := conform.Replay(t)
			if err != nil {
				panic(err)
			}
			for i := range made {
				made[i].At += 50
			}
			t.Decisions = made
		}},
	} {
		t.Run(c.why, func(t *testing.T) {
			for _, file := range files {
				trace := load(t, strings.TrimSuffix(filepath.Base(file), ".json"))
				c.vary(trace)
				if difference, err := conform.Compare(trace); err != nil || difference != "" {
					t.Errorf("%s: %v\n%s", trace.Name, err, difference)
				}
			}
		})
	}
}

func rename(t *conform.Trace) {
	for i := range t.Events {
		e := &t.Events[i]
		if e.Key != "" {
			e.Key = "renamed" + e.Key
		}
		for level, key := range e.Keys {
			e.Keys[level] = "renamed" + key
		}
	}
	for i := range t.Decisions {
		t.Decisions[i].Key = "renamed" + t.Decisions[i].Key
	}
}

// interleave puts one event before each, at the same instant, so that the n-th becomes the 2n+1-st.
func interleave(t *conform.Trace) {
	no := false
	var all []conform.Event
	for _, e := range t.Events {
		other := e
		other.Eligible, other.Stamp = &no, e.At
		all = append(all, other, e)
	}
	t.Events = all
	for i, d := range t.Decisions {
		if d.Event != nil {
			n := 2**d.Event + 1
			t.Decisions[i].Event = &n
		}
	}
}

// TestPlansAloneOrTogether takes each plan out of the traces that have several, with the keys of its level
// alone: it decides as it did among the others.
func TestPlansAloneOrTogether(t *testing.T) {
	files, _ := filepath.Glob("../testdata/golden/*multi*.json")
	levels := map[string]string{"application": "application", "subscription": "subscription", "api": "api", "api-condition": "api"}
	plans := 0
	for _, file := range files {
		whole := load(t, strings.TrimSuffix(filepath.Base(file), ".json"))
		for _, plan := range whole.Plan.Plans {
			level := plan.Level
			if level == "" {
				level = levels[plan.Kind]
			}
			alone := *whole
			alone.Plan, alone.Events, alone.Decisions = plan, slices.Clone(whole.Events), nil
			for i := range alone.Events {
				alone.Events[i].Key, alone.Events[i].Keys = alone.Events[i].Keys[level], nil
			}
			for _, d := range whole.Decisions {
				if d.Plan == level || level == "api" && (d.Plan == "default" || strings.HasPrefix(d.Plan, "condition_")) {
					alone.Decisions = append(alone.Decisions, d)
				}
			}
			if difference, err := conform.Compare(&alone); err != nil || difference != "" || len(alone.Decisions) == 0 {
				t.Errorf("%s, plan %s, %d decisions: %v\n%s", whole.Name, plan.Kind, len(alone.Decisions), err, difference)
			}
			plans++
		}
	}
	if plans < 10 {
		t.Errorf("%d plans of %d traces, want more", plans, len(files))
	}
}

// TestFieldsInAnyOrder writes each recording anew, with its members in alphabetical order and spelt out
// where they were left away.
func TestFieldsInAnyOrder(t *testing.T) {
	files, _ := filepath.Glob("../testdata/golden/*.json")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var loose map[string]any
		if err := json.Unmarshal(text, &loose); err != nil {
			t.Fatal(err)
		}
		for _, e := range loose["events"].([]any) {
			for _, name := range []string{"bytes", "tokens", "reset", "eligible", "ip", "headers", "query", "claims", "keys"} {
				if one := e.(map[string]any); one[name] == nil {
					one[name] = nil
				}
			}
		}
		text, err = json.MarshalIndent(loose, "", "\t")
		if err != nil {
			t.Fatal(err)
		}
		trace, err := conform.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if difference, err := conform.Compare(trace); err != nil || difference != "" || trace.Unknown != "" {
			t.Errorf("%s: %v %s\n%s", trace.Name, err, trace.Unknown, difference)
		}
	}
}

// TestReadings are the rules that no recording of ours shows.
func TestReadings(t *testing.T) {
	event := func(more string) string { return `{"at_ms":10,"timestamp_ms":10,"key":"k"` + more + `}` }
	for _, c := range []struct{ why, plan, more, events, want string }{
		{"a count of tokens that is absent fails the sum, as a size does",
			`{"kind":"ai-quota","unit_ms":1000,"prompt_tokens":5}`, "", event(`,"tokens":{"total":9}`), ""},
		{"a limit that is reached keeps the later ones from being looked at, but not when the copy expires, which loses the batch",
			`{"kind":"ai-quota","unit_ms":1000,"requests":1,"prompt_tokens":5}`, "", event(`,"tokens":{"total":9}`), "10 subscription k true 1000; "},
		{"an application's decisions have no conditions, whatever its plan says",
			`{"kind":"application","unit_ms":1000,"limit":9,"evaluatedConditions":"x"}`, "", event(""), "10 application k false 1000; "},
		{"an address of IPv6 meets the conditions on one",
			`{"kind":"api-condition","default":{"unit_ms":1000,"limit":9},"groups":[{"id":7,"unit_ms":1000,"limit":1,"conditions":[{"type":"ip","value":"2001:db8::1"}]}]}`,
			"", event(`,"ip":"2001:db8::1"`), "10 condition_7 k_condition_7 true 1000; 1000 condition_7 k_condition_7 false 1000; "},
		{"an interval in which timers wait may end where the next begins",
			`{"kind":"subscription","unit_ms":1000,"limit":1}`, `"stalls":[{"from_ms":1100,"until_ms":1200},{"from_ms":900,"until_ms":1100}],`,
			event(""), "10 subscription k true 1000; 1200 subscription k false 1000; "},
		{"an event that is stamped ten thousand years ahead counts now",
			`{"kind":"subscription","unit_ms":1000,"limit":1}`, "", `{"at_ms":10,"timestamp_ms":281474976710656,"key":"k"}`,
			"10 subscription k true 1000; 1000 subscription k false 1000; "},
		{"a trace in which nothing happened", `{"kind":"subscription","unit_ms":1,"limit":1}`, "", "", ""},
		{"an event without a key", `{"kind":"subscription","unit_ms":1,"limit":1}`, "", `{"at_ms":10}`, ""},
	} {
		trace, err := conform.Parse(fmt.Appendf(nil, `{"plan":%s,%s"observed_until_ms":2000,"events":[%s]}`, c.plan, c.more, c.events))
		if err != nil {
			t.Fatalf("%s: %v", c.why, err)
		}
		made, err := conform.Replay(trace)
		if err != nil {
			t.Fatalf("%s: %v", c.why, err)
		}
		got := ""
		for _, d := range made {
			got += fmt.Sprintf("%d %s %s %t %d; ", d.At, d.Plan, d.Key+d.Evaluated, d.On, d.Expiry)
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.why, got, c.want)
		}
	}
}
