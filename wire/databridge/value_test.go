package databridge

import "testing"

func TestValues(t *testing.T) {
	for _, c := range []struct {
		v     Value
		kind  string
		text  string
		whole int64
		real  float64
	}{
		{v: String(`a"b`), kind: "STRING", text: `"a\"b"`},
		{v: Int(-7), kind: "INT", text: "-7", whole: -7},
		{v: Long(-1 << 60), kind: "LONG", text: "-1152921504606846976", whole: -1 << 60},
		{v: Float(-1.5), kind: "FLOAT", text: "-1.5", real: -1.5},
		{v: Double(2.5), kind: "DOUBLE", text: "2.5", real: 2.5},
		{v: Bool(true), kind: "BOOL", text: "true"},
		{v: Bool(false), kind: "BOOL", text: "false"},
	} {
		if c.v.Kind().String() != c.kind || c.v.String() != c.text {
			t.Errorf("a %s prints %s, want %s %s", c.v.Kind(), c.v, c.kind, c.text)
		}
		if c.whole != 0 && c.v.Int() != c.whole || c.real != 0 && c.v.Float() != c.real {
			t.Errorf("%s is %d and %g", c.v, c.v.Int(), c.v.Float())
		}
	}
}

// The protocol has 0 and 1 only; another byte must not become a third truth.
func TestParseBool(t *testing.T) {
	for b := range 256 {
		c := cursor{b: []byte{byte(b)}}
		if got := parseValue(&c, &Attribute{Name: "x", Kind: KindBool}); got != Bool(b == 1) || c.kind != nil {
			t.Errorf("byte %d is %s, %v", b, got, c.kind)
		}
	}
}
