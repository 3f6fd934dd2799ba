package bench

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"hubsim/event"
	"hubsim/live"
	"hubsim/node"
	"hubsim/scenarios"
	"hubsim/trace"
	"hubsim/virtual"
	"hubsim/wire/databridge"
	"hubsim/world"
)

// probeFrom is when calls begin in virtual time, where start-up takes as long as the links do.
const probeFrom = event.Second

// sitePolicy is the one that applications of a site have.
const sitePolicy = "Bench"

// site is one control plane, one traffic manager and some gateways, linked without latency, with so many
// applications that share a subscription policy. The waits of WSO2's start-up are taken out, since
// nobody measures them here.
func site(gateways, apps int, quota int64) *scenarios.Scenario {
	apps = max(apps, 2) // one would have a name without a number
	return &scenarios.Scenario{
		Name: "bench-site", Question: "What does the throttle loop cost?",
		Deployment: scenarios.Deployment{
			Pattern: "gw-cp-tm",
			Topology: fmt.Sprintf("nodes:\n  gw-1: {copies: %d}\n", gateways) +
				"links:\n  same_host: {latency: 0s}\n  same_region: {latency: 0s}\n",
		},
		Knobs: map[string]string{"gateway.init_delay": "0s", "gateway.artifact_waiting": "0s"},
		Catalog: scenarios.Catalog{
			// A window longer than any run: no decision is lifted meanwhile.
			Policies: []scenarios.Policy{{Name: sitePolicy, Level: "subscription", Quota: quota, Window: scenarios.Duration(24 * event.Hour)}},
			APIs:     []scenarios.API{{Name: "pizza"}},
			Apps:     []scenarios.App{{Name: "mobile", Count: apps, Subscribe: map[string]string{"pizza": sitePolicy}}},
		},
		Length:   scenarios.Duration(probeFrom + event.Second),
		Workload: []scenarios.Phase{{From: scenarios.Duration(probeFrom), Rate: float64(2 * gateways * apps)}},
	}
}

// build makes a site's world anew, and one call of each application.
func build(s *scenarios.Scenario) (*world.World, []event.Request, error) {
	e, err := s.Prepare(scenarios.Options{Profile: "wso2", Seed: 1})
	if err != nil {
		return nil, nil, err
	}
	gateways := len(e.World.Find("gateways"))
	calls := make([]event.Request, s.Catalog.Apps[0].Count)
	for i := range gateways * len(calls) { // the gateways turn once for each call
		a, ok := e.World.Load.Next()
		if !ok {
			return nil, nil, fmt.Errorf("the load of %s ends before every application has called", s.Name)
		}
		calls[i/gateways] = *a.Req
	}
	e.World.Load, e.World.Watch = nil, nil
	return e.World, calls, nil
}

// run runs a site's world live until it is stopped, or a limit has passed.
func run(limited context.Context, w *world.World, hub live.Broker) error {
	w.Length = 0
	_, err := live.Run(limited, w, hub, live.Options{Calls: live.InProcess})
	return err
}

// readiness follows a site's start-up.
type readiness struct {
	waiting  int  // gateways that are not ready yet, and gateways that do not serve the API yet
	counting bool // the traffic manager has the policy
}

func newReadiness(gateways int) readiness { return readiness{waiting: 2 * gateways} }

// observe tells whether this is the record that makes the site ready.
func (y *readiness) observe(r *trace.Record) bool {
	if r.Kind != trace.Noted || y.done() {
		return false
	}
	switch r.Note.Fact {
	case node.Ready, node.Deployed:
		y.waiting--
	case node.PlanDeployed:
		y.counting = y.counting || strings.HasSuffix(r.Note.ID, sitePolicy)
	}
	return y.done()
}

func (y *readiness) done() bool { return y.waiting == 0 && y.counting }

// model is what crosses a site's borders: the reference sends as many bytes.
type model struct {
	event     event.Throttle
	eventSize int // on the data bridge, within a bundle
	decision  int // on the topic
}

// probe runs a site in virtual time until a traffic manager has decided, and looks at what was said.
func probe() (model, error) {
	s := site(1, 2, 1)
	e, err := s.Prepare(scenarios.Options{Profile: "wso2", Seed: 1})
	if err != nil {
		return model{}, err
	}
	p := prober{}
	e.World.Watch = &p
	if _, err := virtual.Run(e.World); err != nil {
		return model{}, err
	}
	if p.event == nil || p.decision == nil {
		return model{}, errors.New("a site in virtual time counted no event or made no decision")
	}
	return p.model()
}

// prober keeps the first event and the first decision on a wire.
type prober struct {
	event    *event.Throttle
	decision *event.Decision
}

// Observe implements trace.Observer.
func (p *prober) Observe(r *trace.Record) {
	if r.Kind != trace.Sent {
		return
	}
	switch m := r.Msg.(type) {
	case *event.Batch:
		if t, ok := m.Events[0].(*event.Throttle); ok && p.event == nil {
			p.event = t
		}
	case *event.Publish:
		if d, ok := m.Body.(*event.Decision); ok && p.decision == nil {
			p.decision = d
		}
	}
}

func (p *prober) model() (model, error) {
	const few, many = 1, 2 // the difference is an event without the head of the bundle
	var size [3]int
	for _, n := range []int{few, many} {
		events := make([]event.Message, n)
		for i := range events {
			events[i] = p.event
		}
		b, err := databridge.AppendMessages(nil, "", events, 0)
		if err != nil {
			return model{}, err
		}
		size[n] = len(b)
	}
	b, err := event.AppendPayload(nil, p.decision)
	return model{event: *p.event, eventSize: size[many] - size[few], decision: len(b)}, err
}
