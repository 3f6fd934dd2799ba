package deployment

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"hubsim/event"
	"hubsim/internal/spelling"

	"go.yaml.in/yaml/v4"
)

// TopologyFile is the name of the file that adds what deployment.toml files cannot say.
const TopologyFile = "topology.yaml"

// Topology is topology.yaml. Every part of it may be left out.
type Topology struct {
	// Profile is which behaviour the machines have unless the run says otherwise: wso2 or hardened.
	Profile string `yaml:"profile"`
	// Nodes says more about hosts: by id, or by a pattern with one star at its end.
	Nodes map[string]NodeTopology `yaml:"nodes"`
	// LoadBalancers are names in front of several hosts.
	LoadBalancers map[string][]string `yaml:"load_balancers"`
	// StickyBalancers are the load balancers, written here or inferred, that keep a caller at one node
	// until that fails; the others deal calls in turn.
	StickyBalancers []string `yaml:"sticky_load_balancers"`
	// SharedFiles are the directories (repository/deployment/server) that nodes of the 2.x layout share: by the
	// file server's name where it is mounted, by any name where rsync copies it.
	SharedFiles map[string]SharedFiles `yaml:"shared_files"`
	// Links are latencies: same_host, same_region, between_regions, "eu>us" for regions, "gw-1>tm-1" for hosts.
	Links map[string]LinkTopology `yaml:"links"`
}

// NodeTopology is what topology.yaml says about a host.
type NodeTopology struct {
	Copies  int           `yaml:"copies"`  // how many there are of it, itself included; 0 leaves it to the inference
	Region  string        `yaml:"region"`  // main unless said
	Profile string        `yaml:"profile"` // of 2.x, which product profile it is started with: -Dprofile
	Aliases []string      `yaml:"aliases"` // more names by which others reach it
	Clock   ClockTopology `yaml:"clock"`
}

// SharedFiles is a directory that several nodes share.
type SharedFiles struct {
	Nodes     []string `yaml:"nodes"`      // ids, or patterns with one star at the end
	RsyncFrom string   `yaml:"rsync_from"` // the one node whose directory is copied to the others; none: all have mounted one
	Every     Span     `yaml:"every"`      // how often; 1m unless said, as the documentation's cron job
}

// ClockTopology is how a host's wall clock is wrong.
type ClockTopology struct {
	Offset Span  `yaml:"offset"`    // ahead; negative is behind
	Drift  int64 `yaml:"drift_ppm"` // gains so many parts per million
}

// LinkTopology is a latency and the mean of an exponential jitter on top of it.
type LinkTopology struct {
	Latency Span `yaml:"latency"`
	Jitter  Span `yaml:"jitter"`
}

// Span is a duration written as 40ms or 1.5s.
type Span time.Duration

// UnmarshalText reads a duration with its unit.
func (s *Span) UnmarshalText(text []byte) error {
	d, err := time.ParseDuration(string(text))
	if err != nil {
		return fmt.Errorf("%q is not a duration: write it with a unit, as 400ms or 1.5s", text)
	}
	*s = Span(d)
	return nil
}

// maxCopies is how many copies a host may have: a fleet of a thousand gateways with room to spare.
const maxCopies = 10_000

// topology is the file with the places of what it says.
type topology struct {
	Topology
	name  string
	root  yaml.Node
	found *findings
}

func readTopology(name string, data []byte, found *findings) *topology {
	t := &topology{name: name, found: found}
	if at, bad := control(data); bad != 0 {
		at.File = name
		found.add("topology-file", at, sprint("the character %U cannot stand here", bad), "remove it; an editor may not show it")
		return t
	}
	if err := yaml.Load(data, &t.root); err != nil {
		t.complain(err)
		return t
	}
	if err := yaml.Load(data, &t.Topology, yaml.WithKnownFields()); err != nil {
		t.complain(err)
	}
	t.check()
	return t
}

// control finds the first character that YAML does not allow and that its reader tells no place of.
func control(data []byte) (Place, rune) {
	p := Place{Line: 1, Col: 1}
	for _, r := range string(data) {
		switch {
		case r == '\n':
			p.Line, p.Col = p.Line+1, 0
		case r < ' ' && r != '\t' && r != '\r' || r == 0x7f:
			return p, r
		}
		p.Col++
	}
	return p, 0
}

func (t *topology) complain(err error) {
	var several *yaml.LoadErrors
	var one *yaml.LoadError
	var all []*yaml.LoadError
	switch {
	case errors.As(err, &several):
		all = several.Errors
	case errors.As(err, &one):
		all = []*yaml.LoadError{one}
	default:
		t.found.add("topology-file", Place{File: t.name}, "this is not YAML: "+strings.TrimPrefix(err.Error(), "yaml: "))
	}
	for _, e := range all {
		at := Place{File: t.name, Line: e.Mark.Line, Col: e.Mark.Column}
		text, fix := cmp.Or(e.Message, fmt.Sprint(e.Unwrap())), ""
		if m := noField.FindStringSubmatch(text); m != nil {
			text = "there is no key " + m[1] + " here"
			fix = keysFix(m[1], topologyTypes[m[2]])
		}
		t.found.add("topology-file", at, text, fix)
	}
}

// noField is what the YAML package says of a key that a type does not have.
var noField = regexp.MustCompile(`^field (.+) not found in type deployment\.(\w+)$`)

// topologyTypes are the types of topology.yaml by their Go names.
var topologyTypes = map[string]any{
	"Topology": Topology{}, "NodeTopology": NodeTopology{}, "ClockTopology": ClockTopology{}, "LinkTopology": LinkTopology{}, "SharedFiles": SharedFiles{},
}

// keysFix is a hint that names the keys which a type of topology.yaml has.
func keysFix(given string, of any) string {
	if of == nil {
		return ""
	}
	var names []string
	for i := range reflect.TypeOf(of).NumField() {
		names = append(names, reflect.TypeOf(of).Field(i).Tag.Get("yaml"))
	}
	if s := spelling.Nearest(given, names); s != "" {
		return "did you mean " + s + "?"
	}
	return "keys are " + orList(names, "and")
}

func (t *topology) check() {
	if t.Profile != "" && t.Profile != "wso2" && t.Profile != "hardened" {
		t.found.add("topology-file", t.place("profile"), sprint("there is no profile %q", t.Profile), "write wso2 or hardened")
	}
	for _, name := range sortedKeys(t.Nodes) {
		n := t.Nodes[name]
		if n.Copies < 0 || n.Copies > maxCopies {
			t.found.add("topology-file", t.place("nodes", name, "copies"), sprint("%d copies: a node has 1 to %d", n.Copies, maxCopies))
			n.Copies = 0
			t.Nodes[name] = n
		}
	}
	for _, name := range sortedKeys(t.Links) {
		if l := t.Links[name]; l.Latency < 0 || l.Jitter < 0 {
			t.found.add("topology-file", t.place("links", name), "a latency is not negative")
			delete(t.Links, name)
		}
	}
}

// place is where a key of the file is written.
func (t *topology) place(path ...string) Place {
	p := Place{File: t.name, Key: strings.Join(path, ".")}
	at := &t.root
	if at.Kind == yaml.DocumentNode && len(at.Content) > 0 {
		at = at.Content[0]
	}
	for _, key := range path {
		if at.Kind != yaml.MappingNode {
			break
		}
		for i := 0; i+1 < len(at.Content); i += 2 {
			if at.Content[i].Value == key {
				p.Line, p.Col = at.Content[i].Line, at.Content[i].Column
				at = at.Content[i+1]
				break
			}
		}
	}
	return p
}

// meant tells whether a name of the file, maybe with a star at its end, means a host.
func meant(name string, id event.NodeID) bool {
	if before, star := strings.CutSuffix(name, "*"); star {
		return strings.HasPrefix(string(id), before)
	}
	return name == string(id)
}

// attributes gives hosts their regions, names and clocks. It may be called again when there are more
// hosts; strict then complains about names that mean nobody.
func (t *topology) attributes(hosts []Host, strict bool) {
	for _, name := range sortedKeys(t.Nodes) {
		n, used := t.Nodes[name], false
		for i := range hosts {
			// The name of a file with copies means all of them when no copy has it for itself.
			family := string(hosts[i].CopyOf) == name && !slices.ContainsFunc(hosts, func(h Host) bool { return string(h.ID) == name })
			if meant(name, hosts[i].ID) || family {
				used = true
				n.apply(&hosts[i], name == string(hosts[i].ID))
			}
		}
		if strict && !used {
			t.found.add("topology-file", t.place("nodes", name), "there is no such node", existing(hosts, name))
		}
	}
}

func (n *NodeTopology) apply(h *Host, itself bool) {
	if n.Region != "" {
		h.Region = n.Region
	}
	if n.Clock != (ClockTopology{}) {
		h.Clock = Clock{Offset: event.Duration(n.Clock.Offset), Drift: n.Clock.Drift}
	}
	if !itself {
		return
	}
	for _, a := range n.Aliases {
		if !h.goesBy(a) {
			h.Names = append(h.Names, Name{Text: a})
		}
	}
}

// existing is a hint that names what is there.
func existing(hosts []Host, given string) string {
	var ids []string
	for i := range hosts {
		ids = append(ids, string(hosts[i].ID))
	}
	if s := spelling.Slip(given, ids); s != "" {
		return "did you mean " + s + "?"
	}
	return "there are " + orList(ids, "and")
}

// balancers returns the load balancers of the file.
func (t *topology) balancers(hosts []Host) []Balancer {
	var all []Balancer
	for _, name := range sortedKeys(t.LoadBalancers) {
		b := Balancer{Name: name}
		for _, pattern := range t.LoadBalancers[name] {
			before := len(b.Hosts)
			for i := range hosts {
				if meant(pattern, hosts[i].ID) && !slices.Contains(b.Hosts, hosts[i].ID) {
					b.Hosts = append(b.Hosts, hosts[i].ID)
				}
			}
			if len(b.Hosts) == before {
				t.found.add("topology-file", t.place("load_balancers", name), sprint("there is no node %q behind it", pattern), existing(hosts, pattern))
			}
		}
		all = append(all, b)
	}
	return all
}

// sticky marks the load balancers that keep a caller at one node.
func (t *topology) sticky(all []Balancer) {
	for i, name := range t.StickyBalancers {
		at := slices.IndexFunc(all, func(b Balancer) bool { return b.Name == name })
		if at < 0 {
			var names []string
			for _, b := range all {
				names = append(names, b.Name)
			}
			t.found.add("topology-file", t.place("sticky_load_balancers"), sprint("entry %d: there is no load balancer %s", i+1, name), "load balancers are "+orList(names, "and"))
			continue
		}
		all[at].Sticky = true
	}
}

// links sorts the links by what their names mean.
func (t *topology) links(d *Deployment) Links {
	l := Links{Regions: map[string]Link{}, Hosts: map[string]Link{}}
	regions := d.Regions()
	for _, name := range sortedKeys(t.Links) {
		link := Link{event.Duration(t.Links[name].Latency), event.Duration(t.Links[name].Jitter)}
		from, to, arrow := strings.Cut(name, ">")
		switch {
		case name == "same_host":
			l.SameHost = &link
		case name == "same_region":
			l.SameRegion = &link
		case name == "between_regions":
			l.Between = &link
		case arrow && slices.Contains(regions, from) && slices.Contains(regions, to):
			l.Regions[name] = link
		case arrow && (d.Host(event.NodeID(from)) != nil || d.store(from)) && (d.Host(event.NodeID(to)) != nil || d.store(to)):
			l.Hosts[name] = link
		default:
			t.found.add("topology-file", t.place("links", name), "this is no link: both ends must be regions, or both nodes",
				"write same_host, same_region, between_regions, REGION>REGION or NODE>NODE; regions are "+orList(regions, "and")+"; "+existing(d.Hosts, to))
		}
	}
	return l
}

// profiles gives nodes of 2.x the profiles that they are started with.
func (t *topology) profiles(hosts []Host) {
	for _, name := range sortedKeys(t.Nodes) {
		text := t.Nodes[name].Profile
		if text == "" {
			continue
		}
		role, known := olderProfiles[text]
		if !known {
			t.found.add("topology-file", t.place("nodes", name, "profile"), sprint("there is no profile %q", text), "profiles of 2.x are "+orList(sortedKeys(olderProfiles), "and"))
			continue
		}
		for i := range hosts {
			if hosts[i].Settings.Older != nil && meant(name, hosts[i].ID) {
				hosts[i].Role = role
			}
		}
	}
}

// olderProfiles are the values of -Dprofile (product-profiles page of 2.x).
var olderProfiles = map[string]Role{
	"api-key-manager": KeyManager, "api-publisher": Publisher, "api-store": Storefront, "traffic-manager": TrafficManager,
	"gateway-worker": Gateway, "gateway-manager": Gateway,
}
