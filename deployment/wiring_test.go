package deployment

import (
	"slices"
	"testing"

	"hubsim/event"
)

// A name of several brokers deals each host another one first, for topics and for events.
func TestBalancerDealsConnections(t *testing.T) {
	d, _, err := Read("testdata/rules/through-load-balancer/bad")
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(d.Balancers, func(b Balancer) bool { return len(b.Hosts) == 2 })
	if at < 0 {
		t.Fatalf("load balancers are %v", d.Balancers)
	}
	name := URL{Scheme: "tcp", Host: d.Balancers[at].Name}
	in := inference{hosts: d.Hosts, balancers: d.Balancers, topology: &topology{}}
	var first []event.NodeID
	for _, gw := range []event.NodeID{"gw-1", "gw-2"} {
		h := d.Host(gw)
		list, feeds := in.brokers(h, []URL{name}), in.groups(h, []Group{{URLs: []URL{name}}})
		if len(list) != 2 || len(feeds) != 1 || len(feeds[0].To) != 2 || list[0].Host() != feeds[0].To[0] {
			t.Fatalf("%s: topics of %v, events to %v", gw, list, feeds)
		}
		first = append(first, list[0])
	}
	if first[0] == first[1] {
		t.Errorf("both gateways are dealt %s first", first[0])
	}
}
