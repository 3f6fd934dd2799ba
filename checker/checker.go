// Package checker judges a run from its trace: each checker is a fold over records that takes a
// constant time for each and ends in one Outcome. A checker that saw nothing to judge says so.
package checker

import (
	"fmt"
	"slices"

	"hubsim/event"
	"hubsim/trace"
)

// Verdict is what a checker concludes.
type Verdict uint8

// The verdicts.
const (
	NotExercised Verdict = iota // nothing happened that could have shown a breach
	Holds
	Violated
	KnownGap // violated, and the profile is known for it
)

var verdictNames = [...]string{"NOT EXERCISED", "HOLDS", "VIOLATED", "KNOWN GAP"}

// String names the verdict.
func (v Verdict) String() string { return verdictNames[v] }

// MarshalText implements encoding.TextMarshaler.
func (v Verdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *Verdict) UnmarshalText(text []byte) error {
	for i, name := range verdictNames {
		if name == string(text) {
			*v = Verdict(i)
			return nil
		}
	}
	return fmt.Errorf("%q is no verdict", text)
}

// Outcome is what one checker has to say at the end.
type Outcome struct {
	Check     string   `json:"check"`
	Verdict   Verdict  `json:"verdict"`
	Exercised int      `json:"exercised"` // how often the invariant was really tested
	Worst     string   `json:"worst"`     // the worst value seen, with its unit
	Bound     string   `json:"bound"`     // what it was held against
	Issue     string   `json:"issue,omitempty"`
	Details   []string `json:"details,omitempty"` // first breaches, at most MaxDetails
}

// MaxDetails is how many breaches an outcome names one by one; the rest is in its counts.
const MaxDetails = 12

// detail adds a breach to the outcome while there is room.
func (o *Outcome) detail(format string, args ...any) {
	if len(o.Details) < MaxDetails {
		o.Details = append(o.Details, fmt.Sprintf(format, args...))
	}
}

// judge sets the verdict from the number of breaches.
func (o *Outcome) judge(breaches int) {
	switch {
	case breaches > 0:
		o.Verdict = Violated
	case o.Exercised > 0:
		o.Verdict = Holds
	}
}

// Checker folds a trace into an outcome.
type Checker interface {
	trace.Observer
	// Finish is called once, after the last record.
	Finish() Outcome
}

// Setup is what checkers know of a run beforehand.
type Setup struct {
	Start    event.Wall
	Length   event.Duration
	Gateways []Gateway
	Managers []Manager
	// Counted returns the keys that a call is counted under and their quotas, from the catalog and
	// not from what nodes say: it is the oracle. Those of a call's first operation come first. The slice is not changed.
	Counted func(*event.Request) []Counted
	// Region returns the region of a node, "" if it is unknown.
	Region func(event.NodeID) string
	// Paths is by how many ways an event of a topic that a control plane was asked for reaches a broker, as
	// the deployment is wired; nil where nobody knows.
	Paths func(topic event.Topic, from, hub event.NodeID) int
	// Plans are what every traffic manager should have, as its notes name policies: "subscription:Gold".
	Plans []string
	// APIs are what gateways should serve from their start.
	APIs []API
}

// API is an API of the catalog as a checker knows it.
type API struct {
	ID     string
	Labels []string
	Tenant event.Tenant
}

// Gateway is a gateway as a checker knows it.
type Gateway struct {
	ID     event.NodeID
	Region string
	Labels []string
	// Tenants are those that it serves; nil is all.
	Tenants []event.Tenant
	// Hubs and Decisions are the brokers that it lists for the event hub's topics and for decisions; nil
	// where nobody knows.
	Hubs, Decisions []event.NodeID
}

// serves tells whether a gateway should deploy an API of some labels and a tenant.
func (g *Gateway) serves(labels []string, t event.Tenant) bool {
	return g.of(t) && slices.ContainsFunc(labels, func(l string) bool { return slices.Contains(g.Labels, l) })
}

// of tells whether a tenant's events concern a gateway; "" is every tenant's.
func (g *Gateway) of(t event.Tenant) bool {
	return t == "" || g.Tenants == nil || slices.Contains(g.Tenants, t)
}

// Manager is a traffic manager, the brokers that its decisions go to, and the store that it shares its
// counters in.
type Manager struct {
	ID       event.NodeID
	Hubs     []event.NodeID
	Counters event.NodeID // "": it counts alone
}

// Counted is one key that a call is counted under.
type Counted struct {
	Key    event.ThrottleKey
	Level  event.Level
	Quota  int64
	Window event.Duration
	// Measure is what the quota is one of. A key with several quotas, as an AI policy has, is listed once for
	// each, in a row; it throttles when any of them is used up.
	Measure Measure
	// GoesOn is that calls past the quota are let through (stopOnQuotaReach=false).
	GoesOn bool
	// Opened names what opens the windows: the first call that the policy of that name counts, whoever makes
	// it. "" is that they begin at multiples of their length.
	Opened string
	// Taken is what the traffic manager takes the quota for, if it is not the quota; 0: it is.
	Taken int64
	// Base is the key without the suffix of its condition group; "" where the policy has no groups.
	Base event.ThrottleKey
	// Unasked is that gateways do not ask for this key when such a call comes, although it counts under it.
	Unasked bool
	// Templates are the key templates that come to the key of a custom policy: a gateway that has none of them does
	// not ask for it either.
	Templates []string
	// Place is, of a call of several operations, that of the one whose event counts; a key that several of them count
	// under is listed for each.
	Place int
}

// truth is what a right clock shows at an instant of the run.
func (s *Setup) truth(at event.Mono) event.Wall { return s.Start + event.Wall(at/1e6) }

// windowEnd is the end of the window that an instant falls into: the next multiple of its length
// since the epoch (throttler:timeBatch with start 0; an event on a boundary opens a new window).
func windowEnd(w event.Wall, window event.Duration) event.Wall {
	unit := event.Wall(window / event.Millisecond)
	return w - w%unit + unit
}

func clockTime(at event.Mono) string { return fmt.Sprintf("%.3fs", float64(at)/1e9) }
