// Package scenarios holds experiments: a question, who is there, who calls, what breaks, and what
// must hold. A scenario is data, one YAML file; the catalogue is embedded.
package scenarios

import (
	"fmt"
	"strings"
	"time"

	"hubsim/checker"
	"hubsim/event"
)

// Scenario is one experiment.
type Scenario struct {
	Name     string `yaml:"name" jsonschema:"pattern=^[a-z0-9][a-z0-9-]*$,description=how sim run calls it"`
	Question string `yaml:"question" jsonschema:"description=what the experiment answers; one sentence"`
	Story    string `yaml:"story,omitempty" jsonschema:"description=what happens in it and why that matters"`
	Source   string `yaml:"source,omitempty" jsonschema:"description=the public issue or page that it comes from"`

	Driver string `yaml:"driver,omitempty" jsonschema:"enum=virtual,enum=live,description=how it is run unless the user says; virtual unless said"`

	Deployment Deployment        `yaml:"deployment" jsonschema:"description=who is there"`
	Needs      Needs             `yaml:"needs,omitempty" jsonschema:"description=who must be there when it is run on files of your own"`
	Knobs      map[string]string `yaml:"knobs,omitempty" jsonschema:"description=settings of the machines that differ from the profile; sim docs config lists them"`
	Catalog    Catalog           `yaml:"catalog" jsonschema:"description=the APIs\\, applications and policies in the database when the run begins"`
	Length     Duration          `yaml:"length" jsonschema:"description=how long the run takes in its own time"`
	Workload   []Phase           `yaml:"workload,omitempty" jsonschema:"description=who calls"`
	Steps      []Step            `yaml:"steps,omitempty" jsonschema:"description=what an administrator does"`
	Faults     string            `yaml:"faults,omitempty" jsonschema:"description=what breaks\\, one line each: at 25s for 10s crash tm-1"`
	Checks     []Check           `yaml:"checks" jsonschema:"minItems=1,description=what must hold"`
	Expect     map[string]Expect `yaml:"expect" jsonschema:"description=what each profile is known to break: wso2\\, hardened"`
	Twin       *Twin             `yaml:"twin,omitempty" jsonschema:"description=the known-bad variant\\, which must fail"`
	Sweep      *Sweep            `yaml:"sweep,omitempty" jsonschema:"description=a table besides: one key at each quota\\, rate\\, number of gateways and latency"`
	Orders     *Orders           `yaml:"orders,omitempty" jsonschema:"description=a table besides: how long until everybody is ready\\, for each order of start"`

	source source     // where it was read from
	start  event.Wall // when the run begins by a right clock; 0 is Epoch
}

// Duration is a length of time in YAML: 90s, 1.5s, 2m.
type Duration event.Duration

// UnmarshalText reads a duration with its unit.
func (d *Duration) UnmarshalText(text []byte) error {
	v, err := time.ParseDuration(string(text))
	if err != nil {
		return fmt.Errorf("%q is not a duration\nhint: write it with a unit, as 90s or 1.5s", text)
	}
	if v < 0 {
		return fmt.Errorf("%q is negative\nhint: a duration here starts from 0s", text)
	}
	*d = Duration(v)
	return nil
}

// MarshalText writes the duration.
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// Deployment names a pattern and what differs from it.
type Deployment struct {
	Pattern  string            `yaml:"pattern" jsonschema:"description=gw-cp\\, gw-cp-ha\\, gw-cp-tm\\, gw-cp-tm-ha\\, multi-dc"`
	Size     Size              `yaml:"size,omitempty" jsonschema:"description=how large the pattern is; what is not said is as the pattern has it"`
	Files    map[string]string `yaml:"files,omitempty" jsonschema:"description=files of the pattern that are replaced\\, added or (with an empty text) left out"`
	Topology string            `yaml:"topology,omitempty" jsonschema:"description=the text of topology.yaml: copies\\, regions\\, links\\, clocks"`
}

// Size is how large a pattern is.
type Size struct {
	Regions         int  `yaml:"regions,omitempty" jsonschema:"minimum=2,maximum=8,description=so many regions: multi-dc and multi-dc-main"`
	ControlPlanes   int  `yaml:"control_planes,omitempty" jsonschema:"minimum=1,maximum=16,description=so many control planes in each region that has any"`
	TrafficManagers int  `yaml:"traffic_managers,omitempty" jsonschema:"minimum=1,maximum=16,description=so many traffic managers in each region"`
	Gateways        int  `yaml:"gateways,omitempty" jsonschema:"minimum=1,maximum=200,description=so many gateways in each region"`
	FailoverAbroad  bool `yaml:"failover_abroad,omitempty" jsonschema:"description=gateways list the next region's traffic managers behind their own"`
}

// Check asks for one invariant with its bounds.
type Check struct {
	Check  string   `yaml:"check" jsonschema:"description=the name of the check"`
	Within Duration `yaml:"within,omitempty" jsonschema:"description=revocation\\, convergence\\, home-hub\\, ready\\, deployment-status\\, stale-reads: how much time there is"`
	Most   Duration `yaml:"most,omitempty" jsonschema:"description=deaf-time\\, counter-wait\\, decision-latency\\, deployment-status: the longest allowed"`
	Allow  []string `yaml:"allow,omitempty" jsonschema:"description=over-admission\\, under-admission: the causes that are allowed"`
	Max    int64    `yaml:"max,omitempty" jsonschema:"minimum=0,description=over-admission\\, carry: the most allowed in one window of one key; under-admission\\, feed-loss: in all"`
	Copies int      `yaml:"copies,omitempty" jsonschema:"minimum=0,description=duplicates\\, amplification: how many copies of an event or decision may reach a gateway; duplicates without it: as many as ways lead there"`
}

// Expect is what a profile is known to break.
type Expect struct {
	Gaps      map[string]string `yaml:"gaps,omitempty" jsonschema:"description=check → the public issue; the check must be violated"`
	Sometimes map[string]string `yaml:"sometimes,omitempty" jsonschema:"description=check → the public issue; the check may be violated: with some seeds it is\\, with others it is not"`
}

// Twin is the scenario with a mistake in it. What it does not say is the scenario's own.
type Twin struct {
	Mistake    string            `yaml:"mistake" jsonschema:"description=what is wrong in it; one sentence"`
	Profile    string            `yaml:"profile,omitempty" jsonschema:"enum=wso2,enum=hardened,description=run the twin under this profile only"`
	Deployment *Deployment       `yaml:"deployment,omitempty"`
	Knobs      map[string]string `yaml:"knobs,omitempty"`
	Faults     *string           `yaml:"faults,omitempty"`
	Fails      []string          `yaml:"fails" jsonschema:"minItems=1,description=the checks that must be violated in it"`
}

// spec turns the check into the checker's terms.
func (c *Check) spec() (checker.Spec, error) {
	s := checker.Spec{
		Check: c.Check, Within: event.Duration(c.Within), Most: event.Duration(c.Most), Max: c.Max, Copies: c.Copies,
	}
	for _, name := range c.Allow {
		var cause checker.Cause
		if err := cause.UnmarshalText([]byte(name)); err != nil {
			return s, err
		}
		s.Allow = append(s.Allow, cause)
	}
	return s, nil
}

// Text is the file that the scenario was read from, and its text.
func (s *Scenario) Text() (file, text string) {
	return s.source.file, strings.Join(s.source.lines, "\n")
}

// bad returns the twin as a scenario of its own.
func (s *Scenario) bad() *Scenario {
	t := *s
	t.Twin = nil
	if s.Twin.Deployment != nil {
		t.Deployment = *s.Twin.Deployment
	}
	if s.Twin.Knobs != nil {
		t.Knobs = s.Twin.Knobs
	}
	if s.Twin.Faults != nil {
		t.Faults = *s.Twin.Faults
	}
	return &t
}
