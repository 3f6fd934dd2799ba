package session

import (
	"hubsim/event"
	"hubsim/node"
)

// PullConfig is how a node asks the internal API (/internal/data/v1).
type PullConfig struct {
	Servers []event.NodeID // behind one load balancer, which deals requests in turn
	Self    event.NodeID   // keys the jitter

	// Sticky keeps to one server until an attempt there has no answer, as a load balancer with a cookie does.
	// WSO2: false; what is in front of the control planes is not the product's. No key; topology.yaml
	// says so by the load balancer's name.
	Sticky bool

	// Retry is for every path but revoked tokens. WSO2: 15 s × 2.0, at most 3600 s, 5 times
	// (deployment_retry_duration, retry_progression_factor, max_retry_count of
	// apim.sync_runtime_artifacts.gateway; APIUtil.java).
	Retry RetryConfig
	// Revoked is for /revokedjwt. WSO2: 15 s, 14 times after the first, and only if there was no
	// answer: an error status is final (RevokedJWTTokensRetriever.java).
	Revoked RetryConfig
	// Timeout is how long an attempt may stay without an answer, connecting included. WSO2: 30 s (the
	// Go adapter's; the gateway's own was not verified).
	Timeout event.Duration
	// NextServer tries the other servers at once, each once, before an attempt counts as failed.
	// WSO2: false.
	NextServer bool
	// Outstanding bounds the requests without a final answer; one more is given up at once. The
	// product has no bound but its memory; 0 is none.
	Outstanding int
}

// RetryConfig is what follows a failed attempt.
type RetryConfig struct {
	BackoffConfig
	Times      int  // how often after the first attempt
	AnswerOnly bool // any answer is final, whatever its status
}

// NoAnswer is the status of a PullResponse that stands for a request given up without any answer.
const NoAnswer = 0

// Pull asks the internal API at control planes behind a load balancer.
type Pull struct {
	cfg     PullConfig
	numbers *Numbers
	servers []server
	turn    int  // the server that had the last attempt
	leave   bool // sticky: an attempt there had no answer
	asked   []ask
	final   fifo[*event.PullResponse] // to be handed out, one a Step
}

// server is a control plane and the session to it, kept for the next request.
type server struct {
	to      event.Endpoint
	session node.SessionID // 0: none is open
	up      bool
}

// ask is a request without a final answer.
type ask struct {
	request *event.PullRequest
	server  int        // that has the attempt; -1: it waits for the next
	at      event.Mono // the attempt times out, or the next one begins
	failed  int        // attempts that failed
	others  int        // servers tried in this attempt, with NextServer
	status  int        // of this attempt's answer; NoAnswer while there is none
}

// NewPull returns a client that has asked nothing.
func NewPull(c PullConfig, n *Numbers) Pull {
	p := Pull{cfg: c, numbers: n, servers: make([]server, len(c.Servers)), turn: -1}
	for i, s := range c.Servers {
		p.servers[i].to = event.Endpoint{Node: s, Service: event.Pull}
	}
	return p
}

// Ask sends a request, with its own retries. Its ID is the asker's and must not be in use.
func (p *Pull) Ask(now node.Clock, r event.PullRequest, out *node.Output) {
	if len(p.servers) == 0 || p.cfg.Outstanding > 0 && len(p.asked) >= p.cfg.Outstanding {
		p.final.push(&event.PullResponse{ID: r.ID, Path: r.Path, Status: NoAnswer})
		return
	}
	p.asked = append(p.asked, ask{request: &r, server: -1})
	p.attempt(now, &p.asked[len(p.asked)-1], p.inTurn(), out)
}

// Outstanding is how many requests have no final answer yet.
func (p *Pull) Outstanding() int { return len(p.asked) + p.final.len() }

// Step acts on Tick and on Up, Down and Received of its own sessions. done says that resp is final for
// its ID: Status 200, or what the last attempt got after all retries (NoAnswer if nothing). One Step
// hands out one response; while there are more the Deadline is in the past.
func (p *Pull) Step(now node.Clock, in *node.Input, out *node.Output) (resp *event.PullResponse, done bool) {
	switch s := p.find(in.Session); {
	case in.Kind == node.Tick:
		p.tick(now, out)
	case s < 0:
	case in.Kind == node.Up:
		p.opened(s, out)
	case in.Kind == node.Down:
		p.down(now, s, in.Reason, out)
	case in.Kind == node.Received:
		p.answered(now, s, in, out)
	}
	if p.final.len() == 0 {
		return nil, false
	}
	return p.final.pop(), true
}

// Deadline is when the client next wants a Tick.
func (p *Pull) Deadline() event.Mono {
	if p.final.len() > 0 {
		return 0
	}
	next := event.Never
	for i := range p.asked {
		next = min(next, p.asked[i].at)
	}
	return next
}

func (p *Pull) find(s node.SessionID) int {
	for i := range p.servers {
		if s > 0 && p.servers[i].session == s {
			return i
		}
	}
	return -1
}

// inTurn is the server that the load balancer picks next.
func (p *Pull) inTurn() int {
	if p.cfg.Sticky && p.turn >= 0 && !p.leave {
		return p.turn
	}
	p.leave = false
	p.turn = (p.turn + 1) % len(p.servers)
	return p.turn
}

// attempt gives a request to a server's session, which is opened if there is none.
func (p *Pull) attempt(now node.Clock, a *ask, i int, out *node.Output) {
	a.server, a.status, a.at = i, NoAnswer, event.Never
	if p.cfg.Timeout > 0 {
		a.at = now.Mono.Add(p.cfg.Timeout)
	}
	s := &p.servers[a.server]
	switch {
	case s.up:
		out.Send(s.session, a.request)
	case s.session == 0:
		s.session = p.numbers.Next()
		out.Open(s.session, s.to)
	}
}

func (p *Pull) opened(i int, out *node.Output) {
	s := &p.servers[i]
	s.up = true
	out.Note(node.Note{Fact: node.SessionUp, Peer: s.to.Node, Detail: s.to.Service.String()})
	for j := range p.asked {
		if p.asked[j].server == i {
			out.Send(s.session, p.asked[j].request)
		}
	}
}

// down fails every attempt on a server's session.
func (p *Pull) down(now node.Clock, i int, why event.Reason, out *node.Output) {
	p.forget(i, why, out)
	for j := 0; j < len(p.asked); {
		if p.asked[j].server == i && p.failed(now, j, out) {
			continue
		}
		j++
	}
}

func (p *Pull) forget(i int, why event.Reason, out *node.Output) {
	s := &p.servers[i]
	if s.up {
		out.Note(node.Note{Fact: node.SessionLost, Peer: s.to.Node, Detail: s.to.Service.String(), Reason: why})
	}
	s.session, s.up = 0, false
}

func (p *Pull) answered(now node.Clock, i int, in *node.Input, out *node.Output) {
	r, ok := in.Msg.(*event.PullResponse)
	if !ok || r == nil {
		return
	}
	for j := range p.asked {
		a := &p.asked[j]
		if a.request.ID != r.ID || a.server != i {
			continue
		}
		if r.Problem != "" {
			out.Note(node.Note{Fact: node.EventIgnored, Reason: unused(r.Status), Peer: p.servers[i].to.Node, Detail: r.Problem})
		}
		a.status = r.Status
		if r.Status == statusOK || p.policy(a).AnswerOnly {
			p.finish(j, r)
		} else {
			p.failed(now, j, out)
		}
		return
	}
}

const (
	statusOK       = 200
	statusNotFound = 404
)

// unused says why an answer is of no use that says what is wrong: what was asked for is not there, or it could not be read.
func unused(status int) event.Reason {
	if status == statusNotFound {
		return event.Filtered
	}
	return event.Malformed
}

func (p *Pull) policy(a *ask) *RetryConfig {
	if a.request.Path == event.PathRevoked {
		return &p.cfg.Revoked
	}
	return &p.cfg.Retry
}

// failed plans what follows a failed attempt; true if that was the last and the request is gone.
func (p *Pull) failed(now node.Clock, j int, out *node.Output) bool {
	a := &p.asked[j]
	p.leave = p.leave || a.server == p.turn && a.status == NoAnswer
	if p.cfg.NextServer && a.others+1 < len(p.servers) {
		a.others++
		p.attempt(now, a, (a.server+1)%len(p.servers), out)
		return false
	}
	a.server, a.others = -1, 0
	a.failed++
	retry := p.policy(a)
	if a.failed > retry.Times {
		p.finish(j, &event.PullResponse{ID: a.request.ID, Path: a.request.Path, Status: a.status})
		return true
	}
	wait := retry.Wait(a.failed, keyOf(p.cfg.Self, string(a.request.Path))+a.request.ID)
	a.at = now.Mono.Add(wait)
	out.Note(node.Note{Fact: node.SessionRetry, Detail: string(a.request.Path), N: int64(wait)})
	return false
}

func (p *Pull) finish(j int, r *event.PullResponse) {
	p.asked = append(p.asked[:j], p.asked[j+1:]...)
	p.final.push(r)
}

// tick begins the attempts that are due and ends those that had no answer. A session that let one
// wait too long is closed; what else was asked on it is asked again on a new one, without a retry
// being counted.
func (p *Pull) tick(now node.Clock, out *node.Output) {
	for j := 0; j < len(p.asked); {
		a := &p.asked[j]
		switch {
		case now.Mono < a.at:
		case a.server < 0:
			p.attempt(now, a, p.inTurn(), out)
		default:
			i := a.server
			p.closeServer(i, out)
			if p.failed(now, j, out) {
				continue
			}
		}
		j++
	}
	p.reopen(out)
}

func (p *Pull) closeServer(i int, out *node.Output) {
	if s := &p.servers[i]; s.session != 0 {
		out.Close(s.session)
		p.forget(i, event.TimedOut, out)
	}
}

// reopen opens the session of each server that has attempts and no session.
func (p *Pull) reopen(out *node.Output) {
	for j := range p.asked {
		if i := p.asked[j].server; i >= 0 && p.servers[i].session == 0 {
			p.servers[i].session = p.numbers.Next()
			out.Open(p.servers[i].session, p.servers[i].to)
		}
	}
}
