package session

import (
	"slices"

	"hubsim/event"
	"hubsim/node"
)

// TopicConfig is how a consumer of a topic keeps its connection.
type TopicConfig struct {
	Topic event.Topic
	Hubs  []event.NodeID // the brokers, in the order of the brokerlist
	Self  event.NodeID   // keys the jitter
	Dial  DialConfig     // layer 1: the AMQP client's silent failover

	// First is the wait between attempts to connect for the first time, each begun when the attempt
	// before has failed. WSO2: 20 s, 40 … 3600 s: 10 s are doubled before the first sleep
	// (JMSListener.java).
	First BackoffConfig
	// Again is the wait between attempts of layer 2, after the grace. WSO2: as First
	// (JMSTaskManager.java).
	Again BackoffConfig
	// Grace is how long layer 2 watches an attempt before it counts as failed. WSO2: 5 s.
	Grace event.Duration

	// Heartbeat is the silence after which a heartbeat is sent to a broker that proposes none of its own.
	// WSO2: 0, off (qpid.heartbeat.delay).
	Heartbeat event.Duration
	// Proposals are the heartbeats that the brokers' own files set.
	Proposals []Proposal
	// HeartbeatFactor times Heartbeat without a word from the broker is a lost connection. WSO2: 2,
	// whatever the broker's own qpid.heartbeat.timeout_factor says: the client has its own.
	HeartbeatFactor int
	// FailBack is how often a consumer that is not on the first hub tries to return to it. WSO2: 0,
	// never.
	FailBack event.Duration
	// Stay are hubs that it does not leave for the first one: of traffic managers that copy no decisions to
	// each other, one that was away has forgotten what the other has counted.
	Stay []event.NodeID
}

// TopicEvent is what a step of a topic comes to.
type TopicEvent uint8

// The events of a topic.
const (
	TopicNothing  TopicEvent = iota
	TopicUp                  // connected for the first time
	TopicBack                // back within layer 1, or on the first hub again: the product tells its listener nothing
	TopicRestored            // back after layer 2: the product calls onReconnect where a listener has it (4.3 on)
	TopicMessage             // a message came
	TopicLost                // the connection went
)

var topicEventNames = [...]string{"nothing", "up", "back", "restored", "message", "lost"}

// String names the event.
func (e TopicEvent) String() string {
	if int(e) < len(topicEventNames) {
		return topicEventNames[e]
	}
	return "?"
}

// layer is who looks for a broker.
type layer uint8

const (
	firstLayer  layer = iota // nobody has been connected yet
	silentLayer              // the AMQP client
	taskLayer                // the task manager
)

// Topic keeps one JMS consumer: one connection, one subscription, not durable. What is published
// while it is away is lost (JMSTaskManager.java).
type Topic struct {
	cfg     TopicConfig
	client  client
	layer   layer
	attempt int        // failed rounds since the loss, or since Start
	round   event.Mono // when layer 2 (or the first connection) acts next
	grace   bool       // until round an attempt is watched; else until round there is sleep
	heard   event.Mono // when the broker was last heard
	spoke   event.Mono // when something was last sent
	acked   event.Mono // when a message was last acknowledged
	pulse   Proposal   // of the broker that it is connected to
	probe   node.SessionID
	probeAt event.Mono // when to probe the first hub, or to give up the probe
}

// NewTopic returns a consumer that has not started.
func NewTopic(c TopicConfig, n *Numbers) Topic {
	return Topic{cfg: c, client: newClient(c.Dial, c.Hubs, n), round: event.Never, probeAt: event.Never}
}

// Start connects for the first time.
func (t *Topic) Start(now node.Clock, out *node.Output) { t.client.connect(now.Mono, out) }

// Connected tells whether the consumer is connected, as far as it knows.
func (t *Topic) Connected() bool { return t.client.state == up }

// Hub returns the broker used or tried last, "" before the first attempt.
func (t *Topic) Hub() event.NodeID { return t.client.target() }

// Name returns the topic.
func (t *Topic) Name() event.Topic { return t.cfg.Topic }

// Step acts on Tick and on Up, Down and Received of its own sessions. msg is set with TopicMessage
// only, and there it may be nil if the publisher put nothing within.
func (t *Topic) Step(now node.Clock, in *node.Input, out *node.Output) (msg event.Message, what TopicEvent) {
	if t.client.mine(in) {
		return t.received(now, in)
	}
	if t.probe != 0 && in.Session == t.probe {
		return nil, t.probed(now, in, out)
	}
	switch t.client.step(now.Mono, in, out) {
	case clientUp:
		return nil, t.connected(now, out)
	case clientLost:
		t.lost(now, in.Reason, out)
		return nil, TopicLost
	case clientExhausted:
		t.exhausted(now, out)
	}
	if in.Kind == node.Tick {
		return nil, t.tick(now, out)
	}
	return nil, TopicNothing
}

// Deadline is when the topic next wants a Tick.
func (t *Topic) Deadline() event.Mono {
	next := min(t.client.deadline(), t.round, t.probeAt)
	if t.client.state == up && t.pulse.Every > 0 {
		next = min(next, t.spoke.Add(t.pulse.Every), t.silence(), t.dropped())
	}
	return next
}

func (t *Topic) received(now node.Clock, in *node.Input) (event.Message, TopicEvent) {
	t.heard = now.Mono
	if p, ok := in.Msg.(*event.Publish); ok && p != nil {
		t.acked = now.Mono
		return p.Body, TopicMessage
	}
	return nil, TopicNothing
}

// connected subscribes and says which layer brought the connection.
func (t *Topic) connected(now node.Clock, out *node.Output) TopicEvent {
	what := [...]TopicEvent{firstLayer: TopicUp, silentLayer: TopicBack, taskLayer: TopicRestored}[t.layer]
	t.layer, t.attempt, t.round, t.grace = silentLayer, 0, event.Never, false
	t.subscribe(now, out)
	return what
}

func (t *Topic) subscribe(now node.Clock, out *node.Output) {
	t.heard, t.spoke, t.acked = now.Mono, now.Mono, now.Mono
	t.pulse = t.cfg.pulse(t.Hub())
	t.probeAt = event.Never
	if t.cfg.FailBack > 0 && t.client.hub > 0 && !slices.Contains(t.cfg.Stay, t.Hub()) {
		t.probeAt = t.nextProbe(now)
	}
	out.Note(node.Note{Fact: node.SessionUp, Peer: t.Hub(), Detail: string(t.cfg.Topic)})
	out.Send(t.client.session, &event.Subscribe{Topic: t.cfg.Topic})
}

// lost hands the search to layer 1, and at once to layer 2 if that may not try at all.
func (t *Topic) lost(now node.Clock, why event.Reason, out *node.Output) {
	out.Note(node.Note{Fact: node.SessionLost, Peer: t.Hub(), Detail: string(t.cfg.Topic), Reason: why})
	t.unprobe(out)
	t.probeAt = event.Never
	if !t.client.failover(now.Mono) {
		t.exhausted(now, out)
	}
}

// exhausted is called when the AMQP client has used up its attempts.
func (t *Topic) exhausted(now node.Clock, out *node.Output) {
	switch t.layer {
	case firstLayer:
		t.sleep(now, t.cfg.First, out)
	case silentLayer:
		t.layer = taskLayer
		t.restart(now, out)
	case taskLayer: // the grace goes on: the timetable is the task manager's
	}
}

// restart is one attempt of layer 2, or of the first connection.
func (t *Topic) restart(now node.Clock, out *node.Output) {
	t.client.connect(now.Mono, out)
	t.round, t.grace = event.Never, false
	if t.layer == taskLayer {
		t.round, t.grace = now.Mono.Add(t.cfg.Grace), true
	}
}

func (t *Topic) sleep(now node.Clock, b BackoffConfig, out *node.Output) {
	t.attempt++
	wait := b.Wait(t.attempt, keyOf(t.cfg.Self, string(t.cfg.Topic)))
	t.round, t.grace = now.Mono.Add(wait), false
	out.Note(node.Note{Fact: node.SessionRetry, Peer: t.Hub(), Detail: string(t.cfg.Topic), N: int64(wait)})
}

func (t *Topic) tick(now node.Clock, out *node.Output) TopicEvent {
	if now.Mono >= t.round {
		if t.grace {
			t.sleep(now, t.cfg.Again, out)
		} else {
			t.restart(now, out)
		}
	}
	if now.Mono >= t.probeAt {
		t.probeFirst(now, out)
	}
	return t.beat(now, out)
}
