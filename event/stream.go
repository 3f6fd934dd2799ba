package event

// Stream is the id of an event stream, name and version, as the data bridge carries it.
type Stream string

// The streams of the product's event processor that cross a node's border here (carbon-apimgt,
// throttling.siddhi.extension.feature/…/eventstreams; package wire/databridge holds their attributes).
const (
	RequestStream      Stream = "org.wso2.throttle.request.stream:1.0.0"
	BlockingStream     Stream = "org.wso2.blocking.request.stream:1.0.0"
	NotificationStream Stream = "org.wso2.apimgt.notification.stream:1.0.0"
	RevocationStream   Stream = "org.wso2.apimgt.token.revocation.stream:1.0.0"
	KeyManagerStream   Stream = "org.wso2.apimgt.keymgt.stream:1.0.0"
	CacheStream        Stream = "cache.invalidation.stream:1.0.0"
	WebhookStream      Stream = "org.wso2.apimgt.webhooks.request.stream:1.0.0"
)

// Topic is the topic that a stream's JMS publisher writes to, or "" for the request stream: its
// events end at the traffic manager (eventpublishers/*.xml of the same feature).
func (s Stream) Topic() Topic {
	switch s {
	case BlockingStream:
		return ThrottleData
	case NotificationStream:
		return NotificationTopic
	case RevocationStream:
		return TokenRevocation
	case KeyManagerStream:
		return KeyManagerTopic
	case WebhookStream:
		return AsyncWebhooksData
	case CacheStream:
		return GlobalCacheInvalidation
	}
	return ""
}
