package store

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"hubsim/event"
	"hubsim/node"
)

// TestReplicasEqualTheWriterAtQuiet writes, breaks and restarts at random, lets the lag pass with all
// links whole, and expects every replica to hold what the writer holds, and the writer to hold at
// least every write that was answered with success.
func TestReplicasEqualTheWriterAtQuiet(t *testing.T) { quiet(t, false) }

// TestPeersAreEqualAtQuiet does the same where each store takes writes, with clocks that differ.
func TestPeersAreEqualAtQuiet(t *testing.T) { quiet(t, true) }

func quiet(t *testing.T, twoWay bool) {
	rapid.Check(t, func(t *rapid.T) {
		c := newCluster(twoWay)
		t.Repeat(map[string]func(*rapid.T){
			"write":   func(t *rapid.T) { c.write(rapid.SampledFrom(c.ids).Draw(t, "at"), rapid.IntRange(0, 4).Draw(t, "key")) },
			"cut":     func(t *rapid.T) { c.cut(rapid.SampledFrom(c.pairs).Draw(t, "link"), true) },
			"silence": func(t *rapid.T) { c.cut(rapid.SampledFrom(c.pairs).Draw(t, "link"), false) },
			"trouble": func(t *rapid.T) {
				c.faulty[rapid.SampledFrom(c.ids).Draw(t, "store")].next = rapid.SampledFrom([]fate{unmade, made, unread}).Draw(t, "fate")
			},
			"restart": func(t *rapid.T) { c.restart(rapid.SampledFrom(c.ids).Draw(t, "store")) },
			"wait": func(t *rapid.T) {
				c.wait(event.Duration(rapid.IntRange(1, 4000).Draw(t, "ms")) * event.Millisecond)
			},
		})
		for _, f := range c.faulty {
			f.next = fine
		}
		c.wait(20 * event.Second)
		c.compare(t)
	})
}

// cluster is a writer, two replicas and a client at each, with links that deliver at once.
type cluster struct {
	ids      []event.NodeID
	stores   map[event.NodeID]*Store
	cfgs     map[event.NodeID]Config
	faulty   map[event.NodeID]*faulty
	twoWay   bool
	pairs    []pair
	links    map[pair]link
	accepted node.SessionID
	at       event.Mono
	asked    uint64
	said     map[uint64]int      // write by client number: key
	held     map[uint64]struct{} // versions answered with success
}

// pair is who follows whom.
type pair struct{ near, far event.NodeID }

// link is a replica's session to the writer, by the number at each end.
type link struct {
	near, far node.SessionID
	silent    bool
}

const client node.SessionID = -1000000

func newCluster(twoWay bool) *cluster {
	c := &cluster{
		twoWay: twoWay,
		ids:    []event.NodeID{"store.eu", "store.us", "store.jp"},
		stores: make(map[event.NodeID]*Store), cfgs: make(map[event.NodeID]Config), faulty: make(map[event.NodeID]*faulty),
		links: make(map[pair]link), said: make(map[uint64]int), held: make(map[uint64]struct{}),
	}
	for i, id := range c.ids {
		cfg := WSO2()
		cfg.ID, cfg.Disk, cfg.ShipBatch = id, new(Disk), 2
		cfg.Initial = []event.Row{{Table: event.TableKeyManager, KeyManager: &event.KeyManager{Name: "Resident"}}}
		switch {
		case twoWay:
			cfg.Peers = c.ids
		case i == 0:
			cfg.Replicas = c.ids[1:]
		default:
			cfg.Writer = c.ids[0]
		}
		for _, to := range cfg.sources() {
			c.pairs = append(c.pairs, pair{id, to})
		}
		c.cfgs[id], c.faulty[id] = cfg, &faulty{Disk: cfg.Disk}
		c.restart(id)
	}
	return c
}

func (c *cluster) restart(id event.NodeID) {
	for _, p := range c.pairs {
		if id == p.near || id == p.far {
			c.cut(p, id == p.far)
		}
	}
	c.stores[id] = New(c.cfgs[id])
	c.stores[id].Keep(c.faulty[id])
	c.step(id, node.Input{Kind: node.Boot})
	c.step(id, node.Input{Kind: node.Up, Session: client, Peer: "cp", Service: event.Database})
}

// cut ends the session of a replica; told, both ends hear of it, otherwise neither does.
func (c *cluster) cut(p pair, told bool) {
	l, up := c.links[p]
	if !up {
		return
	}
	if !told {
		l.silent = true
		c.links[p] = l
		return
	}
	delete(c.links, p)
	c.step(p.near, node.Input{Kind: node.Down, Session: l.near, Reason: event.Reset})
	c.step(p.far, node.Input{Kind: node.Down, Session: l.far, Reason: event.Reset})
}

func (c *cluster) write(at event.NodeID, key int) {
	c.asked++
	c.said[c.asked] = key
	row := event.Row{Table: event.TablePolicy, Policy: &event.Policy{Name: string(rune('A' + key)), Quota: int64(c.asked)}}
	row.Key = event.KeyOf(&row)
	row.Deleted = c.asked%5 == 0
	c.step(at, node.Input{Kind: node.Received, Session: client, Msg: &event.StoreOp{ID: c.asked, Write: &row}})
}

// wall is what a store's clock shows: each is another second off.
func (c *cluster) wall(id event.NodeID) event.Wall {
	return 1_700_000_000_000 + event.Wall(c.at/1e6) + event.Wall(1000*slices.Index(c.ids, id))
}

// wait lets time pass in steps of 100 ms; a Tick that comes early or late does no harm.
func (c *cluster) wait(d event.Duration) {
	for end := c.at.Add(d); c.at < end; c.at = c.at.Add(100 * event.Millisecond) {
		for _, id := range c.ids {
			c.step(id, node.Input{Kind: node.Tick})
		}
	}
}

func (c *cluster) step(id event.NodeID, in node.Input) {
	var out node.Output
	c.stores[id].Step(node.Clock{Mono: c.at, Wall: c.wall(id)}, in, &out)
	for _, a := range out.Acts {
		switch a.Verb {
		case node.Open:
			if c.stores[a.To.Node] == nil {
				c.step(id, node.Input{Kind: node.Down, Session: a.Session, Reason: event.Refused})
				continue
			}
			c.accepted--
			c.links[pair{id, a.To.Node}] = link{near: a.Session, far: c.accepted}
			c.step(a.To.Node, node.Input{Kind: node.Up, Session: c.accepted, Peer: id, Service: event.Database})
			c.step(id, node.Input{Kind: node.Up, Session: a.Session, Peer: a.To.Node})
		case node.Send:
			c.deliver(id, a.Session, a.Msg)
		case node.Close:
			c.closed(id, a.Session)
		}
	}
}

// closed tells the other end of a link that this one closed it.
func (c *cluster) closed(id event.NodeID, on node.SessionID) {
	for _, p := range c.pairs {
		switch l := c.links[p]; {
		case l.silent:
		case id == p.near && l.near == on:
			delete(c.links, p)
			c.step(p.far, node.Input{Kind: node.Down, Session: l.far, Reason: event.Closed})
		case id == p.far && l.far == on:
			delete(c.links, p)
			c.step(p.near, node.Input{Kind: node.Down, Session: l.near, Reason: event.Closed})
		}
	}
}

// faulty is a disk with a fate for the next that is asked of it.
type faulty struct {
	*Disk
	next fate
}

type fate int

const (
	fine   fate = iota
	unmade      // the next rows are not put, and said not to be
	made        // they are put, and said not to be
	unread      // the next cannot be read
)

var errTrouble = errors.New("the disk is in trouble")

func (f *faulty) Put(rows []event.Row) error {
	was := f.next
	if was == made || was == unmade {
		f.next = fine
	}
	if was == unmade {
		return errTrouble
	}
	err := f.Disk.Put(rows)
	if was == made {
		return errTrouble
	}
	return err
}

func (f *faulty) Between(after, upTo uint64) ([]event.Row, error) {
	if f.next == unread {
		f.next = fine
		return nil, errTrouble
	}
	return f.Disk.Between(after, upTo)
}

func (f *faulty) Versions() (highest, released uint64, err error) {
	if f.next == unread {
		f.next = fine
		return 0, 0, errTrouble
	}
	return f.Disk.Versions()
}

func (c *cluster) deliver(from event.NodeID, on node.SessionID, m event.Message) {
	if on == client {
		if r := m.(*event.StoreResult); r.OK && len(r.Rows) == 1 {
			c.held[r.Rows[0].Version] = struct{}{}
		}
		return
	}
	for _, p := range c.pairs {
		switch l := c.links[p]; {
		case l.silent:
		case from == p.near && l.near == on:
			c.step(p.far, node.Input{Kind: node.Received, Session: l.far, Msg: m})
		case from == p.far && l.far == on:
			c.step(p.near, node.Input{Kind: node.Received, Session: l.near, Msg: m})
		}
	}
}

func (c *cluster) compare(t *rapid.T) {
	want, _ := c.cfgs[c.ids[0]].Disk.Between(0, ^uint64(0))
	for _, id := range c.ids[1:] {
		has, _ := c.cfgs[id].Disk.Between(0, ^uint64(0))
		if diff := cmp.Diff(want, has); diff != "" {
			t.Fatalf("%s differs from the writer (-writer +%s):\n%s", id, id, diff)
		}
	}
	for v := range c.held {
		if !c.twoWay && v > c.cfgs[c.ids[0]].Disk.version {
			t.Fatalf("version %d was answered with success and is not in the writer, which is at %d", v, c.cfgs[c.ids[0]].Disk.version)
		}
	}
	for _, r := range want {
		if r.Table == event.TablePolicy && !r.Deleted && r.Policy.Name != string(rune('A'+c.said[uint64(r.Policy.Quota)])) {
			t.Fatalf("row %s holds what was written to another: %+v", r.Key, r.Policy)
		}
	}
}
