package controlplane

import (
	"sort"

	"hubsim/event"
	"hubsim/node"
)

// deployed is what this node waits for after its deploy notifications. Who acknowledged what is in
// the database, since a load balancer may bring an acknowledgement to any control plane.
type deployed struct {
	announced []announcement // in order of due
	gateways  []listener     // by name; those that pulled artifacts here
}

// announcement is a deploy notification that gateways have until due to acknowledge.
type announcement struct {
	note *event.Notification
	due  event.Mono
	left int // how often it may be published again
}

// listener is a gateway and the labels that it serves.
type listener struct {
	gateway event.NodeID
	labels  []string
}

// Announcements and gateways kept at most; of what does not fit a note tells, or the database's rows.
const (
	maxAnnounced = 10_000
	maxGateways  = 10_000
)

func (d *deployed) deadline() event.Mono {
	if len(d.announced) == 0 {
		return event.Never
	}
	return d.announced[0].due
}

// meet remembers a gateway that pulls artifacts.
func (d *deployed) meet(peer event.NodeID, q *event.PullRequest) {
	if q.Path != event.PathArtifacts || peer == "" || len(q.Labels) == 0 {
		return
	}
	i := sort.Search(len(d.gateways), func(i int) bool { return d.gateways[i].gateway >= peer })
	if i < len(d.gateways) && d.gateways[i].gateway == peer {
		d.gateways[i].labels = q.Labels
		return
	}
	if len(d.gateways) < maxGateways {
		d.gateways = append(d.gateways, listener{})
		copy(d.gateways[i+1:], d.gateways[i:])
		d.gateways[i] = listener{gateway: peer, labels: q.Labels}
	}
}

// watch waits for the acknowledgements of a deploy notification.
func (c *ControlPlane) watch(now node.Clock, n *event.Notification, out *node.Output) {
	d := &c.deployed
	d.supersede(n)
	switch {
	case n.Type != event.DeployAPI || c.cfg.Reannounce.After == 0:
	case len(d.announced) >= maxAnnounced:
		ignored(out, n.EventID, event.BufferFull)
	default:
		d.announced = append(d.announced, announcement{note: n, due: now.Mono.Add(c.cfg.Reannounce.After), left: c.cfg.Reannounce.Times})
	}
}

// supersede drops the announcement of an API of which something newer is said, here or by another
// control plane whose notification comes over the data bridge.
func (d *deployed) supersede(n *event.Notification) {
	if retires := n.Type == event.APILifecycle && n.API != nil && n.API.Status == event.Retired; n.API == nil || n.Type != event.DeployAPI && n.Type != event.RemoveAPI && !retires {
		return
	}
	for i := range d.announced {
		if a := d.announced[i].note; a.API.UUID == n.API.UUID && a.EventID != n.EventID {
			d.drop(i)
			return
		}
	}
}

func (d *deployed) drop(i int) { d.announced = append(d.announced[:i], d.announced[i+1:]...) }

// checkAcks asks the database who acknowledged the announcements whose time is up.
func (c *ControlPlane) checkAcks(now node.Clock, out *node.Output) {
	d := &c.deployed
	for len(d.announced) > 0 && d.announced[0].due <= now.Mono {
		a := d.announced[0]
		a.due = now.Mono.Add(c.cfg.Reannounce.After)
		d.drop(0)
		d.announced = append(d.announced, a)
		c.ask(now, &event.StoreOp{Read: event.TableDeployed}, check(a.note.EventID), out)
	}
}

// check is the question who acknowledged the announcement of an event.
type check string

// answered implements asker: if a gateway is missing, everybody is told again; it does no harm to a
// gateway that has the revision. When the database does not know, the next turn asks again.
func (id check) answered(c *ControlPlane, now node.Clock, ans answer, out *node.Output) {
	d := &c.deployed
	for i := range d.announced {
		a := &d.announced[i]
		if a.note.EventID != string(id) {
			continue
		}
		switch {
		case a.left == 0, ans.fail == event.NoReason && !d.missing(a.note.API, ans.rows):
			d.drop(i)
			return
		case ans.fail == event.NoReason:
			c.feed.Offer(now, a.note, out)
		}
		a.left--
		return
	}
}

// missing tells whether a gateway that should serve an API's revision has not said that it does: one
// that pulled for a label of the API, or served an earlier revision.
func (d *deployed) missing(api *event.API, rows []event.Row) bool {
	has := make(map[event.NodeID]bool)
	for i := range rows {
		ack := rows[i].Deployed
		if ack == nil || ack.API != api.UUID || !ack.Serves() {
			continue
		}
		if ack.Revision < api.Revision {
			return true
		}
		has[ack.Gateway] = true
	}
	for _, g := range d.gateways {
		if !has[g.gateway] && intersect(g.labels, api.Labels) {
			return true
		}
	}
	return false
}

// acknowledge keeps what a gateway serves from now on (PATCH /apis/deployed-revisions), or
// that an environment serves an API no more (POST /apis/undeployed-revision).
func (c *ControlPlane) acknowledge(now node.Clock, p *pull, out *node.Output) {
	ack := p.request.Ack
	if ack == nil || ack.API == "" || ack.Gateway == "" {
		c.reply(p, &event.PullResponse{Status: 400}, event.Malformed, out)
		return
	}
	row := event.Row{Table: event.TableDeployed, Deployed: ack}
	row.Key = event.KeyOf(&row)
	c.ask(now, &event.StoreOp{Write: &row}, &acknowledgement{pull: p}, out)
}

// acknowledgement is a gateway's, on its way to the database.
type acknowledgement struct{ pull *pull }

// answered implements asker.
func (k *acknowledgement) answered(c *ControlPlane, _ node.Clock, a answer, out *node.Output) {
	if a.fail != event.NoReason {
		c.reply(k.pull, &event.PullResponse{Status: 500}, a.fail, out)
		return
	}
	ack := k.pull.request.Ack
	out.Note(node.Note{Fact: node.AckKnown, ID: ack.API, Peer: ack.Gateway, N: int64(ack.Revision), Detail: outcome(ack)})
	c.reply(k.pull, &event.PullResponse{Status: 200}, event.NoReason, out)
}
