package checker

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Cause says why a call was served past its quota, or refused below it. The list is closed.
type Cause uint8

// The causes.
const (
	Unexplained      Cause = iota // a bug of the simulator
	EventInFlight                 // the events that fill the quota had not all been counted yet
	EventWaiting                  // most of them still waited in the gateways: the feed is not connected, or too slow
	DecisionWaiting               // the decision waited in the traffic manager: the broker is not connected, or its senders are held up
	DecisionInFlight              // the decision was on its way to the gateway
	EventLost                     // too many of the window's events never reached the traffic manager
	DecisionLost                  // the decision never reached the gateway, though it was connected
	GatewayDeaf                   // the gateway had no subscription when the decision was sent
	ManagerDown                   // no traffic manager was running that could decide
	ManagerRestarted              // the count was forgotten in a restart
	PolicySaved                   // the count was forgotten when the policy was deployed again
	SplitCounting                 // several traffic managers each counted a part
	CounterBehind                 // traffic managers that share a counter had counted enough together and did not know yet, or stood still for the store
	CounterWrong                  // the shared counter had come together and was wrong: the store forgot, or was told too much or too little
	ClockSkew                     // a clock is wrong: the decision expired early, or another window counted the event
	BoundaryCarry                 // events of this window were counted in the next
	QuotaReset                    // the quota began anew for an administrator, and what that left in the sum counts on
	LiftedEarly                   // another decision lifted the block before the window's end
	GroupHidden                   // the gateway did not ask for the key of the call's condition group
	UnitIgnored                   // refused: the traffic manager takes a quota in GB for one in bytes
	LateDecision                  // refused: the decision outlived its window
	StaleEvents                   // refused: events of earlier windows, which had waited in the gateway, were counted in this one
	RefusedCounted                // refused: operations of GraphQL calls that were refused for another one were counted
	ForeignCounted                // refused: events that no call of the run stands behind, as posted ones, were counted
	UsageUnknown                  // when the call was let in the quota was not used up; what it and others use was known with the response
	SumsDrifted                   // the traffic manager's sums of an AI quota are wrong: it took back more, or less, than it had added
	WindowsApart                  // the rule's windows begin with the first call counted, and a traffic manager began them at another time, or was late to begin
	KeyNotAsked                   // the gateway does not look the key of a custom policy up: no key template comes to it, or it has not got that one (yet)
	LetThrough                    // the policy does not stop calls past its quota: this is as it should be
	causes
)

var causeNames = [causes]string{
	"unexplained", "event in flight", "event waiting in the gateway", "decision waiting in the traffic manager",
	"decision in flight", "event lost", "decision lost", "gateway deaf",
	"traffic manager down", "traffic manager restarted", "policy deployed again", "split counting",
	"shared counter behind", "shared counter wrong", "clock skew", "boundary carry", "quota reset",
	"lifted early", "condition group hidden", "unit ignored", "late decision", "stale events counted",
	"refused calls counted", "foreign events counted", "usage not yet known", "token sums drifted", "windows apart", "key not asked for", "let through by the policy",
}

// CauseNames are the names of all causes but Unexplained, as a scenario writes them.
func CauseNames() (names []string) {
	for _, name := range causeNames[1:] {
		names = append(names, strings.ReplaceAll(name, " ", "-"))
	}
	return names
}

// String names the cause.
func (c Cause) String() string { return causeNames[c] }

// MarshalText implements encoding.TextMarshaler.
func (c Cause) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler; words may be joined by hyphens.
func (c *Cause) UnmarshalText(text []byte) error {
	want := strings.ReplaceAll(string(text), "-", " ")
	for i, name := range causeNames {
		if name == want {
			*c = Cause(i)
			return nil
		}
	}
	return fmt.Errorf("%q is no cause of a leak (they are: %s)", text, strings.Join(causeNames[1:], ", "))
}

// Causes counts calls by cause.
type Causes [causes]int

// Total is the sum of all.
func (c *Causes) Total() (sum int) {
	for _, n := range c {
		sum += n
	}
	return sum
}

// MarshalJSON writes the causes that occurred, by name.
func (c Causes) MarshalJSON() ([]byte, error) {
	named := map[string]int{}
	for i, n := range c {
		if n > 0 {
			named[causeNames[i]] = n
		}
	}
	return json.Marshal(named)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (c *Causes) UnmarshalJSON(b []byte) error {
	var named map[Cause]int
	if err := json.Unmarshal(b, &named); err != nil {
		return err
	}
	for cause, n := range named {
		c[cause] = n
	}
	return nil
}

// String lists the causes that occurred, most first.
func (c Causes) String() string {
	var parts []string
	for c.Total() > 0 {
		most := 0
		for i := range c {
			if c[i] > c[most] {
				most = i
			}
		}
		parts = append(parts, fmt.Sprintf("%d %s", c[most], causeNames[most]))
		c[most] = 0
	}
	if len(parts) == 0 {
		return "none"
	}
	return strings.Join(parts, ", ")
}
