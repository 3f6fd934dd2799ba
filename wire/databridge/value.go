package databridge

import (
	"encoding/binary"
	"math"
	"strconv"
)

// Kind is the type of an attribute.
type Kind uint8

// The types of attributes, with their size on the wire.
const (
	KindString Kind = iota // a length of 4 and UTF-8
	KindInt                // 4
	KindLong               // 8
	KindFloat              // 4
	KindDouble             // 8
	KindBool               // 1: 01 is true, we take any other byte for false
)

var kindNames = [...]string{"STRING", "INT", "LONG", "FLOAT", "DOUBLE", "BOOL"}

// String names the type as a stream definition does.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "?"
}

// Value is the value of an attribute. The zero Value is the empty string, which the wire cannot tell
// from null. The product's null of another type is four zero bytes whatever the type, so that it
// misaligns what follows a LONG, DOUBLE or BOOL; we never write one.
type Value struct {
	kind Kind
	text string
	bits uint64
}

// String makes a STRING.
func String(v string) Value { return Value{text: v} }

// Int makes an INT.
func Int(v int32) Value { return Value{kind: KindInt, bits: uint64(uint32(v))} }

// Long makes a LONG.
func Long(v int64) Value { return Value{kind: KindLong, bits: uint64(v)} }

// Bool makes a BOOL.
func Bool(v bool) Value {
	if v {
		return Value{kind: KindBool, bits: 1}
	}
	return Value{kind: KindBool}
}

// Kind is the value's type.
func (v Value) Kind() Kind { return v.kind }

// Text is a STRING's value, "" for other types.
func (v Value) Text() string { return v.text }

// Int is an INT's or LONG's value.
func (v Value) Int() int64 {
	if v.kind == KindInt {
		return int64(int32(v.bits))
	}
	return int64(v.bits)
}

// Float is a FLOAT's or DOUBLE's value.
func (v Value) Float() float64 {
	if v.kind == KindFloat {
		return float64(math.Float32frombits(uint32(v.bits)))
	}
	return math.Float64frombits(v.bits)
}

// Bool is a BOOL's value.
func (v Value) Bool() bool { return v.bits == 1 }

// String prints the value.
func (v Value) String() string {
	switch v.kind {
	case KindInt, KindLong:
		return strconv.FormatInt(v.Int(), 10)
	case KindFloat, KindDouble:
		return strconv.FormatFloat(v.Float(), 'g', -1, 64)
	case KindBool:
		return strconv.FormatBool(v.Bool())
	}
	return strconv.Quote(v.text)
}

func (v *Value) append(b []byte) []byte {
	switch v.kind {
	case KindInt, KindFloat:
		return binary.BigEndian.AppendUint32(b, uint32(v.bits))
	case KindLong, KindDouble:
		return binary.BigEndian.AppendUint64(b, v.bits)
	case KindBool:
		return append(b, byte(v.bits))
	}
	return appendText(b, v.text)
}

func parseValue(c *cursor, a *Attribute) Value {
	v := Value{kind: a.Kind}
	switch a.Kind {
	case KindString:
		v.text = c.text(a.Name)
	case KindInt, KindFloat:
		v.bits = uint64(c.uint32(a.Name))
	case KindLong, KindDouble:
		v.bits = c.uint64(a.Name)
	case KindBool:
		if b := c.take(1, a.Name); b != nil && b[0] == 1 {
			v.bits = 1
		}
	}
	return v
}
