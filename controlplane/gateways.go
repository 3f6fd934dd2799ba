package controlplane

import (
	"hubsim/event"
	"hubsim/node"
)

// notice hears that a gateway is there (NotifyGatewayApiServiceImpl.java). A registration reads all
// gateways, since it deletes those that were not heard of for long.
func (c *ControlPlane) notice(now node.Clock, p *pull, out *node.Output) {
	n := p.request.Notice
	if n == nil || n.Gateway == "" {
		c.reply(p, &event.PullResponse{Status: 400}, event.Malformed, out)
		return
	}
	name := ""
	if n.Heartbeat {
		name = string(n.Gateway)
	}
	c.ask(now, &event.StoreOp{Read: event.TableGateway, Name: name}, &registration{pull: p}, out)
}

// registration is a gateway's notice on its way to the database.
type registration struct {
	pull    *pull
	said    string
	storing bool
}

// answered implements asker. A heartbeat of a gateway that never registered is answered as any other and
// has no effect: the product says so in its log.
func (r *registration) answered(c *ControlPlane, now node.Clock, a answer, out *node.Output) {
	n := r.pull.request.Notice
	switch {
	case a.fail != event.NoReason:
		c.reply(r.pull, &event.PullResponse{Status: 500}, a.fail, out)
		return
	case r.storing:
		out.Note(node.Note{Fact: node.GatewayKnown, Peer: n.Gateway, Detail: r.said})
		c.reply(r.pull, &event.PullResponse{Status: 200, Said: r.said}, event.NoReason, out)
		return
	}
	old := gatewayOf(a.rows, n.Gateway)
	r.said = event.GatewayAcknowledged
	switch {
	case old == nil && n.Heartbeat:
		ignored(out, string(n.Gateway), event.Ineligible)
		c.reply(r.pull, &event.PullResponse{Status: 200, Said: r.said}, event.NoReason, out)
		return
	case old == nil:
		r.said = event.GatewayRegistered
		c.retain(now, a.rows, out)
	case old.Seen >= n.At: // overtaken by a later one
		c.reply(r.pull, &event.PullResponse{Status: 200, Said: r.said}, event.NoReason, out)
		return
	}
	row := event.GatewayInstance{Gateway: n.Gateway, Labels: n.Labels, Seen: n.At}
	if n.Heartbeat {
		row.Labels = old.Labels
	}
	r.storing = true
	c.ask(now, &event.StoreOp{Write: &event.Row{Table: event.TableGateway, Key: string(n.Gateway), Gateway: &row}}, r, out)
}

func gatewayOf(rows []event.Row, id event.NodeID) *event.GatewayInstance {
	for i := range rows {
		if g := rows[i].Gateway; g != nil && g.Gateway == id {
			return g
		}
	}
	return nil
}

// retain deletes gateways that were not heard of for long.
func (c *ControlPlane) retain(now node.Clock, rows []event.Row, out *node.Output) {
	for i := range rows {
		if g := rows[i].Gateway; g != nil && g.Seen.Add(c.cfg.Gateways.Retention) < now.Wall {
			c.ask(now, &event.StoreOp{Write: &event.Row{Table: event.TableGateway, Key: rows[i].Key, Gateway: g, Deleted: true}}, forgotten{}, out)
		}
	}
}

// forgotten is a deletion whose outcome nobody waits for: what stays is deleted at the next registration.
type forgotten struct{}

// answered implements asker.
func (forgotten) answered(*ControlPlane, node.Clock, answer, *node.Output) {}

// states hears what a gateway deployed (NotifyApiDeploymentStatusApiServiceImpl.java): of gateways and APIs
// that are known, and in order of the gateway's clock. The rest is passed over.
func (c *ControlPlane) states(now node.Clock, p *pull, out *node.Output) {
	if len(p.request.States) == 0 {
		c.reply(p, &event.PullResponse{Status: 400}, event.Malformed, out)
		return
	}
	c.ask(now, &event.StoreOp{Read: event.TableGateway}, &report{pull: p, left: p.request.States}, out)
}

// report is a batch of acknowledgements on its way to the database: gateways are read, then APIs, then what
// was acknowledged before; then each is written.
type report struct {
	pull  *pull
	left  []event.DeployAck
	stage int
}

// reportTables are what is read, by stage.
var reportTables = [...]event.Table{event.TableGateway, event.TableAPI, event.TableDeployed}

// answered implements asker.
func (r *report) answered(c *ControlPlane, now node.Clock, a answer, out *node.Output) {
	if a.fail != event.NoReason {
		c.reply(r.pull, &event.PullResponse{Status: 500}, a.fail, out)
		return
	}
	if r.stage < len(reportTables) {
		r.left = r.admitted(a.rows, out)
		if r.stage++; r.stage < len(reportTables) {
			c.ask(now, &event.StoreOp{Read: reportTables[r.stage]}, r, out)
			return
		}
	} else {
		k := r.left[0]
		out.Note(node.Note{Fact: node.AckKnown, ID: k.API, Peer: k.Gateway, N: int64(k.Revision), Detail: outcome(&k)})
		r.left = r.left[1:]
	}
	if len(r.left) == 0 {
		c.reply(r.pull, &event.PullResponse{Status: 200, Said: event.StatusReceived}, event.NoReason, out)
		return
	}
	row := event.Row{Table: event.TableDeployed, Deployed: &r.left[0]}
	row.Key = event.KeyOf(&row)
	c.ask(now, &event.StoreOp{Write: &row}, r, out)
}

// outcome is how an acknowledgement stands in notes; that a revision serves needs no word.
func outcome(k *event.DeployAck) string {
	switch {
	case k.Failed:
		return "failed"
	case k.Gone:
		return "undeployed"
	}
	return ""
}

// admitted are the acknowledgements that pass what was read.
func (r *report) admitted(rows []event.Row, out *node.Output) []event.DeployAck {
	known := make(map[string]*event.Row, len(rows))
	for i := range rows {
		known[rows[i].Key] = &rows[i]
	}
	var pass []event.DeployAck
	for _, k := range r.left {
		why := event.NoReason
		switch reportTables[r.stage] {
		case event.TableGateway:
			if known[string(k.Gateway)] == nil {
				why = event.Ineligible
			}
		case event.TableAPI:
			if known[k.API] == nil {
				why = event.Ineligible
			}
		default:
			row := event.Row{Table: event.TableDeployed, Deployed: &k}
			if old := known[event.KeyOf(&row)]; old != nil && old.Deployed != nil && old.Deployed.At >= k.At {
				why = event.LateDropped
			}
		}
		if why != event.NoReason {
			ignored(out, k.API, why)
			continue
		}
		pass = append(pass, k)
	}
	return pass
}

// view is an administrator's look at an API's deployment: the API is read, then gateways, then what they
// acknowledged.
type view struct {
	job      *job
	api      *event.API
	gateways []event.Row
	stage    int
}

// answered implements asker.
func (v *view) answered(c *ControlPlane, now node.Clock, a answer, out *node.Output) {
	if a.fail != event.NoReason {
		c.finish(v.job.call, 500, v.job.failure(c.cfg.Store, a.fail), out)
		return
	}
	v.stage++
	switch v.stage {
	case 1:
		if len(a.rows) == 0 || a.rows[0].API == nil {
			c.finish(v.job.call, 404, "look: there is no API "+v.job.step.Look, out)
			return
		}
		v.api = a.rows[0].API
		c.ask(now, &event.StoreOp{Read: event.TableGateway}, v, out)
	case 2:
		v.gateways = a.rows
		c.ask(now, &event.StoreOp{Read: event.TableDeployed}, v, out)
	default:
		v.tell(c, now, a.rows, out)
		c.finish(v.job.call, 200, "", out)
	}
}

// tell states of each gateway of the API's labels what it says it serves, and whether it is heard of.
func (v *view) tell(c *ControlPlane, now node.Clock, acks []event.Row, out *node.Output) {
	seen := int64(0)
	for i := range v.gateways {
		g := v.gateways[i].Gateway
		if g == nil || !intersect(g.Labels, v.api.Labels) {
			continue
		}
		n := node.Note{Fact: node.DeploymentSeen, ID: v.api.UUID, Peer: g.Gateway, On: g.Seen.Add(c.cfg.Gateways.Expiry) >= now.Wall}
		for j := range acks {
			k := acks[j].Deployed
			switch {
			case k == nil || k.API != v.api.UUID || k.Gateway != g.Gateway:
			case k.Serves():
				n.N = int64(k.Revision)
			default:
				n.Detail = outcome(k)
			}
		}
		seen++
		out.Note(n)
	}
	out.Note(node.Note{Fact: node.DeploymentSeen, ID: v.api.UUID, N: seen})
}
