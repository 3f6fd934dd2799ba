package event

import "encoding/base64"

func appendNotification(b []byte, n *Notification) ([]byte, error) {
	start := len(b)
	b = append(b, payloadHead...)
	b = appendText(b, `"eventType":`, string(n.Type))
	b = appendLong(b, `,"timestamp":`, int64(n.At))
	b = append(b, `,"event":"`...)
	from := len(b)
	b, err := appendNotified(b, n)
	if err != nil {
		return b[:start], err
	}
	b = append(encodeTail(b, from), '"')
	return append(b, payloadTail...), nil
}

// NotificationText is the attribute event of a notification: base64 of JSON. Member names and order
// are those of the product's classes, subclass first, then the five of their base (apimgt.impl,
// notifier/events/*.java as Gson writes them).
func NotificationText(n *Notification) (string, error) {
	b, err := appendNotified(nil, n)
	if err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(b), nil
}

// ParseNotification reads a notification of a type from its attribute event. An event without a
// timeStamp of its own was made at the envelope's.
func ParseNotification(t Type, at Wall, text string) (*Notification, error) {
	body, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, &FormError{Doing: "read a notification", Kind: ErrMalformed, Member: "event", Detail: "base64 was expected: " + err.Error()}
	}
	return parseNotified(t, at, body)
}

func parseNotification(b []byte) (Message, error) {
	r := jsonReader{b: b}
	var (
		kind Type
		at   Wall
		body []byte
	)
	for name := range r.payload {
		switch string(name) {
		case "eventType":
			kind = Type(r.text())
		case "timestamp", "timeStamp": // the Go adapter reads either
			at = Wall(r.long())
		case "event":
			body = r.encoded()
		default:
			r.skip()
		}
	}
	switch {
	case kind == "":
		r.missing("eventType")
	case len(body) == 0:
		r.missing("event")
	}
	if err := r.err("read a notification"); err != nil {
		return nil, err
	}
	n, err := parseNotified(kind, at, body)
	if err != nil {
		return nil, err
	}
	return n, nil
}
