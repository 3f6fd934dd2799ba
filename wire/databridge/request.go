package databridge

import (
	"encoding/binary"

	"hubsim/event"
)

// Login asks for a session. The product's agent sends it on the TLS port and may then publish on the
// other one: a session is not bound to a connection, and ends after 30 idle minutes.
type Login struct{ User, Password string }

// AppendLogin appends the frame of a login.
func AppendLogin(b []byte, l Login) []byte {
	start := len(b)
	b = begin(b, LoginType)
	b = binary.BigEndian.AppendUint32(b, uint32(len(l.User)))
	b = binary.BigEndian.AppendUint32(b, uint32(len(l.Password)))
	return finish(append(append(b, l.User...), l.Password...), start)
}

// ParseLogin reads the body of a login.
func ParseLogin(body []byte) (Login, int, error) {
	c := cursor{b: body}
	user, password := c.length("the user"), c.length("the password")
	l := Login{User: string(c.take(user, "the user")), Password: string(c.take(password, "the password"))}
	if err := c.whole("read a login"); err != nil {
		return Login{}, 0, err
	}
	return l, c.n, nil
}

// Logout ends a session.
type Logout struct{ Session string }

// AppendLogout appends the frame of a logout: what a real agent says when it stops. Ours hangs up.
func AppendLogout(b []byte, l Logout) []byte {
	start := len(b)
	return finish(appendText(begin(b, LogoutType), l.Session), start)
}

// ParseLogout reads the body of a logout.
func ParseLogout(body []byte) (Logout, int, error) {
	c := cursor{b: body}
	l := Logout{Session: c.text("the session")}
	if err := c.whole("read a logout"); err != nil {
		return Logout{}, 0, err
	}
	return l, c.n, nil
}

// bundleHead reads what stands before the events of a publish.
func bundleHead(body []byte) (c cursor, session string, count int, err error) {
	c = cursor{b: body}
	session = c.text("the session")
	count = c.length("the bundle")
	if c.kind == nil && count > (len(body)-c.n)/minEvent {
		c.fail(ErrMalformed, "more events are announced than can be in it")
	}
	return c, session, count, c.whole("read a publish")
}

// brokenBundle says that the events cannot be told apart.
func brokenBundle(err error) error {
	return &Error{Doing: "read a publish", Kind: ErrMalformed, Detail: err.Error()}
}

// minEvent is the size of the smallest event: its length, timestamp and the length of no stream id.
const minEvent = 16

// Event is one event. Which values it has, and of which types, its stream's definition says.
type Event struct {
	Stream      event.Stream
	At          event.Wall // the sender's wall clock
	Meta        []Value
	Correlation []Value
	Payload     []Value
	Extra       []Pair // the arbitrary data map, in the order of the wire
}

// Pair is an entry of an event's arbitrary data map.
type Pair struct{ Name, Value string }

// AppendEvent appends the event behind its length.
func AppendEvent(b []byte, e *Event) []byte {
	start := len(b)
	b = append(b, 0, 0, 0, 0)
	b = binary.BigEndian.AppendUint64(b, uint64(e.At))
	b = appendText(b, string(e.Stream))
	for _, values := range [...][]Value{e.Meta, e.Correlation, e.Payload} {
		for i := range values {
			b = values[i].append(b)
		}
	}
	for _, p := range e.Extra {
		b = appendText(appendText(b, p.Name), p.Value)
	}
	binary.BigEndian.PutUint32(b[start:], uint32(len(b)-start-4))
	return b
}

// ParseEvent reads an event of one of the streams. If its length is sound and the rest is not, n is
// set beside the error, so that the next event can be read.
func ParseEvent(b []byte, streams Streams) (e Event, n int, err error) {
	const doing = "read an event"
	outer := cursor{b: b}
	in := cursor{b: outer.take(outer.length("the event"), "the event")}
	if err := outer.err(doing); err != nil {
		return Event{}, 0, err
	}
	e.At = event.Wall(in.uint64("the timestamp"))
	id := in.text("the stream id")
	stream := streams[event.Stream(id)]
	if in.kind == nil && stream == nil {
		in.fail(ErrUnknownStream, id)
	}
	if in.kind == nil {
		e.Stream = stream.ID
		e.read(&in, stream)
	}
	if err := in.whole(doing); err != nil {
		return Event{}, outer.n, err
	}
	return e, outer.n, nil
}

// read reads the values that the definition names, and the map that fills the rest.
func (e *Event) read(c *cursor, s *Stream) {
	values := make([]Value, 0, len(s.Meta)+len(s.Correlation)+len(s.Payload))
	section := func(attributes []Attribute) []Value {
		from := len(values)
		for i := range attributes {
			values = append(values, parseValue(c, &attributes[i]))
		}
		if len(attributes) == 0 {
			return nil
		}
		return values[from:len(values):len(values)]
	}
	e.Meta = section(s.Meta)
	e.Correlation = section(s.Correlation)
	e.Payload = section(s.Payload)
	for c.kind == nil && c.n < len(c.b) {
		e.Extra = append(e.Extra, Pair{Name: c.text("a map entry's name"), Value: c.text("a map entry's value")})
	}
}
