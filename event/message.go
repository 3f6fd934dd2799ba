package event

// Message is what may cross a border between two nodes, or between a node and its callers. Messages
// are pointers to structs that nobody changes once they are handed over.
type Message interface {
	// Class is the kind of the message, for traces, accounting and metrics.
	Class() Class
}

// Class is the kind of a message.
type Class uint8

// The classes of messages.
const (
	ClassNone Class = iota
	ClassRequest
	ClassReply
	ClassThrottle
	ClassDecision
	ClassRevocation
	ClassNotification
	ClassKeyManager
	ClassWebhook
	ClassBlocking
	ClassSubscribe
	ClassBatch
	ClassBatchAck
	ClassPull
	ClassPulled
	ClassStore
	ClassStored
	ClassStep
	ClassStepDone
	ClassHeartbeat
	ClassCounter
	ClassCounted
	ClassKeyTemplate
	ClassCache
	ClassUnreadable
	classes
)

var classNames = [classes]string{
	"none", "request", "reply", "throttle", "decision", "revocation", "notification", "key-manager", "webhook",
	"blocking", "subscribe", "batch", "batch-ack", "pull", "pulled", "store", "stored", "step", "step-done", "heartbeat",
	"counter", "counted", "key-template", "cache", "unreadable",
}

// String names the class.
func (c Class) String() string {
	if c < classes {
		return classNames[c]
	}
	return "?"
}

// Subscribe asks a broker for a topic's messages on this session from now on. Subscriptions are not
// durable: what is published without one is not kept (JMSTaskManager.java, subscriptionDurable=false).
type Subscribe struct{ Topic Topic }

// Class implements Message.
func (*Subscribe) Class() Class { return ClassSubscribe }

// Publish carries a message to a broker and, the same value, from the broker to each subscriber.
type Publish struct {
	Topic Topic
	Body  Message
}

// Class is the class of the message within.
func (p *Publish) Class() Class { return p.Body.Class() }

// Batch carries events over the data bridge: at most 200 (data-agent-config.xml.j2, BatchSize).
type Batch struct {
	Seq    uint64 // the sender's count, echoed by the ack
	Events []Message
}

// Class implements Message.
func (*Batch) Class() Class { return ClassBatch }

// BatchAck is the receiver's answer to a batch: it has the bytes. The product's receiver answers
// before it decodes (carbon-analytics-common, binary receiver).
type BatchAck struct{ Seq uint64 }

// Class implements Message.
func (*BatchAck) Class() Class { return ClassBatchAck }

// Heartbeat is sent on a session that has been silent, and comes back.
type Heartbeat struct{}

// Class implements Message.
func (*Heartbeat) Class() Class { return ClassHeartbeat }
