package session

import (
	"hubsim/event"
	"hubsim/node"
)

// PublisherConfig is how a JMS publisher keeps its connection, and what it keeps without one.
type PublisherConfig struct {
	// Hubs is a failover list: one of them gets each message, never several (event_duplicate_url with
	// several URLs).
	Hubs []event.NodeID
	Self event.NodeID // keys the jitter
	Dial DialConfig

	// Queue bounds what waits for a connection or, with Senders, for a thread. WSO2: 10000, the adapter's
	// job queue (output-event-adapters.xml, jms, jobQueueSize). 0 drops at once what would have to wait.
	// What waits does so for as long as a connection is tried: the 3 s for which the product's pool lets a
	// thread wait to borrow one (JMSConnectionFactory.java, maxWait) begin when all 100 are lent, and
	// there are no more than 100 threads.
	Queue int
	// Senders are the threads that publish. WSO2: 8 to 100; all publishers of a node share them.
	Senders SendersConfig
	// IdleClose closes a connection that sent nothing for so long, so that the next message needs a new
	// one. WSO2: 3 s (JMSConnectionFactory.java, minEvictableIdleTimeMillis; it looks every 5 s, here it
	// looks in time). 0 keeps it.
	IdleClose event.Duration

	// Store is store and forward: what waits is kept until a connection is there, the publisher tries
	// again by itself after Again, and what the broker did not confirm is sent again. WSO2: false; a
	// message without a connection is lost and only the next one tries again (JMSMessageSender.java).
	Store bool
	// Again is the wait between rounds of attempts with Store.
	Again BackoffConfig
	// Heartbeat, with Store, is how often a heartbeat follows what was sent. Its echo confirms all
	// before it, and HeartbeatFactor times Heartbeat without one is a lost connection. 0 confirms
	// nothing and sends nothing again. WSO2: 0.
	Heartbeat       event.Duration
	HeartbeatFactor int
}

// Publisher is a JMS publisher towards one list of brokers.
type Publisher struct {
	cfg     PublisherConfig
	client  client
	pool    *senders     // nil: there are no threads
	queued  int          // how many messages wait for one of them
	urgent  fifo[letter] // token revocations, with Store
	queue   fifo[letter]
	sent    fifo[letter] // sent and not confirmed, with Store and Heartbeat
	marked  int          // how many of sent the heartbeat on its way will confirm
	beating bool         // a heartbeat is on its way
	beatAt  event.Mono   // when the last one left
	spoke   event.Mono
	attempt int
	retryAt event.Mono

	busy     []lingering // what threads are busy with, in the order in which they will be done
	lingered uint64      // how many ever were
}

// letter is a message on its way to a broker.
type letter struct {
	topic event.Topic
	msg   event.Message
	at    event.Mono // when it was published
	again bool       // it was sent before, or may have been
	held  bool       // a thread waits with it
}

// NewPublisher returns a publisher that has not started.
func NewPublisher(c PublisherConfig, n *Numbers) Publisher {
	return Publisher{cfg: c, client: newClient(c.Dial, c.Hubs, n), pool: newSenders(c), retryAt: event.Never}
}

// Start connects.
func (p *Publisher) Start(now node.Clock, out *node.Output) { p.client.connect(now.Mono, out) }

// Connected tells whether the publisher is connected, as far as it knows.
func (p *Publisher) Connected() bool { return p.client.state == up }

// Depth is how many messages wait for a connection or a thread.
func (p *Publisher) Depth() int { return p.waiting() + p.queued + len(p.busy) }

// waiting is how many messages wait for a connection.
func (p *Publisher) waiting() int { return p.urgent.len() + p.queue.len() }

// Depths says the depth, under the first broker of the list; nothing if there is no broker.
func (p *Publisher) Depths(say node.Depth) {
	if len(p.cfg.Hubs) > 0 {
		say("publisher", p.cfg.Hubs[0], p.Depth())
	}
}

// Publish sends a message, or lets it wait, or drops it. Its note is EventPublished when it leaves
// for the first time, EventResent each time after that, PublishDropped when it never will; of a decision it says Key, On and Expiry.
func (p *Publisher) Publish(now node.Clock, topic event.Topic, m event.Message, out *node.Output) {
	p.post(now, letter{topic: topic, msg: m, at: now.Mono}, out)
}

// PublishAgain is Publish for what may have left before; its note is EventResent, and none if it never leaves.
func (p *Publisher) PublishAgain(now node.Clock, topic event.Topic, m event.Message, out *node.Output) {
	p.post(now, letter{topic: topic, msg: m, at: now.Mono, again: true}, out)
}

func (p *Publisher) post(now node.Clock, l letter, out *node.Output) {
	switch {
	case p.pool != nil && len(p.cfg.Hubs) > 0:
		p.pool.take(now, job{p, l}, out)
	case p.client.state == up:
		p.send(now, l, out)
	default:
		p.await(now, l, out)
	}
}

// await keeps a message until there is a connection, and tries to make one.
func (p *Publisher) await(now node.Clock, l letter, out *node.Output) {
	p.enqueue(l, out)
	if p.client.state == closed && p.retryAt == event.Never {
		p.client.connect(now.Mono, out)
	}
}

// Step acts on Tick and on Up, Down and Received of its own session.
func (p *Publisher) Step(now node.Clock, in *node.Input, out *node.Output) {
	if p.client.mine(in) {
		p.echoed(in)
		return
	}
	switch p.client.step(now.Mono, in, out) {
	case clientUp:
		p.connected(now, out)
	case clientLost:
		p.lost(now, in.Reason, out)
	case clientExhausted:
		p.exhausted(now, out)
	}
	if in.Kind == node.Tick {
		p.tick(now, out)
	}
}

// Deadline is when the publisher next wants a Tick.
func (p *Publisher) Deadline() event.Mono {
	next := min(p.client.deadline(), p.retryAt, p.finished())
	if p.client.state != up {
		return next
	}
	if p.cfg.IdleClose > 0 {
		next = min(next, p.spoke.Add(p.cfg.IdleClose))
	}
	return min(next, p.nextBeat())
}

func (p *Publisher) enqueue(l letter, out *node.Output) {
	switch {
	case l.held:
		p.line(l).push(l)
	case p.cfg.Queue == 0, len(p.cfg.Hubs) == 0:
		p.dropped(l, event.NoSession, out)
	case p.waiting() < p.cfg.Queue:
		p.line(l).push(l)
	case p.line(l) == &p.urgent && p.queue.len() > 0:
		p.dropped(p.queue.pop(), event.BufferFull, out)
		p.urgent.push(l)
	default:
		p.dropped(l, event.BufferFull, out)
	}
}

// line is where a message waits: with Store a revocation overtakes everything else.
func (p *Publisher) line(l letter) *fifo[letter] {
	if _, ok := l.msg.(*event.TokenRevoked); ok && p.cfg.Store {
		return &p.urgent
	}
	return &p.queue
}

func (p *Publisher) connected(now node.Clock, out *node.Output) {
	p.attempt, p.retryAt = 0, event.Never
	p.spoke, p.beatAt = now.Mono, now.Mono
	out.Note(node.Note{Fact: node.SessionUp, Peer: p.client.target(), Detail: publisherDetail})
	for p.urgent.len() > 0 {
		p.send(now, p.urgent.pop(), out)
	}
	for p.queue.len() > 0 {
		p.send(now, p.queue.pop(), out)
	}
	p.released(now, out)
}

// publisherDetail is the Detail of a publisher's session notes: the service, for it serves many topics.
const publisherDetail = "topics"

func (p *Publisher) send(now node.Clock, l letter, out *node.Output) {
	p.release(l)
	l.held = false
	body, late := aged(l.msg, now.Mono.Sub(l.at))
	if late {
		p.dropped(l, event.LateDropped, out)
		return
	}
	p.spoke = now.Mono
	out.Send(p.client.session, &event.Publish{Topic: l.topic, Body: body})
	if l.again {
		out.Note(p.fate(node.EventResent, l))
	} else {
		out.Note(p.fate(node.EventPublished, l))
	}
	p.remember(l)
}

// aged is a message as it stands after a wait: what a decision says of its remaining time runs while
// it waits. late is set if none is left.
func aged(m event.Message, waited event.Duration) (body event.Message, late bool) {
	d, ok := m.(*event.Decision)
	if !ok || d == nil || d.Remaining == 0 || waited == 0 {
		return m, false
	}
	if d.Remaining <= waited {
		return nil, true
	}
	older := *d
	older.Remaining -= waited
	return &older, false
}

func (p *Publisher) dropped(l letter, why event.Reason, out *node.Output) {
	p.release(l)
	if l.again {
		return // it left once, and that is what its note says
	}
	n := p.fate(node.PublishDropped, l)
	n.Reason = why
	out.Note(n)
}

// fate is the note of what becomes of a message.
func (p *Publisher) fate(f node.Fact, l letter) node.Note {
	n := node.Note{Fact: f, ID: event.IDOf(l.msg), Detail: string(l.topic), Peer: p.client.target()}
	if d, ok := l.msg.(*event.Decision); ok && d != nil {
		n.Key, n.On, n.Expiry = d.Key, d.IsThrottled, d.Expiry
	}
	return n
}

func (p *Publisher) lost(now node.Clock, why event.Reason, out *node.Output) {
	out.Note(node.Note{Fact: node.SessionLost, Peer: p.client.target(), Detail: publisherDetail, Reason: why})
	p.takeBack(out)
	if !p.client.failover(now.Mono) {
		p.exhausted(now, out)
	}
	p.released(now, out)
}

// exhausted is called when no broker of the list could be reached.
func (p *Publisher) exhausted(now node.Clock, out *node.Output) {
	if p.cfg.Store {
		p.attempt++
		wait := p.cfg.Again.Wait(p.attempt, keyOf(p.cfg.Self, string(p.client.target())))
		p.retryAt = now.Mono.Add(wait)
		out.Note(node.Note{Fact: node.SessionRetry, Peer: p.client.target(), Detail: publisherDetail, N: int64(wait)})
		return
	}
	for p.queue.len() > 0 {
		p.dropped(p.queue.pop(), event.GaveUp, out)
	}
	p.released(now, out)
}

func (p *Publisher) tick(now node.Clock, out *node.Output) {
	p.finish(now, out)
	if now.Mono >= p.retryAt {
		p.retryAt = event.Never
		p.client.connect(now.Mono, out)
	}
	if p.client.state == up {
		p.beat(now, out)
		p.idle(now, out)
	}
}

func (p *Publisher) idle(now node.Clock, out *node.Output) {
	if p.client.state == up && p.cfg.IdleClose > 0 && now.Mono >= p.spoke.Add(p.cfg.IdleClose) {
		out.Note(node.Note{Fact: node.SessionLost, Peer: p.client.target(), Detail: publisherDetail, Reason: event.Closed})
		p.client.drop(out)
	}
}
