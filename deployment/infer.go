package deployment

import (
	"cmp"
	"slices"
	"strings"

	"hubsim/event"
)

// inference makes one topology of what the files say of themselves and of each other.
type inference struct {
	hosts     []Host
	balancers []Balancer
	topology  *topology
	found     *findings
	ids       map[event.NodeID]int      // made by index, dropped by changed
	names     map[string][]event.NodeID // in lower case
}

// index makes it quick to find hosts by id and name.
func (in *inference) index() {
	if in.ids != nil {
		return
	}
	in.ids, in.names = map[event.NodeID]int{}, map[string][]event.NodeID{}
	for i := range in.hosts {
		h := &in.hosts[i]
		in.ids[h.ID] = i
		for _, name := range h.allNames() {
			key := strings.ToLower(name)
			if known := in.names[key]; len(known) == 0 || known[len(known)-1] != h.ID {
				in.names[key] = append(known, h.ID)
			}
		}
	}
}

// changed must be called when hosts or their names have changed.
func (in *inference) changed() { in.ids, in.names = nil, nil }

// infer completes the hosts: copies, twins that others name, names, load balancers. Each guess is
// a note; what no guess explains is an error.
func (in *inference) infer() {
	in.topology.attributes(in.hosts, false)
	in.changed()
	in.oneMachine()
	in.copies()
	twins := in.nameHosts()
	in.gateways(twins)
	in.topology.attributes(in.hosts, true)
	in.sort()
	in.changed()
	in.balancers = in.topology.balancers(in.hosts)
	in.sharedNames()
	in.frontNames()
	in.unknown()
}

func (in *inference) sort() {
	slices.SortStableFunc(in.hosts, func(a, b Host) int {
		return cmp.Or(cmp.Compare(slices.Index(roleOrder, a.Role), slices.Index(roleOrder, b.Role)), naturally(a.ID, b.ID))
	})
}

// naturally compares names with their numbers as numbers.
func naturally(a, b event.NodeID) int {
	stemA, nA, _ := numbered(string(a))
	stemB, nB, _ := numbered(string(b))
	return cmp.Or(cmp.Compare(stemA, stemB), cmp.Compare(nA, nB), cmp.Compare(a, b))
}

func (in *inference) host(id event.NodeID) *Host {
	in.index()
	if i, there := in.ids[id]; there {
		return &in.hosts[i]
	}
	return nil
}

// copies makes the copies that topology.yaml asks for.
func (in *inference) copies() {
	for i := range len(in.hosts) {
		n := in.topology.Nodes[string(in.hosts[i].ID)]
		if n.Copies > 1 {
			in.multiply(i, n.Copies, "topology.yaml: "+sprint("%d copies", n.Copies))
		}
	}
}

// multiply makes n hosts of one. A host without a number in its name takes the first number.
func (in *inference) multiply(at, n int, why string) {
	defer in.changed()
	original := in.hosts[at].ID
	taken := map[event.NodeID]bool{}
	for i := range in.hosts {
		taken[in.hosts[i].ID] = true
	}
	if first := event.NodeID(copyName(string(original), 0)); first != original && !taken[first] {
		in.hosts[at].ID, in.hosts[at].CopyOf = first, original
	}
	_, first, _ := numbered(string(in.hosts[at].ID))
	for nth := 1; nth < n; nth++ {
		name := event.NodeID(copyName(string(original), nth))
		if taken[name] {
			in.found.add("topology-file", in.topology.place("nodes", string(original), "copies"), sprint("copy %d would be called %s, which is there already", nth+1, name))
			return
		}
		c := copyOf(&in.hosts[at], name, numbers{from: first, to: first + nth}, why)
		c.CopyOf = original
		in.hosts = append(in.hosts, c)
	}
}

// numbers are those of an original and its copy, and the name by which others call the copy; "" is none.
type numbers struct {
	from, to int
	alias    string
}

// copyOf makes another host of a host, as an administrator would who copies an installation: where
// the original means itself the copy means itself, and where it means the copy the copy means it.
func copyOf(h *Host, id event.NodeID, n numbers, why string) Host {
	c, from, to, alias := *h, n.from, n.to, n.alias
	c.ID, c.CopyOf, c.Inferred, c.Clock, c.Names = id, h.ID, why, Clock{}, nil
	c.Settings.Hostname = renumbered(h.Settings.Hostname, from, to)
	if !isLoopback(h.Settings.NodeIP) {
		c.Settings.NodeIP = "127.0.0.1"
	}
	for _, n := range h.Names {
		if text := renumbered(n.Text, from, to); text != n.Text {
			c.Names = append(c.Names, Name{Text: text, Inferred: true})
		}
	}
	if alias != "" && !c.goesBy(alias) {
		c.Names = append(c.Names, Name{Text: alias, Inferred: true})
	}
	if h.Role == Gateway {
		return c
	}
	mirror := func(urls []URL) []URL {
		mirrored := make([]URL, len(urls))
		for i, u := range urls {
			switch original, copied := h.goesBy(u.Host), c.goesBy(u.Host); {
			case original && !copied:
				u = u.moved(c.nameLike(renumbered(u.Host, from, to)))
			case copied && !original:
				u = u.moved(h.nameLike(renumbered(u.Host, to, from)))
			}
			mirrored[i] = u
		}
		return mirrored
	}
	c.Settings.EventHub.Listening = mirror(h.Settings.EventHub.Listening)
	c.Settings.EventHub.Duplicate = mirror(h.Settings.EventHub.Duplicate)
	c.Settings.Throttling.Decisions = mirror(h.Settings.Throttling.Decisions)
	c.Settings.Throttling.Duplicate = mirror(h.Settings.Throttling.Duplicate)
	return c
}

// nameLike returns a name if the host goes by it, and its id otherwise.
func (h *Host) nameLike(name string) string {
	if h.goesBy(name) {
		return name
	}
	return string(h.ID)
}

// counters tells whether a host is of the kind that counts requests here: the traffic managers, and
// the control planes when there is no traffic manager.
func (in *inference) counters(h *Host) bool {
	if slices.ContainsFunc(in.hosts, func(h Host) bool { return h.Role == TrafficManager }) {
		return h.Role == TrafficManager
	}
	return h.Role.hub()
}

// fits tells whether a host is of the kind that a use means.
func (in *inference) fits(h *Host, u use) bool {
	if role, older := olderUses[u]; older {
		return h.Role == role
	}
	if u.counts() {
		return in.counters(h)
	}
	return h.Role.hub()
}

// olderUses are the roles that the uses of the 2.x layout mean.
var olderUses = map[use]Role{useValidate: KeyManager, useDeploy: Gateway, useRevoke: Gateway, usePolicies: TrafficManager}

// stray is a name that others use and that no file claims.
type stray struct {
	name string
	use  use
	at   Place
}

// strays returns the names of TCP endpoints that nobody has, by number and then by name.
func (in *inference) strays() []stray {
	var all []stray
	for i := range in.hosts {
		for _, r := range in.hosts[i].refs() {
			known := r.url.self() || r.use.http() || in.owners(r.url.Host) != nil
			if !known && !slices.ContainsFunc(all, func(s stray) bool { return s.name == r.url.Host && s.use.counts() == r.use.counts() }) {
				all = append(all, stray{r.url.Host, r.use, r.url.At})
			}
		}
	}
	slices.SortFunc(all, func(a, b stray) int {
		_, nA, _ := numbered(a.name)
		_, nB, _ := numbered(b.name)
		return cmp.Or(cmp.Compare(nA, nB), cmp.Compare(a.name, b.name), cmp.Compare(a.use, b.use))
	})
	return all
}

// owners returns the hosts that go by a name.
func (in *inference) owners(name string) []event.NodeID {
	for _, b := range in.balancers {
		if b.Name == name {
			return b.Hosts
		}
	}
	if hosts, said := in.topology.LoadBalancers[name]; said && in.balancers == nil {
		return make([]event.NodeID, len(hosts)) // known; who is behind it comes later
	}
	in.index()
	return in.names[strings.ToLower(name)]
}

// nameHosts gives the names that nobody claims to hosts whose number agrees, and makes the missing
// twin of a pair. It returns the size of the largest pair that it completed.
func (in *inference) nameHosts() int {
	largest := 0
	for _, s := range in.strays() {
		if in.owners(s.name) != nil {
			continue // it has been given to a host already, for another use
		}
		var candidates []int
		for i := range in.hosts {
			if in.fits(&in.hosts[i], s.use) {
				candidates = append(candidates, i)
			}
		}
		if in.alias(s, candidates) {
			continue
		}
		if n := in.twin(s, candidates); n > largest {
			largest = n
		}
	}
	return largest
}

// alias gives a name to the one host it can mean: the only one of its kind, the one of the same number,
// or the only one that does not send copies there; a host that others already reach under another name
// is not meant.
func (in *inference) alias(s stray, candidates []int) bool {
	_, number, _ := numbered(s.name)
	fits := slices.DeleteFunc(slices.Clone(candidates), func(i int) bool {
		h := &in.hosts[i]
		_, own, _ := numbered(string(h.ID))
		sameNumber := own == number || own == 0 && number == 1 && len(candidates) == 1 || number == 0 && len(candidates) == 1
		return h.Inferred != "" || in.reached(h) || !sameNumber
	})
	if left := in.notDenied(s, candidates); len(fits) != 1 && len(left) == 1 {
		fits = left
	}
	if len(fits) != 1 {
		return false
	}
	h := &in.hosts[fits[0]]
	h.Names = append(h.Names, Name{Text: s.name, Inferred: true})
	in.changed()
	fix := sprint("if that is right, write it down in topology.yaml: nodes: {%s: {aliases: [%s]}}", h.ID, s.name)
	if blank.MatchString(s.name) {
		fix = sprint("replace this placeholder by a name of %s", h.ID)
	}
	in.found.add("inferred-name", s.at, sprint("no file says who %s is; taken for %s", s.name, h.ID), fix)
	return true
}

// notDenied are the hosts that a name can mean when some others send copies of their events to it: those
// mean somebody else.
func (in *inference) notDenied(s stray, candidates []int) []int {
	left := slices.DeleteFunc(slices.Clone(candidates), func(i int) bool {
		set := &in.hosts[i].Settings
		copies := slices.Concat(set.EventHub.Duplicate, set.Throttling.Duplicate)
		return slices.ContainsFunc(copies, func(u URL) bool { return u.Host == s.name })
	})
	if len(left) == len(candidates) {
		return nil
	}
	return slices.DeleteFunc(left, func(i int) bool { return in.hosts[i].Inferred != "" || in.reached(&in.hosts[i]) })
}

// reached tells whether some TCP endpoint already names a host and no other.
func (in *inference) reached(h *Host) bool {
	for i := range in.hosts {
		for _, r := range in.hosts[i].refs() {
			owners := in.owners(r.url.Host)
			if !r.use.http() && !r.url.self() && len(owners) == 1 && owners[0] == h.ID {
				return true
			}
		}
	}
	return false
}

// twin makes the host that others name and no file describes, as a copy of the only one of its kind.
// It returns how many there are then, or 0.
func (in *inference) twin(s stray, candidates []int) int {
	_, number, _ := numbered(s.name)
	written := slices.DeleteFunc(slices.Clone(candidates), func(i int) bool { return in.hosts[i].Inferred != "" })
	if len(written) != 1 || number != len(candidates)+1 {
		return 0
	}
	h := &in.hosts[written[0]]
	_, own, _ := numbered(string(h.ID))
	if own > 1 || in.reached(h) && !h.hasStem(s.name) {
		return 0
	}
	id := event.NodeID(copyName(string(h.ID), number-1))
	if own == 1 {
		id = event.NodeID(renumbered(string(h.ID), 1, number))
	}
	why := sprint("a copy of %s: others name %s and no file is its own", h.ID, s.name)
	c := copyOf(h, id, numbers{1, number, s.name}, why)
	who := sprint("%s is %s, %s", s.name, id, why)
	if s.name == string(id) {
		who = sprint("no file is %s's; it is taken for a copy of %s", id, h.ID)
	}
	in.found.add("inferred-node", s.at, who, sprint("write %s.toml if it differs from %s", id, h.ID))
	in.hosts = append(in.hosts, c)
	in.changed()
	return number
}

// hasStem tells whether a host has a name that differs from this one by its number only.
func (h *Host) hasStem(name string) bool {
	stem, _, rest := numbered(name)
	same := func(text string) bool { s, n, r := numbered(text); return n > 0 && s == stem && r == rest }
	return same(string(h.ID)) || same(h.Settings.Hostname) || slices.ContainsFunc(h.Names, func(n Name) bool { return same(n.Text) })
}

// gateways makes two of the one gateway of a set that leaves the second node of each pair out.
func (in *inference) gateways(twins int) {
	at, count := -1, 0
	for i := range in.hosts {
		if in.hosts[i].Role == Gateway {
			at, count = i, count+1
		}
	}
	if twins < 2 || count != 1 || in.topology.Nodes[string(in.hosts[at].ID)].Copies > 0 {
		return
	}
	id := in.hosts[at].ID
	why := sprint("a copy of %s: the set leaves out the second node of each pair", id)
	in.found.add("inferred-node", Place{File: in.hosts[at].File}, sprint("%d gateways are meant, as there are %d of what they talk to", twins, twins),
		sprint("if not, say so in topology.yaml: nodes: {%s: {copies: 1}}", id))
	in.multiply(at, twins, why)
}
