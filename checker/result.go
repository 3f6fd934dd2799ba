package checker

import "hubsim/event"

// ResultSchema names the version of Result's JSON form.
const ResultSchema = "hubsim/result/1"

// Result is all that is kept of one experiment.
type Result struct {
	Schema    string         `json:"schema"`
	Scenario  string         `json:"scenario"`
	Question  string         `json:"question"`
	Source    string         `json:"source,omitempty"`
	Twin      bool           `json:"twin,omitempty"` // the known-bad twin: it must fail
	Profile   string         `json:"profile"`
	Driver    string         `json:"driver"`
	Seed      uint64         `json:"seed"`
	Ran       event.Duration `json:"ran_ns"`
	Steps     uint64         `json:"steps"`
	Records   uint64         `json:"records"`
	Digest    string         `json:"digest,omitempty"` // of the trace; equal for equal virtual runs
	Judgement Judgement      `json:"judgement"`
	Reasons   []string       `json:"reasons,omitempty"`
	Replay    string         `json:"replay,omitempty"` // the command that makes the same run again; "" when none does
	Smallest  *Smallest      `json:"smallest,omitempty"`
	Conduct   Conduct        `json:"conduct"`
	Policies  []Admitted     `json:"policies,omitempty"` // what each policy admitted, where a run asks for it
	Sweep     *Sweep         `json:"sweep,omitempty"`    // a table of settings, where a scenario asks for it
	Boots     *Boots         `json:"boots,omitempty"`    // a table of orders of start, where a scenario asks for it
	Findings
}

// Smallest is the part of a schedule that a run fails with still, each fault of it needed.
type Smallest struct {
	Faults []string `json:"faults"`
	Replay string   `json:"replay,omitempty"` // the command that runs it
}

// Admitted is how many calls a policy, or one of its condition groups, admitted. A call counts under every
// policy that applies to it.
type Admitted struct {
	Level    string  `json:"level"`
	Name     string  `json:"name"`
	Group    int     `json:"group,omitempty"` // id of the condition group; 0: calls that meet none
	Limit    string  `json:"limit"`
	Served   int64   `json:"served"`
	Refused  int64   `json:"refused"`      // by this policy's level
	Windows  int     `json:"windows"`      // windows of keys in which calls were served, begun and cut-off ones too
	Most     int64   `json:"most"`         // calls served in one window of one key
	Of       Measure `json:"of,omitempty"` // what the limit is one of
	MostOf   int64   `json:"most_of"`      // served in one window of one key, in that measure; of calls, a GraphQL call counts once for each of its operations
	Judged   bool    `json:"judged"`       // the oracle says of each call whether it was right
	Over     int64   `json:"over"`         // calls served past the limit
	Under    int64   `json:"under"`        // calls refused below it
	Unjudged string  `json:"unjudged,omitempty"`
}
