package databridge

import (
	"encoding/binary"
	"math"
)

// The long way: frames of any type, and publishes event by event, with streams and values that the
// product's own do not have. The short way, AppendMessages, Decoder and Reader, is held to it.

// AppendFrame appends the type, the length of the body and the body.
func AppendFrame(b []byte, f Frame) []byte {
	b = append(b, byte(f.Type))
	return append(binary.BigEndian.AppendUint32(b, uint32(len(f.Body))), f.Body...)
}

// ParseFrame reads a frame, whatever its type. The body is part of b.
func ParseFrame(b []byte, limit int) (Frame, int, error) {
	length, err := frameLength(b, limit)
	if err != nil {
		return Frame{}, 0, err
	}
	c := cursor{b: b, n: headerSize}
	body := c.take(length, "the body")
	if err := c.err("read a frame"); err != nil {
		return Frame{}, 0, err
	}
	return Frame{Type: Type(b[0]), Body: body}, c.n, nil
}

// Publish is a bundle of events; the product's agent puts at most 200 into one.
type Publish struct {
	Session string
	Events  []Event
}

// AppendPublish appends the frame of a publish.
func AppendPublish(b []byte, p Publish) []byte {
	start := len(b)
	b = appendText(begin(b, PublishType), p.Session)
	b = binary.BigEndian.AppendUint32(b, uint32(len(p.Events)))
	for i := range p.Events {
		b = AppendEvent(b, &p.Events[i])
	}
	return finish(b, start)
}

// ParsePublish reads the body of a publish. If some events cannot be read and their lengths are sound,
// the others come back together with a *BundleError. The product's receiver says OK before it looks
// at the events, so a sender never hears of it (carbon-analytics-common, binary receiver).
func ParsePublish(body []byte, streams Streams) (Publish, int, error) {
	c, session, count, err := bundleHead(body)
	if err != nil {
		return Publish{}, 0, err
	}
	p := Publish{Session: session, Events: make([]Event, 0, min(count, 200))}
	var bad *BundleError
	for range count {
		e, n, err := ParseEvent(body[c.n:], streams)
		if n == 0 {
			return Publish{}, 0, brokenBundle(err)
		}
		c.n += n
		if err != nil {
			bad = bad.add(err)
			continue
		}
		p.Events = append(p.Events, e)
	}
	if bad != nil {
		return p, c.n, bad
	}
	return p, c.n, nil
}

// Float makes a FLOAT.
func Float(v float32) Value { return Value{kind: KindFloat, bits: uint64(math.Float32bits(v))} }

// Double makes a DOUBLE.
func Double(v float64) Value { return Value{kind: KindDouble, bits: math.Float64bits(v)} }
