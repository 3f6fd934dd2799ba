package event

// IDOf returns the id under which a logical event is followed from its origin to its last receiver,
// or "" for a message that has none. Of a Publish it is the id of what is within.
// A nil pointer is such a message: it may have been published all the same.
func IDOf(m Message) string {
	switch m := m.(type) {
	case *Notification:
		if m != nil {
			return m.EventID
		}
	case *TokenRevoked:
		if m != nil {
			return m.EventID
		}
	case *KeyManagerEvent:
		if m != nil {
			return m.EventID
		}
	case *WebhookEvent:
		if m != nil {
			return m.EventID
		}
	case *Publish:
		if m != nil {
			return IDOf(m.Body)
		}
	}
	return ""
}
