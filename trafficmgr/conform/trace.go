// Package conform holds our traffic manager against recorded runs of the real engine: it hands the
// recorded events to the execution plans and compares every decision. The form of the recordings and
// the rules of comparison are in trafficmgr/testdata/golden/README.md.
package conform

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// Trace is one recorded run. Times are milliseconds since Origin.
type Trace struct {
	Name      string     `json:"name"`
	Note      string     `json:"note"`
	Tags      []string   `json:"tags"`
	Origin    int64      `json:"t0_epoch_ms"`
	Plan      Plan       `json:"plan"`
	Stalls    []Stall    `json:"stalls"`
	Until     int64      `json:"observed_until_ms"`
	Events    []Event    `json:"events"`
	Decisions []Decision `json:"decisions"`

	// Unknown is a field of the recording that is not known here and was left out; "" if all are.
	Unknown string `json:"-"`
}

// Plan is what was deployed.
type Plan struct {
	Kind       string  `json:"kind"`
	Level      string  `json:"level"`
	Unit       int64   `json:"unit_ms"`
	Limit      int64   `json:"limit"`
	Evaluated  string  `json:"evaluatedConditions"`
	Requests   int64   `json:"requests"`
	Prompt     int64   `json:"prompt_tokens"`
	Completion int64   `json:"completion_tokens"`
	Total      int64   `json:"total_tokens"`
	Default    *Plan   `json:"default"`
	Groups     []Group `json:"groups"`
	Plans      []Plan  `json:"plans"`
}

// Group is a condition group of a plan.
type Group struct {
	ID         int         `json:"id"`
	Unit       int64       `json:"unit_ms"`
	Limit      int64       `json:"limit"`
	Quota      string      `json:"quota"`
	Conditions []Condition `json:"conditions"`
	Evaluated  string      `json:"evaluatedConditions"`
}

// Condition is a condition of a group.
type Condition struct {
	Type   string `json:"type"`
	Name   string `json:"name"`
	Value  string `json:"value"`
	Start  string `json:"start"`
	End    string `json:"end"`
	Invert bool   `json:"invert"`
}

// Stall is an interval in which the thread of the window timers was held back.
type Stall struct {
	From  int64 `json:"from_ms"`
	Until int64 `json:"until_ms"`
}

// Event is an event that was handed in.
type Event struct {
	At       int64             `json:"at_ms"`
	Stamp    int64             `json:"timestamp_ms"`
	Key      string            `json:"key"`
	Keys     map[string]string `json:"keys"`
	Bytes    *int64            `json:"bytes"`
	Tokens   *Tokens           `json:"tokens"`
	Reset    bool              `json:"reset"`
	Eligible *bool             `json:"eligible"`
	IP       string            `json:"ip"`
	Headers  map[string]string `json:"headers"`
	Query    map[string]string `json:"query"`
	Claims   map[string]string `json:"claims"`
}

// Tokens are the token counts of an event. One that is absent was absent from the event.
type Tokens struct {
	Prompt     *int64 `json:"prompt"`
	Completion *int64 `json:"completion"`
	Total      *int64 `json:"total"`
}

// Decision is a decision that came out.
type Decision struct {
	At        int64  `json:"at_ms"`
	Event     *int   `json:"event"`
	Plan      string `json:"plan"`
	Key       string `json:"key"`
	On        bool   `json:"isThrottled"`
	Expiry    int64  `json:"expiry_ms"`
	Evaluated string `json:"evaluatedConditions"`
}

// Parse reads a recording. A field that is not known is left out and named: the comparison shows
// whether it mattered.
func Parse(text []byte) (*Trace, error) {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	t := new(Trace)
	if err := json.Unmarshal(text, t); err != nil {
		return nil, fmt.Errorf("read a recorded trace: %w", err)
	}
	strict := json.NewDecoder(bytes.NewReader(text))
	strict.DisallowUnknownFields()
	if err := strict.Decode(new(Trace)); err != nil {
		t.Unknown = strings.TrimPrefix(err.Error(), "json: unknown field ")
	}
	return t, t.check()
}

// The bounds of what a recording says, in milliseconds: its length, a day; and any other time, some
// ten thousand years, so that sums of them are times.
const (
	longest  = 24 * 60 * 60 * 1000
	farthest = 1 << 48
)

// check refuses times that no recording has.
func (t *Trace) check() error {
	if t.Until < 0 || t.Until > longest || t.Origin < 0 || t.Origin > farthest {
		return fmt.Errorf("trace %q: runs from %d for %d ms; want an instant since the epoch and at most a day", t.Name, t.Origin, t.Until)
	}
	last := -t.Origin
	for i, e := range t.Events {
		if e.At < last || e.At > t.Until {
			return fmt.Errorf("trace %q, event %d: at %d ms; want no time before the event before, %d, nor after the end, %d", t.Name, i, e.At, last, t.Until)
		}
		if e.Stamp < -farthest || e.Stamp > farthest {
			return fmt.Errorf("trace %q, event %d: stamped %d ms; want at most %d either way", t.Name, i, e.Stamp, int64(farthest))
		}
		last = e.At
	}
	for _, s := range t.Stalls {
		if s.From > s.Until || s.Until > t.Until {
			return fmt.Errorf("trace %q: stalls from %d to %d ms; want an interval within the %d ms of the trace", t.Name, s.From, s.Until, t.Until)
		}
	}
	return nil
}
