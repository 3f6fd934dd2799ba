package gateway

import (
	"fmt"
	"net/netip"
	"testing"

	"pgregory.net/rapid"

	"hubsim/event"
	"hubsim/node"
)

// TestSpansBlockWhatConditionsBlock compares the search in merged spans with asking each condition.
func TestSpansBlockWhatConditionsBlock(t *testing.T) {
	address := rapid.Custom(func(t *rapid.T) string {
		n := rapid.SampledFrom([]uint32{0, 1, 2, 3, 4, 5, 6, 1<<32 - 3, 1<<32 - 2, 1<<32 - 1}).Draw(t, "n")
		if rapid.IntRange(0, 5).Draw(t, "kind") == 0 {
			return fmt.Sprintf("ffff::%x", n&7)
		}
		return netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}).String()
	})
	rapid.Check(t, func(t *rapid.T) {
		b := ipBlocks{tenants: map[event.Tenant]*tenantBlocks{}, inclusive: rapid.Bool().Draw(t, "inclusive")}
		var out node.Output
		for range rapid.IntRange(1, 8).Draw(t, "conditions") {
			id := rapid.IntRange(0, 4).Draw(t, "id")
			if rapid.IntRange(0, 3).Draw(t, "drop") == 0 {
				b.drop(event.Super, id, &out)
				continue
			}
			c := &event.BlockingCondition{ID: id, Kind: rapid.SampledFrom([]string{blockIP, blockIPRange}).Draw(t, "kind"), On: true}
			invert := rapid.Bool().Draw(t, "invert")
			c.Value = fmt.Sprintf(`{"fixedIp":%q,"startingIp":%q,"endingIp":%q,"invert":%v}`,
				address.Draw(t, "fixed"), address.Draw(t, "first"), address.Draw(t, "last"), invert)
			if x, err := readIPBlock(c); err == nil {
				b.set(event.Super, x, &out)
			}
		}
		r := &event.Request{ClientIP: address.Draw(t, "caller")}
		c := &call{Request: r}
		want := false
		for _, x := range b.of(event.Super).list {
			want = want || x.holds(c.address(), b.inclusive) != x.invert
		}
		if got := b.of(event.Super).hits(c, b.inclusive); got != want {
			t.Fatalf("%s: %v, want %v by %+v", r.ClientIP, got, want, b.of(event.Super).list)
		}
	})
}

// TestListOfBlocks loads /block. By rule it adds addresses and skips subscriptions; a hardened gateway
// also takes away what is not listed.
func TestListOfBlocks(t *testing.T) {
	list := []event.BlockingCondition{
		{ID: 3, Kind: blockIP, Value: `{"fixedIp":"10.0.0.1"}`, On: true, Tenant: event.Super},
		{Kind: blockSubscription, Value: "/p/1:1:alice-Mobile:PRODUCTION", On: true},
		{Kind: blockIPRange, Value: `{}`, On: true},
		{Kind: "MOON", Value: "x", On: true},
	}
	for _, c := range []struct {
		why    string
		config Config
		want   string
	}{
		{"wso2", WSO2(), "[IP:{\"fixedIp\":\"10.0.0.1\"} carbon.super 3 IP:{\"fixedIp\":\"10.0.0.2\"} carbon.super 9]"},
		{"hardened", Hardened(), "[SUBSCRIPTION:/p/1:1:alice-Mobile:PRODUCTION IP:{\"fixedIp\":\"10.0.0.1\"} carbon.super 3]"},
	} {
		g := New(c.config)
		var out node.Output
		old, _ := readIPBlock(&event.BlockingCondition{ID: 9, Kind: blockIP, Value: `{"fixedIp":"10.0.0.2"}`})
		g.addresses.set(event.Super, old, &out)
		g.blocked(list, 0, &out)
		if got := fmt.Sprint(g.State(noon).Blocked); got != c.want {
			t.Errorf("%s: %s, want %s", c.why, got, c.want)
		}
	}
}
