package gateway

import (
	"slices"

	"hubsim/event"
	"hubsim/node"
)

// lane is the gateway's single deployment thread: deploys and removals one after the other, in order
// of arrival, so that one whose pull fails holds back all behind it until it is given up
// (GatewayJMSMessageListener.java, DeploymentThread).
type lane struct {
	jobs  []*event.Notification // the first is being done
	begun bool                  // the first is a deploy that passed the filter
	at    event.Mono            // ask for its artifact then; Never while asked or idle
	stale int                   // how often its artifact was older than announced
}

// enqueue puts a deploy or a removal on the lane.
func (g *Gateway) enqueue(now node.Clock, n *event.Notification, out *node.Output) {
	if g.cfg.Queue > 0 && len(g.lane.jobs) >= g.cfg.Queue {
		ignored(n.EventID, event.BufferFull, out)
		return
	}
	g.lane.jobs = append(g.lane.jobs, n)
	g.advance(now, out)
}

// advance works on the lane until its first job waits for something.
func (g *Gateway) advance(now node.Clock, out *node.Output) {
	l := &g.lane
	for len(l.jobs) > 0 {
		n := l.jobs[0]
		switch {
		case !l.begun && !g.mine(n.API):
			ignored(n.EventID, event.Filtered, out)
			l.next()
		case n.Type == event.RemoveAPI:
			g.remove(now, n, out)
			l.next()
		case !l.begun:
			l.begun, l.at = true, now.Mono.Add(g.cfg.ArtifactWaiting)
		case now.Mono >= l.at:
			l.at = event.Never
			g.pulls.last++
			r := event.PullRequest{ID: g.pulls.last, Path: event.PathArtifacts, Name: n.API.UUID, Labels: g.cfg.Labels, Tenant: n.Tenant}
			g.deploys.Ask(now, r, out)
			return
		default:
			return
		}
	}
}

func (l *lane) next() {
	l.jobs = slices.Delete(l.jobs, 0, 1)
	l.begun, l.at, l.stale = false, event.Never, 0
}

// mine tells whether one of the gateway's labels is among an API's.
func (g *Gateway) mine(a *event.API) bool { return g.labelled(a.Labels) }

// labelled tells whether the gateway serves one of the labels, letter by letter.
func (g *Gateway) labelled(labels []string) bool {
	return slices.ContainsFunc(labels, func(l string) bool { return slices.Contains(g.cfg.Labels, l) })
}

// remove undeploys by the event's own members, without a pull.
func (g *Gateway) remove(now node.Clock, n *event.Notification, out *node.Output) {
	if n.API.Revision > 0 && g.outdated(n.API.UUID, n.API.Revision) {
		ignored(n.EventID, event.LateDropped, out)
		return
	}
	g.touched(now, event.PathArtifacts, apiName(n.API.UUID))
	g.undeploy(now, n.API.UUID, out)
}

// artifact takes the answer for the lane's first job.
func (g *Gateway) artifact(now node.Clock, resp *event.PullResponse, out *node.Output) {
	l := &g.lane
	if len(l.jobs) == 0 {
		return
	}
	n := l.jobs[0]
	a, found := artifactOf(resp, n.API.UUID)
	late := resp.Status == 200 && (!found || a.Revision < n.API.Revision)
	switch {
	case late && g.cfg.StaleRetry > 0 && l.stale < g.cfg.StaleRetries:
		l.stale++
		l.at = now.Mono.Add(g.cfg.StaleRetry)
		return
	case !found:
		out.Note(node.Note{Fact: node.DeployFailed, ID: n.API.UUID, Reason: event.GaveUp})
		g.status(now, event.DeployAck{API: n.API.UUID, Revision: n.API.Revision, Failed: true}, out)
	case g.outdated(a.UUID, a.Revision):
		ignored(n.EventID, event.LateDropped, out)
		g.acknowledge(now, a.UUID, out)
	default:
		g.touched(now, event.PathArtifacts, apiName(a.UUID))
		if !g.deploy(now, a, out) {
			g.acknowledge(now, a.UUID, out)
		}
	}
	l.next()
	g.advance(now, out)
}

// artifactOf is the first artifact of an answer, if it is the one asked for.
func artifactOf(resp *event.PullResponse, uuid string) (event.API, bool) {
	if resp.Status != 200 || len(resp.APIs) == 0 || resp.APIs[0].UUID != uuid {
		return event.API{}, false
	}
	return resp.APIs[0], true
}

// deploy makes an artifact serve and tells whether that is another revision than before; if so, with
// the note that checkers measure convergence by and, in hardened, the acknowledgement.
func (g *Gateway) deploy(now node.Clock, a event.API, out *node.Output) bool {
	g.routes.forget()
	g.describe(a, out)
	if !g.catalog.deploy(a) {
		return false
	}
	out.Note(node.Note{Fact: node.Deployed, ID: a.UUID, N: int64(a.Revision)})
	g.acknowledge(now, a.UUID, out)
	return true
}

// acknowledge tells the control plane which revision of an API serves: in a batch where the gateway has
// such, or by itself. An announcement of one that serves already is acknowledged too: its first
// acknowledgement may have been lost.
func (g *Gateway) acknowledge(now node.Clock, uuid string, out *node.Output) {
	a := g.catalog.serves(uuid)
	switch {
	case a == nil:
	case g.notify.cfg.Enabled:
		g.status(now, event.DeployAck{API: uuid, Revision: a.revision}, out)
	case g.cfg.Acknowledge:
		ack := &event.DeployAck{Gateway: g.cfg.ID, API: uuid, Revision: a.revision}
		g.ask(now, event.PullRequest{Path: event.PathDeployed, Ack: ack}, uuid, out)
	}
}

// undeploy takes an API away.
func (g *Gateway) undeploy(now node.Clock, uuid string, out *node.Output) {
	g.routes.forget()
	if g.catalog.undeploy(uuid) {
		out.Note(node.Note{Fact: node.Undeployed, ID: uuid})
		g.status(now, event.DeployAck{API: uuid, Gone: true}, out)
	}
}
