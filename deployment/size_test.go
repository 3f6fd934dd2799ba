package deployment

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"hubsim/controlplane"
	"hubsim/event"
	"hubsim/node"
)

// Whatever the size, a pattern of ours is one that sim check has no warning for.
func TestSizesAreSound(t *testing.T) {
	for _, row := range []struct {
		about, pattern string
		size           Size
		hosts, stores  int
	}{
		{"the least of all", "gw-cp", Size{}, 2, 1},
		{"one control plane and many gateways", "gw-cp", Size{Gateways: 40}, 41, 1},
		{"three control planes, which one duplicate cannot reach", "gw-cp-ha", Size{ControlPlanes: 3}, 5, 1},
		{"several of each", "gw-cp-tm-ha", Size{ControlPlanes: 4, TrafficManagers: 3, Gateways: 5}, 12, 1},
		{"three regions", "multi-dc", Size{Regions: 3}, 12, 3},
		{"eight regions, each with its own of everything", "multi-dc", Size{Regions: 8}, 32, 8},
		{"high availability in each of three regions", "multi-dc", Size{Regions: 3, ControlPlanes: 2, TrafficManagers: 2}, 18, 3},
		{"three control planes in each of two regions", "multi-dc", Size{ControlPlanes: 3}, 12, 2},
		{"one main region and its sub-region", "multi-dc-main", Size{}, 7, 1},
		{"one main region with two control planes, and seven sub-regions", "multi-dc-main", Size{Regions: 8, ControlPlanes: 2}, 26, 1},
	} {
		t.Run(row.about, func(t *testing.T) {
			d := sized(t, row.pattern, row.size)
			if len(d.Hosts) != row.hosts || len(d.Stores) != row.stores {
				t.Errorf("%d hosts and %d databases, want %d and %d", len(d.Hosts), len(d.Stores), row.hosts, row.stores)
			}
			if _, err := Build(d, Options{}); err != nil {
				t.Error(err)
			}
		})
	}
}

// sized reads a pattern in a size, which must be wired without a warning.
func sized(t *testing.T, pattern string, s Size) *Deployment {
	t.Helper()
	files, err := Sized(pattern, s)
	if err != nil {
		t.Fatal(err)
	}
	d, found, err := ReadFS(files, pattern)
	if err != nil {
		t.Fatal(err)
	}
	if Worst(found) > Note {
		t.Errorf("a pattern of ours has findings:\n%v", found)
	}
	return d
}

// In a full mesh each control plane tells each control plane of each other region of all five streams.
func TestFullMesh(t *testing.T) {
	for regions := 2; regions <= 8; regions++ {
		d := sized(t, "multi-dc", Size{Regions: regions, ControlPlanes: 2})
		for i := range d.Hosts {
			h := &d.Hosts[i]
			if !h.Role.hub() {
				continue
			}
			told := map[event.NodeID]int{}
			for _, r := range remotesOf(h.Wiring.Remote) {
				told[r.Brokers[0]] += len(r.Streams)
			}
			for k := range d.Hosts {
				other := &d.Hosts[k]
				want := 0
				if other.Role.hub() && other.Region != h.Region {
					want = len(controlplane.Streams())
				}
				if got := told[Broker(other.ID)]; got != want {
					t.Errorf("%d regions: %s tells %s of %d streams, want %d", regions, h.ID, other.ID, got, want)
				}
			}
		}
	}
}

// In pattern 2 each region counts for itself, and all hear the main region's control planes.
func TestOneMainRegion(t *testing.T) {
	d := sized(t, "multi-dc-main", Size{Regions: 4, ControlPlanes: 2})
	for i := range d.Hosts {
		h := &d.Hosts[i]
		if h.Role.hub() {
			if h.Region != "eu" || len(h.Bridges) > 0 {
				t.Errorf("%s is a control plane in region %s with %d publishers", h.ID, h.Region, len(h.Bridges))
			}
			continue
		}
		if got := fmt.Sprint(h.Wiring.Hubs, h.Wiring.Pull); got != "[eu-cp-1.broker eu-cp-2.broker] [eu-cp-1 eu-cp-2]" {
			t.Errorf("%s listens to and pulls from %s", h.ID, got)
		}
		for _, f := range h.Wiring.Feed {
			if far := d.Host(f.To[0].Host()).Region; far != h.Region {
				t.Errorf("%s of region %s is counted in region %s", h.ID, h.Region, far)
			}
		}
	}
}

// A revocation must reach the brokers of three control planes, each once.
func TestThreeControlPlanesEachOnce(t *testing.T) {
	d := sized(t, "gw-cp-ha", Size{ControlPlanes: 3})
	for i := range d.Hosts {
		h := &d.Hosts[i]
		if !h.Role.hub() {
			continue
		}
		to := []event.NodeID{Broker(h.ID)}
		to = append(to, h.Wiring.Duplicate...)
		for _, r := range h.Wiring.Remote {
			if slices.Contains(r.Topics, event.TokenRevocation) {
				to = append(to, r.To...)
			}
			if slices.Contains(r.Topics, event.NotificationTopic) {
				t.Errorf("%s tells %s of deployments, which its data bridge does too", h.ID, r.To)
			}
		}
		slices.Sort(to)
		if got := fmt.Sprint(to); got != "[cp-1.broker cp-2.broker cp-3.broker]" {
			t.Errorf("a revocation at %s reaches %s", h.ID, got)
		}
		if h.Machine(node.Broker) == "" {
			t.Errorf("%s has no broker", h.ID)
		}
	}
}

func TestSizesThatCannotBe(t *testing.T) {
	for _, row := range []struct {
		pattern string
		size    Size
		say     string
	}{
		{"multi-dc", Size{Regions: 9}, "regions: there can be 2 to 8, not 9"},
		{"multi-dc", Size{Regions: 1}, "regions: there can be 2 to 8, not 1"},
		{"multi-dc", Size{ControlPlanes: -1}, "control planes a region: there can be 1 to 16, not -1"},
		{"gw-cp", Size{Regions: 2}, "pattern gw-cp has one region"},
		{"gw-cp", Size{TrafficManagers: 2}, "in pattern gw-cp the control planes count"},
		{"all-in-one", Size{Gateways: 2}, "pattern all-in-one has one size"},
		{"gw-cp-tmha", Size{}, "did you mean gw-cp-tm-ha?"},
	} {
		if _, err := Sized(row.pattern, row.size); err == nil || !strings.Contains(err.Error(), row.say) {
			t.Errorf("%s %+v: %v, want %q", row.pattern, row.size, err, row.say)
		}
	}
}

// Every publisher's file has a name of its own: two of one name are one.
func TestPublishersHaveNames(t *testing.T) {
	files, err := Sized("multi-dc", Size{Regions: 8, ControlPlanes: 3})
	if err != nil {
		t.Fatal(err)
	}
	names, err := fs.Glob(files, "eu-cp-1/eventpublishers/*.xml")
	if want := 7*3*5 + 2*2; err != nil || len(names) != want {
		t.Errorf("eu-cp-1 has %d publishers (%v), want %d", len(names), err, want)
	}
}

// A sticky balancer gives each client that pulls another first control plane, and keeps it there.
func TestStickyBalancers(t *testing.T) {
	set := edited(t, "gw-cp-ha", []edit{{"topology.yaml", "", "sticky_load_balancers: [cp.example.com]\n"}})
	d, found, err := ReadFS(set, "set")
	if err != nil || Worst(found) > Note {
		t.Fatal(err, found)
	}
	first := map[event.NodeID]int{}
	for i := range d.Hosts {
		if h := &d.Hosts[i]; h.Role == Gateway {
			c := wso2()
			c.keys(d, h)
			c.wiring(d, h)
			first[c.Gateway.ControlPlanes[0]]++
			if len(c.Gateway.ControlPlanes) != 2 || !c.Gateway.Session.Pull.Sticky {
				t.Errorf("%s pulls from %v, sticky %v", h.ID, c.Gateway.ControlPlanes, c.Gateway.Session.Pull.Sticky)
			}
		}
	}
	if first["cp-1"] != 1 || first["cp-2"] != 1 {
		t.Errorf("the balancer gives its clients to %v first", first)
	}
	if !d.Sticky([]event.NodeID{"cp-1", "cp-2"}) || d.Sticky([]event.NodeID{"gw-1", "gw-2"}) || d.Sticky([]event.NodeID{"cp-1"}) {
		t.Error("only the balancer in front of several control planes is sticky")
	}
	_, found, _ = ReadFS(edited(t, "gw-cp-ha", []edit{{"topology.yaml", "", "sticky_load_balancers: [cp.example.org]\n"}}), "set")
	if len(found) == 0 || found[0].Rule != "topology-file" || !strings.Contains(found[0].Text, "there is no load balancer cp.example.org") {
		t.Errorf("a balancer that nobody has: %v", found)
	}
}
