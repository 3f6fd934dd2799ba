package databridge

import (
	"encoding/binary"
	"strconv"
)

// cursor reads numbers and texts from bytes. The first fault stays, and every read after it gives zero.
type cursor struct {
	b    []byte
	n    int // bytes taken
	kind error
	what string // what was being read, at the fault
}

// take returns the next n bytes.
func (c *cursor) take(n int, what string) []byte {
	if c.kind != nil {
		return nil
	}
	if n > len(c.b)-c.n {
		c.fail(ErrShort, what+" needs "+strconv.Itoa(n)+" bytes, "+strconv.Itoa(len(c.b)-c.n)+" are left")
		return nil
	}
	c.n += n
	return c.b[c.n-n : c.n : c.n]
}

func (c *cursor) uint32(what string) uint32 {
	if b := c.take(4, what); b != nil {
		return binary.BigEndian.Uint32(b)
	}
	return 0
}

func (c *cursor) uint64(what string) uint64 {
	if b := c.take(8, what); b != nil {
		return binary.BigEndian.Uint64(b)
	}
	return 0
}

// length reads a length or a count. Java's are signed; a negative one is nobody's.
func (c *cursor) length(what string) int {
	b := c.take(4, what)
	if b == nil {
		return 0
	}
	v := int32(binary.BigEndian.Uint32(b))
	if v < 0 {
		c.fail(ErrMalformed, "the length of "+what+" is "+strconv.Itoa(int(v)))
		return 0
	}
	return int(v)
}

// rawText reads a length and that many bytes, which stay part of the cursor's.
func (c *cursor) rawText(what string) []byte { return c.take(c.length(what), what) }

// text reads a length and that many bytes.
func (c *cursor) text(what string) string {
	return string(c.rawText(what))
}

func (c *cursor) fail(kind error, what string) {
	if c.kind == nil {
		c.kind, c.what = kind, what
	}
}

func (c *cursor) err(doing string) error {
	if c.kind == nil {
		return nil
	}
	return &Error{Doing: doing, Kind: c.kind, Detail: c.what}
}

// whole is err for a body that is all there: what ends too early contradicts its own length.
func (c *cursor) whole(doing string) error {
	if c.kind == ErrShort {
		c.kind = ErrMalformed
	}
	return c.err(doing)
}

func appendText(b []byte, text string) []byte {
	return append(binary.BigEndian.AppendUint32(b, uint32(len(text))), text...)
}
