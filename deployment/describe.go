package deployment

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"hubsim/event"
)

// Describe prints the topology: who is there and why, where each listens, and who talks to whom.
func (d *Deployment) Describe(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", d.Name, plural(len(d.Hosts), "node"))
	if r := d.Regions(); len(r) > 1 {
		fmt.Fprintf(&b, " in regions %s", orList(r, "and"))
	}
	if d.Profile != "" {
		fmt.Fprintf(&b, ", profile %s", d.Profile)
	}
	b.WriteString("\n")
	d.describeHosts(&b)
	d.describeListeners(&b)
	d.describeWiring(&b)
	d.describeLinks(&b)
	_, err := io.WriteString(w, b.String())
	return err
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// block is what is said about one node: rows of cells, the first cell of each left out.
type block struct {
	id   string
	rows [][]string
}

// table prints blocks under a title, the columns aligned. Three or more nodes in a row of which the
// same is said share one block.
func table(b *strings.Builder, title string, blocks []block) {
	if len(blocks) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s\n", title)
	tw := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	for i := 0; i < len(blocks); {
		end := i + 1
		for end < len(blocks) && slices.EqualFunc(blocks[i].rows, blocks[end].rows, slices.Equal) {
			end++
		}
		id := blocks[i].id
		if end-i > 2 {
			id += " … " + blocks[end-1].id
		} else {
			end = i + 1
		}
		for _, row := range blocks[i].rows {
			fmt.Fprintf(tw, "  %s\n", strings.TrimRight(id+"\t"+strings.Join(row, "\t"), "\t "))
			id = ""
		}
		i = end
	}
	tw.Flush()
}

func (d *Deployment) describeHosts(b *strings.Builder) {
	var blocks []block
	for i := range d.Hosts {
		h := &d.Hosts[i]
		role := string(h.Role)
		if h.Region != MainRegion {
			role += " in " + h.Region
		}
		blocks = append(blocks, block{string(h.ID), [][]string{{role, h.others(), h.origin()}}})
	}
	for _, s := range d.Stores {
		blocks = append(blocks, block{string(s.ID), [][]string{{"database of " + s.Region, "", "what the control planes there share"}}})
	}
	for _, k := range d.KeyValues {
		blocks = append(blocks, block{string(k.ID), [][]string{{"key-value store", "", fmt.Sprintf("%s:%d, what traffic managers share their counters in", k.Host, k.Port)}}})
	}
	for i := range d.Files {
		blocks = append(blocks, block{string(d.Files[i].ID), [][]string{{"directory", "", d.Files[i].text()}}})
	}
	table(b, "Who is there", blocks)
}

// others names the machines of a host besides the one that has its name: .broker, .tm.
func (h *Host) others() string {
	var parts []string
	for _, m := range h.Machines {
		if m.ID != h.ID {
			parts = append(parts, strings.TrimPrefix(string(m.ID), string(h.ID)))
		}
	}
	if parts == nil {
		return ""
	}
	return "with " + orList(parts, "and")
}

func (h *Host) origin() string {
	if h.Inferred != "" {
		return "inferred: " + h.Inferred
	}
	return "written: " + h.File
}

func (d *Deployment) describeListeners(b *strings.Builder) {
	var blocks []block
	for i := range d.Hosts {
		h := &d.Hosts[i]
		var names []string
		for _, n := range h.Names {
			if n.Inferred {
				n.Text += " (inferred)"
			}
			names = append(names, n.Text)
		}
		if name := h.Settings.Hostname; !isLoopback(name) && name != string(h.ID) && !d.balances(name) {
			names = append(names, name)
		}
		blocks = append(blocks, block{string(h.ID), [][]string{{h.ports(), alsoCalled(names)}}})
	}
	for _, balancer := range d.Balancers {
		why := "load balancer"
		if balancer.Inferred != "" {
			why += ", inferred: " + balancer.Inferred
		}
		if balancer.Sticky {
			why = "sticky " + why
		}
		blocks = append(blocks, block{balancer.Name, [][]string{{"in front of " + elided(balancer.Hosts), why}}})
	}
	table(b, "Where each listens", blocks)
}

func (d *Deployment) balances(name string) bool {
	return slices.ContainsFunc(d.Balancers, func(b Balancer) bool { return b.Name == name })
}

// elided names a few nodes, or the first and the last of many.
func elided(ids []event.NodeID) string {
	if len(ids) < 5 {
		return idList(ids)
	}
	return fmt.Sprintf("%s … %s, %d nodes", ids[0], ids[len(ids)-1], len(ids))
}

func alsoCalled(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return "also called " + strings.Join(names, ", ")
}

func (h *Host) ports() string {
	p := h.Settings.Ports
	switch h.Role {
	case KeyManager:
		return fmt.Sprintf("services %d, Thrift %d", p.HTTPS, h.Settings.Older.ThriftPort)
	case Publisher, Storefront:
		return fmt.Sprintf("services %d", p.HTTPS)
	case Gateway:
		return fmt.Sprintf("API calls %d", 8280+h.Settings.Offset)
	case TrafficManager:
		return fmt.Sprintf("topics %d, events %d", p.Topics, p.Feed)
	}
	return fmt.Sprintf("topics %d, events %d, internal API %d", p.Topics, p.Feed, p.HTTPS)
}

func (d *Deployment) describeWiring(b *strings.Builder) {
	var blocks []block
	for i := range d.Hosts {
		h := &d.Hosts[i]
		w := &h.Wiring
		var own [][]string
		say := func(what, whom string) {
			if whom != "" {
				own = append(own, []string{what, whom})
			}
		}
		if h.Role == Gateway || h.Role == AllInOne {
			say("sends throttle events to", feeds(w.Feed))
			say("hears decisions from", inOrder(w.Decisions))
		}
		if h.Role != ControlPlane || len(h.Machines) > 2 {
			say("hears the hub from", inOrder(w.Hubs))
		}
		if h.Settings.Older != nil {
			h.describeOlder(say)
		} else {
			say("pulls from", strings.Join(idTexts(w.Pull), ", "))
		}
		say("publishes its events to", feeds(w.Publish))
		say("copies revocations to", inOrder(w.Duplicate))
		say("copies decisions to", inOrder(w.Twin))
		say("shares its counters in", string(w.Counters))
		for _, r := range w.Remote {
			var topics []string
			for _, t := range r.Topics {
				topics = append(topics, string(t))
			}
			where := "publishes to region " + r.Region
			if h.Settings.Older != nil {
				where = "publishes blocks and key templates to"
			}
			say(where, inOrder(r.To)+": "+strings.Join(topics, ", ")+d.said(h, &r))
		}
		for i := range h.Forwards {
			f := &h.Forwards[i]
			say("passes on again", sprint("%s, heard from %s (%s:%d)", f.Topic, idList(d.heardFrom(h, f)), f.At.File, f.At.Line))
		}
		for _, end := range h.DeadEnds {
			say("does not reach", sprint("%s, for %s", end.To, end.For))
		}
		if len(own) > 0 {
			blocks = append(blocks, block{string(h.ID), own})
		}
	}
	table(b, "Who talks to whom", blocks)
}

// said is where files say so: the broker list in the jndi file, which the publishers name.
func (d *Deployment) said(h *Host, r *Remote) string {
	for i := range h.Bridges {
		b := &h.Bridges[i]
		if len(b.To) > 0 && b.list.File != "" && d.Host(r.To[0].Host()).goesBy(b.To[0].Host) {
			return sprint(" (%s:%d)", b.list.File, b.list.Line)
		}
	}
	return ""
}

// inOrder prints a list of which the first that answers is used.
func inOrder(ids []event.NodeID) string { return strings.Join(idTexts(ids), ", else ") }

// feeds prints url_groups: each gets every event.
func feeds(all []Feed) string {
	var groups []string
	for _, f := range all {
		sep := ", else "
		if f.LoadBalance {
			sep = " or in turn "
		}
		groups = append(groups, strings.Join(idTexts(f.To), sep))
	}
	return strings.Join(groups, " and ")
}

func (d *Deployment) describeLinks(b *strings.Builder) {
	var blocks []block
	add := func(name string, l *Link) {
		if l == nil {
			return
		}
		text := l.Latency.String()
		if l.Jitter > 0 {
			text += ", jitter " + l.Jitter.String()
		}
		blocks = append(blocks, block{name, [][]string{{text}}})
	}
	add("on one host", d.Links.SameHost)
	add("in a region", d.Links.SameRegion)
	add("between regions", d.Links.Between)
	for _, m := range []map[string]Link{d.Links.Regions, d.Links.Hosts} {
		for _, name := range sortedKeys(m) {
			l := m[name]
			add(name, &l)
		}
	}
	for i := range d.Hosts {
		if c := d.Hosts[i].Clock; c != (Clock{}) {
			blocks = append(blocks, block{"clock of " + string(d.Hosts[i].ID), [][]string{{fmt.Sprintf("%v ahead, drifts %d ppm", c.Offset, c.Drift)}}})
		}
	}
	table(b, "Links and clocks", blocks)
}
