package gateway

import (
	"hubsim/event"
	"hubsim/node"
	"hubsim/session"
)

// notifier tells the control planes that the gateway is there and what it deployed (carbon-apimgt,
// GatewayNotifier.java, DeploymentStatusNotifier.java). Nothing of it happens unless Config.Notify says so.
type notifier struct {
	cfg        NotifyConfig
	register   session.Pull // the registration
	beats      session.Pull // heartbeats
	send       session.Pull // batches
	last       uint64       // the number given to the last request
	registered bool
	beat       event.Mono // the next heartbeat
	flush      event.Mono // when what waits becomes a batch
	ready      []event.DeployAck
	queue      [][]event.DeployAck
	busy       int    // batches under way
	held       uint64 // the batch that its bringer sends; no other is made meanwhile. 0: none
}

// firstBeat is when the first heartbeat is sent; a constant of GatewayNotifier.java.
const firstBeat = 30 * event.Second

func newNotifier(c *Config, pull session.PullConfig, numbers *session.Numbers) notifier {
	n := notifier{cfg: c.Notify, beat: event.Never, flush: event.Never}
	pull.Outstanding = 0
	pull.Retry = c.Notify.Register
	n.register = session.NewPull(pull, numbers)
	pull.Retry = c.Notify.Retry
	n.send = session.NewPull(pull, numbers)
	pull.Retry = session.RetryConfig{}
	n.beats = session.NewPull(pull, numbers)
	return n
}

func (g *Gateway) notifyBoot(now node.Clock, out *node.Output) {
	n := &g.notify
	if !n.cfg.Enabled {
		return
	}
	n.beat, n.flush = now.Mono.Add(firstBeat), now.Mono.Add(n.cfg.BatchEvery)
	g.enrol(now, out)
}

// enrol registers the gateway, unless it is doing so.
func (g *Gateway) enrol(now node.Clock, out *node.Output) {
	n := &g.notify
	if !n.cfg.Enabled || n.register.Outstanding() > 0 {
		return
	}
	n.last++
	n.register.Ask(now, event.PullRequest{ID: n.last, Path: event.PathGateway, Notice: &event.GatewayNotice{
		Gateway: g.cfg.ID, At: now.Wall, Labels: g.cfg.Labels,
	}}, out)
}

// notifySessions hands an input to the three clients.
func (g *Gateway) notifySessions(now node.Clock, in *node.Input, out *node.Output) {
	n := &g.notify
	if !n.cfg.Enabled {
		return
	}
	if resp, done := n.register.Step(now, in, out); done && resp.Status == 200 {
		n.registered = true
	}
	n.beats.Step(now, in, out)
	if resp, done := n.send.Step(now, in, out); done {
		g.sent(now, resp.ID, out)
	}
}

// notifyTick sends what has become due.
func (g *Gateway) notifyTick(now node.Clock, out *node.Output) {
	n := &g.notify
	if now.Mono >= n.beat {
		n.beat = now.Mono.Add(n.cfg.Heartbeat)
		n.last++
		n.beats.Ask(now, event.PullRequest{ID: n.last, Path: event.PathGateway, Notice: &event.GatewayNotice{
			Gateway: g.cfg.ID, Heartbeat: true, At: now.Wall,
		}}, out)
	}
	if now.Mono >= n.flush {
		n.flush = now.Mono.Add(n.cfg.BatchEvery)
		g.batch(now, out)
	}
}

func (n *notifier) due() event.Mono {
	return min(n.beat, n.flush, n.register.Deadline(), n.beats.Deadline(), n.send.Deadline())
}

// status keeps what became of a deployment until it is told. The queue has no bound but memory in the
// product; here it is Config.Queue's.
func (g *Gateway) status(now node.Clock, ack event.DeployAck, out *node.Output) {
	n := &g.notify
	if !n.cfg.Enabled {
		return
	}
	if g.cfg.Queue > 0 && len(n.ready) >= g.cfg.Queue {
		ignored(ack.API, event.BufferFull, out)
		return
	}
	ack.Gateway, ack.At = g.cfg.ID, now.Wall
	n.ready = append(n.ready, ack)
	if len(n.ready) >= n.cfg.Batch {
		g.batch(now, out)
	}
}

// batch makes one batch of all that waits and gives it to a thread, to the queue before them, to a further
// thread, or sends it on the spot: the order of a ThreadPoolExecutor with CallerRunsPolicy.
func (g *Gateway) batch(now node.Clock, out *node.Output) {
	n := &g.notify
	if len(n.ready) == 0 || !n.registered || n.held != 0 {
		return
	}
	all := n.ready
	n.ready = nil
	switch {
	case n.busy < n.cfg.Threads:
		g.dispatch(now, all, out)
	case len(n.queue) < n.cfg.Queue:
		n.queue = append(n.queue, all)
	case n.busy < n.cfg.Most:
		g.dispatch(now, all, out)
	default:
		g.dispatch(now, all, out)
		n.busy--
		n.held = n.last
	}
}

func (g *Gateway) dispatch(now node.Clock, all []event.DeployAck, out *node.Output) {
	n := &g.notify
	n.busy++
	n.last++
	n.send.Ask(now, event.PullRequest{ID: n.last, Path: event.PathStatus, States: all}, out)
}

// sent ends a batch, whether it came to be known or was given up, and begins the next that waits.
func (g *Gateway) sent(now node.Clock, id uint64, out *node.Output) {
	n := &g.notify
	if id == n.held {
		n.held = 0
		return
	}
	n.busy--
	if len(n.queue) > 0 {
		next := n.queue[0]
		n.queue = n.queue[1:]
		g.dispatch(now, next, out)
	}
}
