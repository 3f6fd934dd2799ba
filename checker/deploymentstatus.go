package checker

import (
	"fmt"
	"slices"
	"strings"

	"hubsim/event"
	"hubsim/internal/words"
	"hubsim/node"
	"hubsim/trace"
)

// DeploymentStatus checks each look of an administrator at a deployment: does the control plane say of every
// gateway of the API's labels that it is there and which revision it serves, and of none that is gone that it
// is there. What changed within Within of the look is not judged, nor a gateway that has been gone for less
// than Most.
type DeploymentStatus struct {
	Within, Most event.Duration

	setup    *Setup
	gateways map[event.NodeID]*presence
	apis     map[string]API   // by id, as they were deployed last
	newest   map[string]int64 // revision that was asked for
	looks    map[event.NodeID]map[event.NodeID]node.Note
	out      Outcome
	bad      int
	lacking  []string // what a control plane rightly says to lack the newest revision
}

// presence is what is true of a gateway.
type presence struct {
	up     bool
	since  event.Mono
	serves map[string]serving
}

type serving struct {
	revision int64
	since    event.Mono
}

// NewDeploymentStatus makes the checker.
func NewDeploymentStatus(s *Setup, within, most event.Duration) *DeploymentStatus {
	c := &DeploymentStatus{
		Within: within, Most: most, setup: s, gateways: map[event.NodeID]*presence{}, apis: map[string]API{}, newest: map[string]int64{},
		looks: map[event.NodeID]map[event.NodeID]node.Note{},
	}
	for _, g := range s.Gateways {
		c.gateways[g.ID] = &presence{serves: map[string]serving{}}
	}
	for _, a := range s.APIs {
		c.apis[a.ID] = a
	}
	return c
}

// Observe implements trace.Observer.
func (c *DeploymentStatus) Observe(r *trace.Record) {
	switch r.Kind {
	case trace.Booted, trace.Stopped:
		if p := c.gateways[r.Node]; p != nil {
			p.up, p.since, p.serves = r.Kind == trace.Booted, r.At, map[string]serving{}
		}
	case trace.Called:
		if s, is := r.Msg.(*event.Step); is && s.Deploy != nil {
			c.apis[s.Deploy.UUID] = API{ID: s.Deploy.UUID, Labels: s.Deploy.Labels, Tenant: s.Deploy.Tenant()}
			c.newest[s.Deploy.UUID] = int64(s.Deploy.Revision)
		}
	case trace.Noted:
		c.noted(r)
	}
}

func (c *DeploymentStatus) noted(r *trace.Record) {
	n := &r.Note
	switch n.Fact {
	case node.Deployed, node.Undeployed:
		if p := c.gateways[r.Node]; p != nil {
			p.serves[n.ID] = serving{n.N, r.At}
		}
	case node.DeploymentSeen:
		if n.Peer == "" {
			c.look(r)
			delete(c.looks, r.Node)
			return
		}
		if c.looks[r.Node] == nil {
			c.looks[r.Node] = map[event.NodeID]node.Note{}
		}
		c.looks[r.Node][n.Peer] = *n
	}
}

// look judges what a control plane said of an API.
func (c *DeploymentStatus) look(r *trace.Record) {
	for _, g := range c.setup.Gateways {
		if a := c.apis[r.Note.ID]; !g.serves(a.Labels, a.Tenant) {
			continue
		}
		c.out.Exercised++
		said, known := c.looks[r.Node][g.ID]
		if wrong := c.wrong(r, g.ID, said, known); wrong != "" {
			c.bad++
			c.out.detail("at %s %s %s", clockTime(r.At), r.Node, wrong)
		}
	}
}

// wrong is what is said of a gateway and is not so, or "".
func (c *DeploymentStatus) wrong(r *trace.Record, id event.NodeID, said node.Note, known bool) string {
	p, uuid := c.gateways[id], r.Note.ID
	is := p.serves[uuid]
	lately := func(at event.Mono, d event.Duration) bool { return r.At.Sub(at) < d }
	switch {
	case !p.up && known && said.On && !lately(p.since, c.Most):
		return fmt.Sprintf("counts %s as live, which is gone since %s", id, clockTime(p.since))
	case !p.up || lately(p.since, c.Within):
		return ""
	case !known:
		return "does not know " + string(id)
	case !said.On:
		return fmt.Sprintf("counts %s as gone, which runs since %s", id, clockTime(p.since))
	case lately(is.since, c.Within) && is.since > 0:
		return ""
	case said.Detail == "failed" && is.revision < c.newest[uuid]:
		said.N = is.revision
	case said.N != is.revision:
		return fmt.Sprintf("says that %s serves revision %d of %s, where it serves %d", id, said.N, uuid, is.revision)
	}
	if newest := c.newest[uuid]; said.N < newest {
		if lacks := fmt.Sprintf("%s (%d of %d)", id, said.N, newest); !slices.Contains(c.lacking, lacks) {
			c.lacking = append(c.lacking, lacks)
		}
	}
	return ""
}

// Finish implements Checker.
func (c *DeploymentStatus) Finish() Outcome {
	out := c.out
	out.Check = "deployment-status"
	out.Bound = fmt.Sprintf("control planes know who serves what after %s, and who is gone after %s", words.Duration(c.Within), words.Duration(c.Most))
	out.Worst = fmt.Sprintf("%d of %d wrong", c.bad, out.Exercised)
	if len(c.lacking) > 0 {
		out.Worst += "; known to lack the newest revision: " + strings.Join(c.lacking, ", ")
	}
	out.judge(c.bad)
	return out
}
