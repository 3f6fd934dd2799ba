package databridge

import (
	"encoding/binary"
	"strconv"
)

// Type is a request's first byte.
type Type byte

// The types of requests. The product's receiver logs any other, reads over its body and answers
// nothing.
const (
	LoginType   Type = 0
	LogoutType  Type = 1
	PublishType Type = 2
)

// String names the type.
func (t Type) String() string {
	switch t {
	case LoginType:
		return "login"
	case LogoutType:
		return "logout"
	case PublishType:
		return "publish"
	}
	return "type " + strconv.Itoa(int(t))
}

// DefaultLimit bounds a frame's body, and an answer: 10 MB, all that the product's receiver buffers
// (data-bridge-config.xml.j2). A full batch of 200 throttle events is about 70 KB.
const DefaultLimit = 10 << 20

// headerSize is the type and the length of the body.
const headerSize = 5

// Frame is a request whose body has not been looked at.
type Frame struct {
	Type Type
	Body []byte
}

// frameLength reads a header's length and holds it against the limit.
func frameLength(header []byte, limit int) (int, error) {
	c := cursor{b: header}
	c.take(1, "the type")
	length := c.length("the body")
	if length > limit {
		c.fail(ErrTooLong, tooLong(length, limit))
	}
	return length, c.err("read a frame")
}

func tooLong(length, limit int) string {
	return strconv.Itoa(length) + " bytes are announced, the limit is " + strconv.Itoa(limit)
}

// begin appends the header of a frame whose length finish sets.
func begin(b []byte, t Type) []byte { return append(b, byte(t), 0, 0, 0, 0) }

func finish(b []byte, start int) []byte {
	binary.BigEndian.PutUint32(b[start+1:], uint32(len(b)-start-headerSize))
	return b
}
