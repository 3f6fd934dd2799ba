package trafficmgr

import (
	"strings"
	"testing"
)

func TestCondition(t *testing.T) {
	header := Condition{Kind: HeaderCondition, Name: "X-Tier", Value: "^go.d$"}
	anything := Condition{Kind: QueryCondition, Name: "q", Value: ".*"}
	ip := Condition{Kind: IPCondition, Value: "203.0.113.9"}
	between := Condition{Kind: IPRangeCondition, Value: "10.0.0.1", End: "10.0.0.3"}
	invert := func(c Condition) Condition {
		c.Invert = true
		return c
	}
	for _, c := range []struct {
		name       string
		condition  Condition
		properties string
		want       bool
	}{
		{"a header's name is compared in lower case", header, `{"x-tier":"gold"}`, true},
		{"the expression does not match", header, `{"x-tier":"golden"}`, false},
		{"the expression is searched for, not matched whole", Condition{Kind: ClaimCondition, Name: "role", Value: "dmi"}, `{"role":"admin"}`, true},
		{"what is missing matches nothing, not even everything", anything, `{}`, false},
		{"what is there matches everything", anything, `{"q":""}`, true},
		{"what is no text is missing", anything, `{"q":7}`, false},
		{"without properties everything is missing", anything, "", false},
		{"inverted", invert(header), `{"x-tier":"tin"}`, true},
		{"inverted, and missing", invert(header), `{}`, true},
		{"inverted, and without properties", invert(ip), "", true},
		{"an address above 2^31", ip, `{"ip":3405803785}`, true},
		{"another address", ip, `{"ip":3405803784}`, false},
		{"no address", ip, `{}`, false},
		{"an address as text is no address", ip, `{"ip":"203.0.113.9"}`, false},
		{"a range holds its first address", between, `{"ip":167772161}`, true},
		{"a range holds its last address", between, `{"ip":167772163}`, true},
		{"a range ends there", between, `{"ip":167772164}`, false},
		{"outside of an inverted range", invert(between), `{"ip":167772164}`, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, err := c.condition.compile()
			if err != nil {
				t.Fatal(err)
			}
			p, err := ParseProperties(c.properties)
			if err != nil {
				t.Fatal(err)
			}
			if got := m.match(p); got != c.want {
				t.Errorf("matches: %t, want %t", got, c.want)
			}
		})
	}
}

func TestConditionErrors(t *testing.T) {
	for _, c := range []struct {
		condition Condition
		want      string
	}{
		{Condition{Kind: HeaderCondition, Name: "x", Value: "("}, "missing closing )"},
		{Condition{Kind: IPCondition, Value: "10.0.0"}, `address "10.0.0"`},
		{Condition{Kind: IPCondition, Value: "10.0.0.256"}, `address "10.0.0.256"`},
		{Condition{Kind: IPRangeCondition, Value: "10.0.0.1", End: "::1"}, "want two addresses of one kind"},
		{Condition{}, "condition kind 0"},
	} {
		if _, err := c.condition.compile(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", c.condition, err, c.want)
		}
	}
}

func TestProperties(t *testing.T) {
	for _, c := range []struct {
		name, text string
		reset      bool
		size       amount
		bad        bool
	}{
		{"none", "", false, amount{}, false},
		{"empty", "{}", false, amount{}, false},
		{"a size", `{"messageSize":12}`, false, amount{12, true}, false},
		{"a size of 0 is a size", `{"messageSize":0}`, false, amount{0, true}, false},
		{"a size as text is none", `{"messageSize":"12"}`, false, amount{}, false},
		{"a size that is no whole number is none", `{"messageSize":1.5}`, false, amount{}, false},
		{"a size that is too large is none", `{"messageSize":92233720368547758070}`, false, amount{}, false},
		{"a reset", `{"reset":true}`, true, amount{}, false},
		{"a reset as text is none", `{"reset":"true"}`, false, amount{}, false},
		{"nested values are allowed", `{"a":{"b":[1,2]}, "messageSize":1} ` + "\n", false, amount{1, true}, false},
		{"no object", `[1]`, false, amount{}, true},
		{"cut off", `{"a":`, false, amount{}, true},
		{"more than one", `{}{}`, false, amount{}, true},
		{"no JSON", `hello`, false, amount{}, true},
		{"null is no object", `null`, false, amount{}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := ParseProperties(c.text)
			if (err != nil) != c.bad {
				t.Fatalf("error %v, want one: %t", err, c.bad)
			}
			if p == nil {
				p = &Properties{}
			}
			if p.reset != c.reset || p.size != c.size {
				t.Errorf("reset %t, size %v; want %t, %v", p.reset, p.size, c.reset, c.size)
			}
		})
	}
}

// TestPropertiesMemory: what is read again is the same, and the memory does not grow without bound.
func TestPropertiesMemory(t *testing.T) {
	var r propertiesReader
	first, err := r.parse(`{"ip":1}`)
	again, _ := r.parse(`{"ip":1}`)
	if err != nil || first != again {
		t.Errorf("read twice: %p, %p, %v", first, again, err)
	}
	for i := range 3 * propertiesKept {
		if _, err := r.parse(`{"ip":` + strings.Repeat("1", i%15+1) + `,"n":` + strings.Repeat("2", i%18+1) + "}"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.parse(`{"long":"` + strings.Repeat("x", propertiesLength) + `"}`); err != nil || len(r.read) > propertiesKept {
		t.Errorf("keeps %d texts, %v", len(r.read), err)
	}
}
