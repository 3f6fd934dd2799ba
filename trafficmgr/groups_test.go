package trafficmgr

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hubsim/event"
)

// TestGroupsAgainstModel: an event counts in each group all of whose conditions it meets, and in the
// default plan if there is none. The model reads conditions and events as plain text.
func TestGroupsAgainstModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := five(event.APILevel)
		for id := range rapid.IntRange(0, 4).Draw(t, "groups") {
			g := Group{ID: id + 1, Quota: p.Quota, Unit: event.Minute}
			for range rapid.IntRange(1, 3).Draw(t, "conditions") {
				g.Conditions = append(g.Conditions, drawCondition(t))
			}
			p.Groups = append(p.Groups, g)
		}
		set, err := Deploy(p, Rules{})
		if err != nil {
			t.Fatal(err)
		}
		for range 5 {
			call := drawCall(t)
			text, err := json.Marshal(call)
			if err != nil {
				t.Fatal(err)
			}
			props, err := ParseProperties(string(text))
			if err != nil {
				t.Fatal(err)
			}
			var got, want []string
			for _, plan := range set.Eligible(props) {
				got = append(got, plan.Name)
			}
			for _, g := range p.Groups {
				if !slices.ContainsFunc(g.Conditions, func(c Condition) bool { return meets(c, call) == c.Invert }) {
					want = append(want, fmt.Sprintf("%s/condition_%d", p.ID(), g.ID))
				}
			}
			if len(want) == 0 {
				want = []string{p.ID()}
			}
			if !slices.Equal(got, want) {
				t.Fatalf("groups %+v, event %s: counts in %v, want %v", p.Groups, text, got, want)
			}
		}
	})
}

// meets looks at a condition without its inversion.
func meets(c Condition, call map[string]any) bool {
	switch c.Kind {
	case IPCondition, IPRangeCondition:
		n, there := call["ip"].(int)
		last := lastByte(c.Value)
		if c.Kind == IPRangeCondition {
			last = lastByte(c.End)
		}
		return there && lastByte(c.Value) <= n-firstAddress && n-firstAddress <= last
	case HeaderCondition:
		v, there := call[strings.ToLower(c.Name)].(string)
		return there && strings.Contains(v, c.Value)
	}
	v, there := call[c.Name].(string)
	return there && strings.Contains(v, c.Value)
}

const firstAddress = 10 << 24 // 10.0.0.0

func lastByte(address string) int {
	n := 0
	fmt.Sscanf(address, "10.0.0.%d", &n)
	return n
}

func drawCondition(t *rapid.T) Condition {
	c := Condition{
		Kind:   rapid.SampledFrom([]ConditionKind{HeaderCondition, QueryCondition, ClaimCondition, IPCondition, IPRangeCondition}).Draw(t, "kind"),
		Name:   rapid.SampledFrom([]string{"A", "b", "c"}).Draw(t, "name"),
		Value:  rapid.SampledFrom([]string{"", "x", "xy"}).Draw(t, "value"),
		Invert: rapid.Bool().Draw(t, "invert"),
	}
	if c.Kind == IPCondition || c.Kind == IPRangeCondition {
		from := rapid.IntRange(1, 4).Draw(t, "from")
		c.Value, c.End = fmt.Sprintf("10.0.0.%d", from), fmt.Sprintf("10.0.0.%d", from+rapid.IntRange(0, 2).Draw(t, "more"))
	}
	return c
}

// drawCall is an event's properties: a header's name is in lower case, the others are as they were sent.
func drawCall(t *rapid.T) map[string]any {
	call := map[string]any{}
	for _, name := range []string{"a", "A", "b", "c"} {
		if rapid.Bool().Draw(t, name) {
			call[name] = rapid.SampledFrom([]string{"", "x", "axy", "zz"}).Draw(t, "value of "+name)
		}
	}
	if rapid.Bool().Draw(t, "address") {
		call["ip"] = firstAddress + rapid.IntRange(0, 7).Draw(t, "ip")
	}
	return call
}
