package event

// NodeID names one machine of a deployment: "gw-1", "tm-1", "cp-1", "cp-1.tm", "tm-1.broker".
// What stands before the first dot is the host it runs on; a crash of a host takes all its machines.
type NodeID string

// Host returns the host that the node runs on.
func (n NodeID) Host() NodeID {
	for i := range len(n) {
		if n[i] == '.' {
			return n[:i]
		}
	}
	return n
}

// RequestID numbers an API call of the workload. It travels as the throttle event's messageID, so
// that each count at a traffic manager can be traced to the call it stands for. 0 is no call.
type RequestID uint64

// CallID numbers a call into a node, an API call or an administrator's step, until its Answer.
type CallID uint64

// ThrottleKey is what is counted and throttled, e.g. "7:/pizza/1.0.0:1.0.0:Gold".
type ThrottleKey string

// TokenID is a token's jti.
type TokenID string

// Tenant is a tenant domain, e.g. "carbon.super".
type Tenant string

// Super is the tenant that every installation has.
const Super Tenant = "carbon.super"

// Service is the kind of thing that a session reaches at a node.
type Service uint8

// The services of a node.
const (
	Topics   Service = iota + 1 // the broker's topics (AMQP, 5672 in the product)
	Feed                        // the data-bridge receiver (9611)
	Pull                        // the internal API /internal/data/v1 (9443)
	Database                    // the shared database
	Counters                    // the key-value store of shared counters (Redis, 6379)
)

var serviceNames = [...]string{"?", "topics", "feed", "pull", "database", "counters"}

// String names the service.
func (s Service) String() string {
	if int(s) < len(serviceNames) {
		return serviceNames[s]
	}
	return "?"
}

// Endpoint is where a session leads.
type Endpoint struct {
	Node    NodeID
	Service Service
}

// String prints the endpoint as node/service.
func (e Endpoint) String() string { return string(e.Node) + "/" + e.Service.String() }
