package scenarios

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"hubsim/checker"
	"hubsim/deployment"
	"hubsim/event"
	"hubsim/node"
	"hubsim/trace"
	"hubsim/virtual"
	"hubsim/workload"
	"hubsim/world"
)

// Epoch is when runs begin by a right clock: a whole hour, so that windows of all usual lengths
// begin with the run (2023-11-14 22:00:00 UTC).
const Epoch event.Wall = 1_699_999_200_000

// Options are how a scenario is to be run.
type Options struct {
	Profile    string // "" is wso2, or what topology.yaml says
	Seed       uint64
	Length     event.Duration         // 0: the scenario's own
	Deployment *deployment.Deployment // nil: the scenario's own pattern
	Twin       bool                   // the known-bad twin
	Policies   []event.Policy         // take the place of the catalog's of the same name and level
	Strict     bool                   // known gaps fail
	Watch      trace.Observer         // sees every record besides the checkers; may be nil
}

// Experiment is a scenario made out for a deployment, ready for a driver.
type Experiment struct {
	Scenario   *Scenario
	Options    Options
	Deployment *deployment.Deployment
	World      *world.World

	catalog   *catalog
	panel     *checker.Panel
	revisions map[string]int
	admission *admission // nil: nobody asked
}

// Prepare makes a scenario out. Its errors are the user's to mend: a name that the deployment does
// not have, a bound that cannot be read.
func (s *Scenario) Prepare(o Options) (*Experiment, error) {
	run := *s
	if o.Twin {
		if s.Twin == nil {
			return nil, fmt.Errorf("scenario %s has no known-bad twin", s.Name)
		}
		run = *s.bad()
	}
	if o.Length > 0 {
		run.Length = Duration(o.Length)
	}
	e := &Experiment{Scenario: &run, Options: o, revisions: map[string]int{}}
	for _, part := range []struct {
		name string
		make func() error
	}{
		{"deployment", e.deployment}, {"catalog", e.database}, {"deployment", e.build}, {"workload", e.workload},
		{"steps", e.steps}, {"faults", e.faults}, {"checks", e.checks},
	} {
		if err := part.make(); err != nil {
			return nil, fmt.Errorf("scenario %s: %s: %w", s.Name, part.name, err)
		}
	}
	return e, nil
}

// deployment reads who is there: the user's own deployment, or the scenario's pattern.
func (e *Experiment) deployment() error {
	if e.Options.Deployment != nil {
		e.Deployment = e.Options.Deployment
		return nil
	}
	files, err := e.Scenario.Deployment.files()
	if err != nil {
		return err
	}
	d, findings, err := deployment.ReadFS(files, e.Scenario.Name)
	if err != nil {
		return err
	}
	for _, f := range findings {
		if f.Stops() {
			return fmt.Errorf("%s: %s", f.Place, f.Text)
		}
	}
	e.Deployment = d
	return nil
}

// database makes the catalog out.
func (e *Experiment) database() (err error) {
	e.catalog, err = e.Scenario.Catalog.expand(e.Options.Policies)
	return err
}

func (e *Experiment) build() error {
	c := e.catalog
	if e.Options.Profile == "" {
		e.Options.Profile = or(e.Deployment.Profile, Profiles[0])
	}
	if !slices.Contains(Profiles, e.Options.Profile) {
		return fmt.Errorf("%q is no profile (they are: %s)", e.Options.Profile, strings.Join(Profiles, ", "))
	}
	w, err := deployment.Build(e.Deployment, deployment.Options{
		Profile: e.Options.Profile, Knobs: e.Scenario.Knobs,
		Catalog: deployment.Catalog{
			APIs: c.apis, Applications: c.apps, Subscriptions: c.subscriptions, Policies: c.policies, KeyManagers: c.keyManagers,
		},
	})
	if err != nil {
		return err
	}
	w.Seed, w.Start, w.Length = e.Options.Seed, Epoch, event.Duration(e.Scenario.Length)
	e.World = w
	return nil
}

func (e *Experiment) workload() error {
	if len(e.Scenario.Workload) == 0 {
		return nil
	}
	var phases []workload.Phase
	for i, p := range e.Scenario.Workload {
		if e.nobody(&p) {
			continue
		}
		phase, err := e.phase(i, p)
		if err != nil {
			return fmt.Errorf("phase %d: %w", i+1, err)
		}
		phases = append(phases, phase)
	}
	e.World.Load = workload.New(e.Options.Seed, phases)
	return nil
}

// checks seats the panel and lets it watch the world.
func (e *Experiment) checks() error {
	var specs []checker.Spec
	for _, c := range e.Scenario.Checks {
		spec, err := c.spec()
		if err != nil {
			return err
		}
		specs = append(specs, spec)
	}
	panel, err := checker.NewPanel(e.setup(), specs)
	if err != nil {
		return err
	}
	e.panel = panel
	watch := trace.Observers{panel}
	if len(e.Options.Policies) > 0 || e.catalog.each {
		e.admission = newAdmission(e.World.Start, e.catalog)
		watch = append(watch, e.admission)
	}
	if e.Options.Watch != nil {
		watch = append(watch, e.Options.Watch)
	}
	e.World.Watch = watch
	return nil
}

// setup tells the checkers who is there.
func (e *Experiment) setup() *checker.Setup {
	s := &checker.Setup{Start: e.World.Start, Length: e.World.Length, Counted: e.catalog.counted}
	regions := map[event.NodeID]string{}
	for i := range e.World.Members {
		m := &e.World.Members[i]
		regions[m.ID] = m.Region
		host := e.Deployment.Host(m.ID.Host())
		switch m.Role {
		case node.Gateway:
			s.Gateways = append(s.Gateways, checker.Gateway{ID: m.ID, Region: m.Region, Labels: host.Settings.Artifacts.Labels})
		case node.TrafficManager:
			hubs := append([]event.NodeID{deployment.Broker(host.ID)}, host.Wiring.Twin...)
			s.Managers = append(s.Managers, checker.Manager{ID: m.ID, Hubs: hubs})
		}
	}
	s.Region = func(id event.NodeID) string { return regions[id] }
	for _, p := range e.catalog.policies {
		s.Plans = append(s.Plans, p.Level.String()+":"+p.Name)
	}
	for _, a := range e.catalog.apis {
		s.APIs = append(s.APIs, checker.API{ID: a.UUID, Labels: a.Labels})
	}
	return s
}

// Conclude judges a run that a driver has made of the experiment's world.
func (e *Experiment) Conclude(ran world.Result) checker.Result {
	s := e.Scenario
	r := checker.Result{
		Schema: checker.ResultSchema, Scenario: s.Name, Question: s.Question, Source: s.Source, Twin: e.Options.Twin,
		Profile: e.Options.Profile, Driver: ran.Driver, Seed: e.Options.Seed, Ran: ran.Ran, Steps: ran.Steps, Records: ran.Records,
		Findings: e.panel.Finish(),
		Conduct:  checker.Conduct{Intended: ran.Load.Intended, NotSent: ran.Load.NotSent, LateP99: ran.Load.LateP99},
	}
	if e.admission != nil {
		r.Policies = e.admission.finish()
	}
	if ran.Digest != 0 {
		r.Digest = fmt.Sprintf("%016x", ran.Digest)
	}
	for i, f := range e.World.Faults {
		r.Conduct.Faults = append(r.Conduct.Faults, checker.FaultReport{Fault: f.String(), Hits: ran.Hits[i]})
	}
	want := checker.Expected{Strict: e.Options.Strict, Elsewhere: e.Options.Deployment != nil}
	if !e.Options.Twin {
		want.Gaps = s.Expect[e.Options.Profile].Gaps
	}
	r.Judgement, r.Reasons = checker.Judge(&r.Findings, &r.Conduct, want)
	return r
}

// Simulate runs a scenario in virtual time. An error means that nothing was judged.
func (s *Scenario) Simulate(o Options) (checker.Result, error) {
	e, err := s.Prepare(o)
	if err != nil {
		return checker.Result{}, err
	}
	ran, err := virtual.Run(e.World)
	if err != nil {
		return checker.Result{}, err
	}
	return e.Conclude(ran), nil
}

// TwinFailed checks a twin's result: every check that must fail is violated. What is missing is
// returned.
func (s *Scenario) TwinFailed(r *checker.Result) (missing []string) {
	for _, name := range s.Twin.Fails {
		if !slices.ContainsFunc(r.Outcomes, func(o checker.Outcome) bool { return o.Check == name && o.Verdict == checker.Violated }) {
			missing = append(missing, name)
		}
	}
	return missing
}

// files lays the scenario's own files over its pattern.
func (d *Deployment) files() (fs.FS, error) {
	pattern, err := deployment.Pattern(d.Pattern)
	if err != nil {
		return nil, err
	}
	over := overlay{pattern, map[string]string{}}
	for name, text := range d.Files {
		over.files[name] = text
	}
	if d.Topology != "" {
		over.files[deployment.TopologyFile] = d.Topology
	}
	return over.merged()
}
