package scenarios

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"hubsim/checker"
	"hubsim/deployment"
	"hubsim/event"
	"hubsim/fault"
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
	Faults     *string                // takes the place of the schedule; nil: the scenario's own
	Watch      trace.Observer         // sees every record besides the checkers; may be nil
	// Delivery adds the check of that name where the scenario has none: for runs with real brokers. In
	// virtual time the broker is the model, and the check adds two thirds to the CPU of the fleet's hour.
	Delivery bool
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
	paths     deployment.Paths
	critic    critic
	schedule  fault.Schedule // as written; its names are made out when the world is there
	twin      *Twin          // what is run, where it is the twin
	admission *admission     // nil: nobody asked
}

// Prepare makes a scenario out. Its errors are the user's to mend: a name that the deployment does
// not have, a bound that cannot be read.
func (s *Scenario) Prepare(o Options) (*Experiment, error) {
	run := *s
	if o.Twin {
		if s.Twin == nil {
			return nil, fmt.Errorf("scenario %s has no known-bad twin\nhint: run it without --twin", s.Name)
		}
		run = *s.bad()
	}
	if o.Faults != nil {
		run.Faults = *o.Faults
	}
	if o.Length > 0 {
		run.Length = Duration(o.Length)
	}
	e := &Experiment{Scenario: &run, Options: o, revisions: map[string]int{}}
	e.critic = critic{source: &run.source, elsewhere: o.Deployment != nil}
	if o.Twin {
		e.twin = s.Twin
	}
	for _, part := range []func(){
		e.review, e.deployment, e.database, e.build, e.needs,
		func() { e.workload(); e.steps(); e.faults(); e.checks() }, // who is there is known: all complaints at once
	} {
		part()
		if err := e.critic.verdict(s.Name); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// way leads to a part of the file that a twin may have of its own.
func (e *Experiment) way(key string) way {
	t := e.twin
	if t != nil && (key == "deployment" && t.Deployment != nil || key == "knobs" && t.Knobs != nil || key == "faults" && t.Faults != nil) {
		return way{"twin", key}
	}
	return way{key}
}

// deployment reads who is there: the user's own deployment, or the scenario's pattern.
func (e *Experiment) deployment() {
	if e.Options.Deployment != nil {
		e.Deployment = e.Options.Deployment
		if region := e.Scenario.Region(e.Deployment); region != "" {
			e.Deployment = e.Deployment.Part(region)
		}
		return
	}
	at := e.way("deployment")
	files, err := e.Scenario.Deployment.files()
	if err != nil {
		e.critic.blame(at.then("pattern"), err)
		return
	}
	d, findings, err := deployment.ReadFS(files, e.Scenario.Name)
	if err != nil {
		e.critic.blame(at, err)
	}
	for _, f := range findings {
		if f.Stops() {
			e.finding(at, &f)
		}
	}
	e.Deployment = d
}

// finding complains of a file of the scenario's own deployment, in the scenario's words: the file may
// stand in the scenario.
func (e *Experiment) finding(at way, f *deployment.Finding) {
	own := &e.Scenario.Deployment
	file := strings.TrimPrefix(f.File, e.Scenario.Name+"/")
	switch _, there := own.Files[file]; {
	case file == deployment.TopologyFile && own.Topology != "":
		at = at.then("topology")
	case there:
		at = at.then("files", file)
	default:
		e.critic.say(at, f.Fix, "%s: %s", f.Place, f.Text)
		return
	}
	text, hint := f.Text, f.Fix
	if f.Rule == "syntax" {
		hint = "what stands here is a whole file, and takes the place of the pattern's own"
	}
	if f.Key != "" {
		text = f.Key + ": " + text
	}
	e.critic.say(at, hint, "%s", text)
	if f.Line > 0 {
		e.critic.all[len(e.critic.all)-1].spot = e.critic.source.within(at, spot{f.Line, f.Col})
	}
}

// database makes the catalog out.
func (e *Experiment) database() {
	e.catalog = e.Scenario.Catalog.expand(e.Options.Policies, &e.critic)
	e.catalog.steppedBy(e.Scenario.Steps)
}

func (e *Experiment) build() {
	c := e.catalog
	if e.Options.Profile == "" {
		e.Options.Profile = or(e.Deployment.Profile, Profiles[0])
	}
	if !slices.Contains(Profiles, e.Options.Profile) {
		e.critic.none(nil, "profile", e.Options.Profile, Profiles)
		return
	}
	o := deployment.Options{
		Profile: e.Options.Profile, Knobs: e.Scenario.Knobs,
		Catalog: deployment.Catalog{
			APIs: c.apis, Applications: c.apps, Subscriptions: c.subscriptions, Policies: c.policies, KeyManagers: c.keyManagers,
			Scopes: c.scopes, Certificates: c.certificates, Analytics: c.analytics,
		},
	}
	w, err := deployment.Build(e.Deployment, o)
	if err == nil {
		e.paths, err = deployment.PathsOf(e.Deployment, o)
	}
	if err != nil {
		why := strings.TrimPrefix(err.Error(), "build deployment "+e.Deployment.Name+": ")
		e.critic.blame(e.blamed(err), errors.New(why))
		return
	}
	w.Seed, w.Start, w.Length = e.Options.Seed, cmp.Or(e.Scenario.start, Epoch), event.Duration(e.Scenario.Length)
	e.World = w
	c.sight = e.sightOf()
}

// blamed is the part of the file that the builder complains of: a knob, or the deployment.
func (e *Experiment) blamed(err error) way {
	for name := range e.Scenario.Knobs {
		if strings.Contains(err.Error(), "knob "+name+" ") {
			return e.way("knobs").then(name)
		}
	}
	return e.way("deployment")
}

func (e *Experiment) workload() {
	if len(e.Scenario.Workload) == 0 {
		return
	}
	var phases []workload.Phase
	for i, p := range e.Scenario.Workload {
		if e.nobody(&p) {
			continue
		}
		phase, ok := e.phase(i, p)
		if !ok {
			continue
		}
		phases = append(phases, phase)
	}
	e.World.Load = workload.New(e.Options.Seed, phases)
}

// checks seats the panel and lets it watch the world.
func (e *Experiment) checks() {
	var specs []checker.Spec
	for i, c := range e.Scenario.Checks {
		spec, err := c.spec()
		e.critic.blame(way{"checks", i}, err)
		specs = append(specs, spec)
	}
	if e.Options.Delivery && !slices.ContainsFunc(specs, func(s checker.Spec) bool { return s.Check == checker.DeliveryCheck }) {
		specs = append(specs, checker.Spec{Check: checker.DeliveryCheck, Unasked: true})
	}
	panel, err := checker.NewPanel(e.setup(), specs)
	if err != nil {
		e.critic.blame(way{"checks"}, err)
		return
	}
	e.panel = panel
	watch := panel.Observers()
	if len(e.Options.Policies) > 0 || e.catalog.each || e.several() {
		e.admission = newAdmission(e.World.Start, e.catalog)
		watch = append(watch, e.admission)
	}
	if e.Options.Watch != nil {
		watch = append(watch, e.Options.Watch)
	}
	e.World.Watch = watch
}

// setup tells the checkers who is there.
func (e *Experiment) setup() *checker.Setup {
	s := &checker.Setup{Start: e.World.Start, Length: e.World.Length, Counted: e.catalog.counted, Paths: e.paths.Count}
	regions := map[event.NodeID]string{}
	for i := range e.World.Members {
		m := &e.World.Members[i]
		regions[m.ID] = m.Region
		host := e.Deployment.Host(m.ID.Host())
		switch m.Role {
		case node.Gateway:
			s.Gateways = append(s.Gateways, checker.Gateway{
				ID: m.ID, Region: m.Region, Labels: host.Settings.Artifacts.Labels, Tenants: host.Settings.Tenants(), Hubs: host.Wiring.Hubs, Decisions: host.Wiring.Decisions,
			})
		case node.TrafficManager:
			hubs := append([]event.NodeID{deployment.Broker(host.ID)}, host.Wiring.Twin...)
			s.Managers = append(s.Managers, checker.Manager{ID: m.ID, Hubs: hubs, Counters: host.Wiring.Counters})
		}
	}
	s.Region = func(id event.NodeID) string { return regions[id] }
	for _, p := range e.catalog.policies {
		s.Plans = append(s.Plans, p.Level.String()+":"+p.Name)
	}
	for _, a := range e.catalog.apis {
		s.APIs = append(s.APIs, checker.API{ID: a.UUID, Labels: a.Labels, Tenant: a.Tenant()})
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
		Conduct:  checker.Conduct{Intended: ran.Load.Intended, NotSent: ran.Load.NotSent, LateP99: ran.Load.LateP99, LateMax: ran.Load.LateMax},
	}
	r.Quota.Unjudged = e.catalog.unjudged()
	if e.admission != nil {
		r.Policies = e.admission.finish(r.Quota.Keys)
	}
	if ran.Digest != 0 {
		r.Digest = fmt.Sprintf("%016x", ran.Digest)
	}
	for i, f := range e.World.Faults {
		r.Conduct.Faults = append(r.Conduct.Faults, checker.FaultReport{Fault: f.String(), Hits: ran.Hits[i], Drawn: f.Drawn})
	}
	want := checker.Expected{Strict: e.Options.Strict, Elsewhere: e.Options.Deployment != nil || e.Options.Length > 0}
	if e.Deployment.Older() {
		want.Idle = []string{"duplicates"} // nothing is announced there that could come twice
	}
	if !e.Options.Twin {
		want.Gaps, want.Sometimes = s.Expect[e.Options.Profile].Gaps, s.Expect[e.Options.Profile].Sometimes
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
	pattern, err := deployment.Sized(d.Pattern, deployment.Size(d.Size))
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
