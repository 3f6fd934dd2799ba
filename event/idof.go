package event

// IDOf returns the id under which a logical event is followed from its origin to its last receiver,
// or "" for a message that has none. Of a Publish it is the id of what is within.
func IDOf(m Message) string {
	switch m := m.(type) {
	case *Notification:
		return m.EventID
	case *TokenRevoked:
		return m.EventID
	case *KeyManagerEvent:
		return m.EventID
	case *WebhookEvent:
		return m.EventID
	case *Publish:
		return IDOf(m.Body)
	}
	return ""
}
