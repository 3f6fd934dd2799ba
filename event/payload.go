package event

// AppendPayload appends the text of a topic message: {"event":{"payloadData":{…}}} with the members
// of the message's stream in the stream's order (carbon-analytics-common, JSONOutputMapper.java).
// Decision, BlockingCondition, KeyTemplate, TokenRevoked, Notification, KeyManagerEvent, WebhookEvent
// and the two of caches have such a form; what else is handed in gets ErrNoForm. (The product's
// GlobalCacheInvalidated is a JMS MapMessage of the same members.)
//
// The product puts strings between quotes as they are, so a quote in a throttle key yields broken
// JSON there. We escape: for values that need none the bytes are the product's, for others ours can
// be read. What the simulator knows beyond the product (Decision.Remaining, a key manager event's
// id, …) is a last member, written only when it is not zero; other consumers do not look at it.
func AppendPayload(b []byte, m Message) ([]byte, error) {
	switch m := m.(type) {
	case *Decision:
		return appendDecision(b, m), nil
	case *BlockingCondition:
		return appendBlocking(b, m), nil
	case *TokenRevoked:
		return appendRevocation(b, m), nil
	case *Notification:
		return appendNotification(b, m)
	case *KeyManagerEvent:
		return appendKeyManager(b, m), nil
	case *WebhookEvent:
		return appendWebhook(b, m), nil
	case *KeyTemplate:
		return appendKeyTemplate(b, m), nil
	case *CacheInvalidated:
		return appendCache(b, m), nil
	case *GlobalCacheInvalidated:
		return appendGlobalCache(b, m), nil
	case nil:
		return b, &FormError{Doing: "write a topic message", Kind: ErrNoForm, Detail: "there is no message"}
	}
	return b, &FormError{Doing: "write a topic message", Kind: ErrNoForm,
		Detail: "a " + m.Class().String() + " message does not travel on a topic"}
}

// ParsePayload reads the text of a message that came on a topic. Members that it does not know are
// passed over; a null text is an empty one, as the product writes null for an attribute that is not
// set. What is not JSON, lacks a member that the product's consumer needs, or has a member of another
// type than the stream says is ErrMalformed (the product's gateway also takes a number in quotes; the
// product never sends one). An event type that is not modelled, or a topic that carries none of our
// messages, is ErrUnknownType. A message comes back only without an error.
func ParsePayload(t Topic, b []byte) (Message, error) {
	switch t {
	case ThrottleData:
		return parseThrottleData(b)
	case TokenRevocation:
		return parseRevocation(b)
	case NotificationTopic:
		return parseNotification(b)
	case KeyManagerTopic:
		return parseKeyManager(b)
	case AsyncWebhooksData:
		return parseWebhook(b)
	case CacheInvalidation:
		return parseCache(b)
	case GlobalCacheInvalidation:
		return parseGlobalCache(b)
	}
	return nil, &FormError{Doing: "read a message of topic " + string(t), Kind: ErrUnknownType,
		Detail: "none of its messages is modelled"}
}

// ID is the number of the tenant: -1234 for the super tenant in every installation. Others have a
// number of their own database, which we do not know; 0 is what the product's deploy events carry
// (DeployAPIInGatewayEvent.java does not set it).
func (t Tenant) ID() int {
	if t == Super {
		return -1234
	}
	return 0
}
