package deployment

import (
	"fmt"
	"slices"
	"strings"

	"hubsim/event"
	"hubsim/node"
)

// MainRegion is the region of what no region was given.
const MainRegion = "main"

// Deployment is who is there and how they are wired. It is plain data: it marshals to JSON.
type Deployment struct {
	Name      string      `json:"name"`
	Profile   string      `json:"profile,omitempty"` // of topology.yaml; "" leaves the choice to the run
	Hosts     []Host      `json:"hosts"`             // by role, then id
	Stores    []Store     `json:"stores"`
	KeyValues []KeyValue  `json:"key_value_stores,omitempty"`
	Files     []FileStore `json:"files,omitempty"` // of the 2.x layout
	Balancers []Balancer  `json:"load_balancers,omitempty"`
	Links     Links       `json:"links"`

	keyManagers int // hosts of their own that tell the control planes of revocations
	silent      int // and such that tell them nothing
}

// Role is which of the product's profiles a host runs.
type Role string

// The roles, in boot order.
const (
	ControlPlane   Role = "control-plane"
	AllInOne       Role = "all-in-one"
	TrafficManager Role = "traffic-manager"
	Gateway        Role = "gateway"
)

var roleOrder = []Role{ControlPlane, AllInOne, KeyManager, Publisher, Storefront, TrafficManager, Gateway}

// hub tells whether a control plane runs under this role.
func (r Role) hub() bool { return r == ControlPlane || r == AllInOne }

// Host is one installation of the product: one deployment.toml, or a copy of one.
type Host struct {
	ID       event.NodeID `json:"id"`
	Role     Role         `json:"role"`
	Region   string       `json:"region"`
	File     string       `json:"file"`
	Inferred string       `json:"inferred,omitempty"` // why there is this host although no file of its own is; "" for a written one
	CopyOf   event.NodeID `json:"copy_of,omitempty"`
	Names    []Name       `json:"names,omitempty"` // besides its id: by which others reach it
	Clock    Clock        `json:"clock"`
	Settings Settings     `json:"settings"`
	Bridges  []Bridge     `json:"bridges,omitempty"`  // event publishers towards other regions
	Forwards []Forward    `json:"forwards,omitempty"` // event receivers that put what a topic says into a stream again
	Unread   int          `json:"unread,omitempty"`   // files beside the host's own that cannot be read
	Wiring   Wiring       `json:"wiring"`
	DeadEnds []DeadEnd    `json:"dead_ends,omitempty"` // of the wiring: what is meant and does not work
	Machines []Machine    `json:"machines"`
}

// Name is a name of a host.
type Name struct {
	Text     string `json:"text"`
	Inferred bool   `json:"inferred,omitempty"` // no file says so: the numbers agree, or there is only one
}

// Machine is one state machine of a host.
type Machine struct {
	ID   event.NodeID `json:"id"`
	Role node.Role    `json:"role"`
}

// Store is a region's copy of the shared database.
type Store struct {
	ID     event.NodeID `json:"id"`
	Region string       `json:"region"`
}

// Clock is how a host's wall clock is wrong.
type Clock struct {
	Offset event.Duration `json:"offset"` // minus the right one
	Drift  int64          `json:"drift"`  // parts per million, ahead
}

// Balancer is a name in front of several hosts.
type Balancer struct {
	Name     string         `json:"name"`
	Hosts    []event.NodeID `json:"hosts"`
	Inferred string         `json:"inferred,omitempty"` // why; "" when topology.yaml says so
	Sticky   bool           `json:"sticky,omitempty"`   // keeps a caller at one host until that fails; else calls are dealt in turn
}

// Link is what a message needs from host to host.
type Link struct {
	Latency event.Duration `json:"latency"`
	Jitter  event.Duration `json:"jitter"` // mean of an exponential time on top
}

// Links are the links between hosts; a nil one is the simulator's default.
type Links struct {
	SameHost   *Link           `json:"same_host,omitempty"`
	SameRegion *Link           `json:"same_region,omitempty"`
	Between    *Link           `json:"between_regions,omitempty"`
	Regions    map[string]Link `json:"regions,omitempty"` // "eu>us"
	Hosts      map[string]Link `json:"hosts,omitempty"`   // "gw-1>tm-1"
}

// Wiring is whom a host's machines talk to, after all fallbacks.
type Wiring struct {
	Hubs      []event.NodeID `json:"hubs,omitempty"`      // brokers that give it the hub's topics, in order of choice
	Decisions []event.NodeID `json:"decisions,omitempty"` // brokers that give it throttle decisions, in order
	Feed      []Feed         `json:"feed,omitempty"`      // traffic managers that get its throttle events
	Publish   []Feed         `json:"publish,omitempty"`   // control planes that get its notifications
	Duplicate []event.NodeID `json:"duplicate,omitempty"` // brokers for a copy of revocations, the first that answers
	Twin      []event.NodeID `json:"twin,omitempty"`      // brokers for a copy of decisions, the first that answers
	Pull      []event.NodeID `json:"pull,omitempty"`      // control planes behind its service_url
	Remote    []Remote       `json:"remote,omitempty"`    // brokers of other regions that get its events
	Forward   []Forwarding   `json:"forward,omitempty"`   // topics that it puts into its streams again
	Counters  event.NodeID   `json:"counters,omitempty"`  // the key-value store that it shares its counters in

	// Of the 2.x layout, where Pull are the key managers behind APIKeyValidator.
	Environments []Target       `json:"environments,omitempty"`
	Policies     []event.NodeID `json:"policies,omitempty"` // traffic managers behind the policy service
	Revoke       []event.NodeID `json:"revoke,omitempty"`   // gateways behind the revoke API
	Files        event.NodeID   `json:"files,omitempty"`    // the directory of its Synapse files or plans
}

// Feed is a url_group: each event reaches one of its receivers.
type Feed struct {
	To          []event.NodeID `json:"to"`
	LoadBalance bool           `json:"load_balance,omitempty"`
}

// Remote is another region's broker and the topics that are published to it.
type Remote struct {
	Region string         `json:"region"`
	To     []event.NodeID `json:"to"` // the first that answers
	Topics []event.Topic  `json:"topics"`
}

// Forwarding is a topic that is heard and put into the topic's stream again.
type Forwarding struct {
	Topic event.Topic    `json:"topic"`
	From  []event.NodeID `json:"from"` // brokers, the first that answers
}

// Broker is the machine id of a host's broker.
func Broker(host event.NodeID) event.NodeID { return host + ".broker" }

// Sticky tells whether one load balancer is in front of the hosts of all these machines, and keeps
// each caller at one of them.
func (d *Deployment) Sticky(ids []event.NodeID) bool {
	return len(ids) > 1 && slices.ContainsFunc(d.Balancers, func(b Balancer) bool {
		return b.Sticky && !slices.ContainsFunc(ids, func(id event.NodeID) bool { return !slices.Contains(b.Hosts, id.Host()) })
	})
}

// Host returns a host by its id, or nil.
func (d *Deployment) Host(id event.NodeID) *Host {
	for i := range d.Hosts {
		if d.Hosts[i].ID == id {
			return &d.Hosts[i]
		}
	}
	return nil
}

// Regions returns the regions, sorted.
func (d *Deployment) Regions() []string {
	var all []string
	for i := range d.Hosts {
		if !slices.Contains(all, d.Hosts[i].Region) {
			all = append(all, d.Hosts[i].Region)
		}
	}
	slices.Sort(all)
	return all
}

// Machine returns the id of the host's machine of a role; "" when it has none.
func (h *Host) Machine(role node.Role) event.NodeID {
	for _, m := range h.Machines {
		if m.Role == role {
			return m.ID
		}
	}
	return ""
}

// allNames returns what the host is reached under: its id, its names, its hostname and its address.
func (h *Host) allNames() []string {
	all := []string{string(h.ID)}
	for _, own := range []string{h.Settings.Hostname, h.Settings.NodeIP} {
		if own != "" && !isLoopback(own) {
			all = append(all, own)
		}
	}
	for _, n := range h.Names {
		all = append(all, n.Text)
	}
	return all
}

// goesBy tells whether the host is reached under a name.
func (h *Host) goesBy(name string) bool {
	return slices.ContainsFunc(h.allNames(), func(own string) bool { return strings.EqualFold(own, name) })
}

func sprint(format string, args ...any) string { return fmt.Sprintf(format, args...) }

func isH2(url string) bool { return strings.HasPrefix(url, "jdbc:h2:") }
