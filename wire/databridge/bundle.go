package databridge

import (
	"encoding/binary"

	"hubsim/event"
)

// AppendMessages appends the frame of a publish that holds the messages; the product's agent puts at
// most 200 into one. Those that have no timestamp of their own (see FromMessage) get at. On an error
// b is as it was.
func AppendMessages(b []byte, session string, messages []event.Message, at event.Wall) ([]byte, error) {
	start := len(b)
	b = appendText(begin(b, PublishType), session)
	b = binary.BigEndian.AppendUint32(b, uint32(len(messages)))
	for _, m := range messages {
		var err error
		if t, ok := m.(*event.Throttle); ok {
			b, err = appendThrottle(b, t)
		} else {
			var e Event
			e, err = FromMessage(m, at)
			b = AppendEvent(b, &e)
		}
		if err != nil {
			return b[:start], err
		}
	}
	return finish(b, start), nil
}

// Decoder reads the messages of publishes. Throttle events of one caller share their attributes, as
// they do at the gateway that made them, so that the tenth call of a caller costs no strings. It is
// used from one goroutine, or a connection of its own.
type Decoder struct {
	streams Streams
	callers map[string]*event.Attributes // by their bytes on the wire
	held    int                          // bytes of these
}

// callerLimit bounds the bytes by which a Decoder remembers callers: at about 300 each, 27,000 of
// them, and twice the bytes with their texts. When it is full it forgets all and begins anew; the
// messages are the same either way.
const callerLimit = 8 << 20

// NewDecoder makes a Decoder for the product's streams.
func NewDecoder() *Decoder {
	return &Decoder{streams: Product(), callers: make(map[string]*event.Attributes)}
}

// Bundle is a publish whose events have become messages.
type Bundle struct {
	Session  string
	Messages []event.Message
}

// Messages reads the body of a publish. If some events cannot be read or are not modelled, and their
// lengths are sound, the others come back together with a *BundleError. The product's receiver says
// OK before it looks at the events, so a sender never hears of it (carbon-analytics-common, binary
// receiver).
func (d *Decoder) Messages(body []byte) (Bundle, error) {
	c, session, count, err := bundleHead(body)
	if err != nil {
		return Bundle{}, err
	}
	all := Bundle{Session: session, Messages: make([]event.Message, 0, min(count, 200))}
	var bad *BundleError
	for range count {
		m, n, err := d.message(body[c.n:])
		if n == 0 {
			return Bundle{}, brokenBundle(err)
		}
		c.n += n
		if err != nil {
			bad = bad.add(err)
			continue
		}
		all.Messages = append(all.Messages, m)
	}
	if bad != nil {
		return all, bad
	}
	return all, nil
}

// message reads one event; n is as ParseEvent's.
func (d *Decoder) message(b []byte) (m event.Message, n int, err error) {
	outer := cursor{b: b}
	inner := cursor{b: outer.rawText("the event")}
	at := event.Wall(inner.uint64("the timestamp"))
	if string(inner.rawText("the stream id")) == string(event.RequestStream) {
		if t := d.throttle(&inner); t != nil {
			t.At = at
			return t, outer.n, nil
		}
	}
	e, n, err := ParseEvent(b, d.streams) // any other stream, and what is wrong with this one
	if err != nil {
		return nil, n, err
	}
	m, err = ToMessage(e)
	return m, n, err
}

// throttle reads the values of a throttle event, or gives nil if they are not sound.
func (d *Decoder) throttle(c *cursor) *event.Throttle {
	id := requestID(c.rawText("messageID"))
	from := c.n
	for range callerAttributes {
		c.rawText("an attribute")
	}
	caller := c.b[from:c.n]
	properties := c.rawText("properties")
	for c.kind == nil && c.n < len(c.b) { // the map
		c.rawText("a map entry's name")
		c.rawText("a map entry's value")
	}
	if c.kind != nil {
		return nil
	}
	return &event.Throttle{Attributes: d.caller(caller), ID: id, Properties: string(properties)}
}

// caller finds or makes the attributes of these bytes.
func (d *Decoder) caller(raw []byte) *event.Attributes {
	if a, known := d.callers[string(raw)]; known {
		return a
	}
	c := cursor{b: raw}
	var texts [callerAttributes]string
	for i := range texts {
		texts[i] = c.text("an attribute")
	}
	a := callerOf(&texts)
	if d.held+len(raw) > callerLimit {
		clear(d.callers)
		d.held = 0
	}
	if len(raw) <= callerLimit {
		d.held += len(raw)
		d.callers[string(raw)] = a
	}
	return a
}
