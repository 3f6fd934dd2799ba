package session

import (
	"hubsim/event"
	"hubsim/node"
)

// DialConfig is how the AMQP client looks for a broker: the options of one broker in the brokerlist
// and the failover method, round robin over several brokers, plain repetition for one
// (andes-client FailoverRoundRobinServers.java, FailoverSingleServer.java, FailoverPolicy.java).
type DialConfig struct {
	// Retries is how often a broker is tried again before the next one's turn. WSO2: 5 where
	// retries='5' is read (jndi*.properties; api-manager.xml with SSL), and 0 for gateways and their
	// like without SSL, whose URLs begin "?&retries": the option lands under the name "&retries".
	// (FailoverRoundRobinServers takes a broker's retries over when it moves to it, so the product's
	// very first failover from the head of the list may skip them; here they always count.)
	Retries int
	// ConnectDelay is the pause before each attempt of a failover. WSO2: 50 ms (connectdelay), though
	// in its code a list of several pauses before repeats only: less than a second in all.
	ConnectDelay event.Duration
	// Cycles is how often the list is begun anew after its end. WSO2: 1 (no cyclecount is set).
	Cycles int
	// FromBeginning makes a failover start at the head of the list and not at the broker just lost.
	// WSO2: false (apim.throttling.sequential_failover_from_beginning).
	FromBeginning bool
	// ConnectTimeout is how long an attempt may stay without an answer. WSO2: 120 s in builds with
	// andes pull request 1064; before it the client waited as long as TCP does. 0 waits for ever.
	ConnectTimeout event.Duration
}

// client is the AMQP client under a consumer or publisher: at most one connection, to one of a list
// of brokers, with the client's own failover.
type client struct {
	cfg     DialConfig
	hubs    []event.NodeID
	numbers *Numbers
	state   clientState
	session node.SessionID // dialing, up
	at      event.Mono     // waiting: dial then; dialing: give up then
	hub     int            // index of the broker tried or used last; -1 before the first
	retry   int            // how often hub was tried again in this failover
	cycle   int            // how often the list was begun anew in this failover
}

type clientState uint8

const (
	closed  clientState = iota
	waiting             // for the connect delay to pass
	dialing
	up
)

// clientEvent is what a step of the client comes to.
type clientEvent uint8

const (
	clientNothing   clientEvent = iota
	clientUp                    // a connection is there
	clientLost                  // it went; the owner decides whether to fail over
	clientExhausted             // no attempt is left
)

func newClient(c DialConfig, hubs []event.NodeID, n *Numbers) client {
	return client{cfg: c, hubs: hubs, numbers: n, hub: -1}
}

// connect makes a new connection, from the head of the list, as new AMQConnection does.
func (k *client) connect(now event.Mono, out *node.Output) {
	k.drop(out)
	k.hub, k.retry, k.cycle = -1, 0, 0
	if k.next() {
		k.dial(now, out)
	}
}

// failover looks for a broker after a loss. It is false if no attempt is allowed.
func (k *client) failover(now event.Mono) bool {
	k.retry, k.cycle = 0, 0
	if k.cfg.FromBeginning && k.hub > 0 {
		k.hub = -1
	}
	return k.again(now)
}

// next chooses the broker to try next; false if the method allows no more attempts.
func (k *client) next() bool {
	switch {
	case len(k.hubs) == 0:
		return false
	case k.hub < 0:
		k.hub, k.retry = 0, 0
	case k.retry < k.cfg.Retries:
		k.retry++
	case k.cycle >= k.cfg.Cycles || len(k.hubs) == 1:
		return false
	case k.hub < len(k.hubs)-1:
		k.hub, k.retry = k.hub+1, 0
	default:
		k.hub, k.retry = 0, 0
		k.cycle++
	}
	return true
}

// again plans the next attempt behind the connect delay.
func (k *client) again(now event.Mono) bool {
	if !k.next() {
		k.state, k.session = closed, 0
		return false
	}
	k.state, k.session, k.at = waiting, 0, now.Add(k.cfg.ConnectDelay)
	return true
}

func (k *client) dial(now event.Mono, out *node.Output) {
	k.state, k.session, k.at = dialing, k.numbers.Next(), event.Never
	if k.cfg.ConnectTimeout > 0 {
		k.at = now.Add(k.cfg.ConnectTimeout)
	}
	out.Open(k.session, event.Endpoint{Node: k.hubs[k.hub], Service: event.Topics})
}

// drop closes what is open and stops trying.
func (k *client) drop(out *node.Output) {
	if k.state == dialing || k.state == up {
		out.Close(k.session)
	}
	k.state, k.session = closed, 0
}

// step takes an input that may concern the connection.
func (k *client) step(now event.Mono, in *node.Input, out *node.Output) clientEvent {
	switch {
	case in.Kind == node.Tick:
		return k.tick(now, out)
	case k.session == 0 || in.Session != k.session:
	case in.Kind == node.Up && k.state == dialing:
		k.state = up
		return clientUp
	case in.Kind == node.Down && k.state == dialing:
		return k.failed(now)
	case in.Kind == node.Down && k.state == up:
		k.state, k.session = closed, 0
		return clientLost
	}
	return clientNothing
}

func (k *client) tick(now event.Mono, out *node.Output) clientEvent {
	switch {
	case k.state == waiting && now >= k.at:
		k.dial(now, out)
	case k.state == dialing && now >= k.at:
		out.Close(k.session)
		return k.failed(now)
	}
	return clientNothing
}

func (k *client) failed(now event.Mono) clientEvent {
	if k.again(now) {
		return clientNothing
	}
	return clientExhausted
}

// mine tells whether a message came on the connection.
func (k *client) mine(in *node.Input) bool {
	return in.Kind == node.Received && k.state == up && in.Session == k.session
}

// target is the broker tried or used last.
func (k *client) target() event.NodeID {
	if k.hub < 0 {
		return ""
	}
	return k.hubs[k.hub]
}

func (k *client) deadline() event.Mono {
	if k.state == waiting || k.state == dialing {
		return k.at
	}
	return event.Never
}
