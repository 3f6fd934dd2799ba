package gateway

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"hubsim/event"
	"hubsim/node"
)

// TestKept restarts a gateway that pulls no list: what it refuses then was in its file.
func TestKept(t *testing.T) {
	token := &event.TokenRevoked{Token: "t-1", Type: event.JWT, Expiry: 2 * minute}
	key := &event.TokenRevoked{Token: (&event.RevokedSubject{ConsumerKey: "ck", At: 5}).Token(), Type: (&event.RevokedSubject{ConsumerKey: "ck", At: 5}).Type()}
	user := &event.TokenRevoked{Token: (&event.RevokedSubject{Entity: "ann", Kind: event.SubjectUser, At: 6}).Token(), Type: event.SubjectRevoked}
	everything := []string{"t-1", "consumer-key:ck before " + event.Wall(5).String(), "user:ann before " + event.Wall(6).String()}
	for _, row := range []struct {
		what string
		with func(c *Config)
		do   func(g *Gateway, out *node.Output)
		want []string
	}{
		{"the product forgets", func(c *Config) { *c = deployed(WSO2()) }, func(*Gateway, *node.Output) {}, nil},
		{"hardened it refuses tokens, keys and users as before", func(*Config) {}, func(*Gateway, *node.Output) {}, everything},
		{"what does not fit is lost", func(*Config) {}, func(g *Gateway, out *node.Output) {
			g.Step(noon, node.Input{Kind: node.Sensed, Sense: node.DiskFull}, out)
			g.revocation(&event.TokenRevoked{Token: "t-2", Type: event.JWT, Expiry: 2 * minute}, out)
		}, everything},
		{"unless there is room before the restart", func(*Config) {}, func(g *Gateway, out *node.Output) {
			g.Step(noon, node.Input{Kind: node.Sensed, Sense: node.DiskFull}, out)
			g.revocation(&event.TokenRevoked{Token: "t-0", Type: event.JWT, Expiry: 2 * minute}, out)
			g.Step(noon, node.Input{Kind: node.Sensed, Sense: node.DiskFree}, out)
		}, append([]string{"t-0"}, everything...)},
		{"an expired token leaves the file with the map", func(*Config) {}, func(g *Gateway, out *node.Output) {
			g.revoked.next = 0
			g.revoked.clean(node.Clock{Wall: 3 * minute}, out)
		}, everything[1:]},
		{"another expiry of a token is kept, too", func(*Config) {}, func(g *Gateway, out *node.Output) {
			later := *token
			later.Expiry = 9 * minute
			g.revocation(&later, out)
			g.revoked.next = 0
			g.revoked.clean(node.Clock{Wall: 3 * minute}, out)
		}, everything},
	} {
		c := deployed(Hardened())
		row.with(&c)
		c.Disk = new(node.Notebook)
		var out node.Output
		g := New(c)
		for _, m := range []*event.TokenRevoked{token, key, user} {
			g.revocation(m, &out)
		}
		row.do(g, &out)
		again := New(c)
		again.Step(node.Clock{}, node.Input{Kind: node.Boot}, &out)
		if d := cmp.Diff(row.want, again.State(noon).Revoked); d != "" {
			t.Errorf("%s: want (-) and got (+)\n%s", row.what, d)
		}
	}
}
