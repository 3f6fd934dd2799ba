package deployment

import (
	"slices"

	"hubsim/controlplane"
	"hubsim/event"
)

// Paths are the ways by which control planes' events reach brokers, as a run's machines are configured.
type Paths struct {
	of map[event.NodeID]controlplane.Config
}

// PathsOf returns the ways of a deployment's events under the options of a run that Build accepts.
func PathsOf(d *Deployment, o Options) (Paths, error) {
	base, err := profile(d, o.Profile)
	if err != nil {
		return Paths{}, err
	}
	knobs, err := settingsOf(o.Knobs)
	if err != nil {
		return Paths{}, err
	}
	b := builder{d: d, base: base, knobs: knobs}
	p := Paths{of: map[event.NodeID]controlplane.Config{}}
	for i := range d.Hosts {
		if d.Hosts[i].Role.hub() {
			cfg := b.configs(&d.Hosts[i]).ControlPlane
			p.of[cfg.ID] = cfg
		}
	}
	return p, nil
}

// Count is by how many ways an event that a control plane was asked for reaches a topic of a broker, each
// of a failover list counted. What event receivers pass on is no way that anybody meant, and not counted.
func (p Paths) Count(topic event.Topic, from, hub event.NodeID) (n int) {
	groups := p.of[from].PublishGroups
	if slices.Contains(ownStream, topic) || len(groups) == 0 { // route B, or nobody else to tell
		return p.onward(from, way{topic, from, hub})
	}
	for _, g := range groups {
		most := 0 // one of the group gets it
		for _, e := range g.Endpoints {
			most = max(most, p.onward(e.Node, way{topic, from, hub}))
		}
		n += most
	}
	return n
}

// way is where an event is from and where it goes.
type way struct {
	topic event.Topic
	from  event.NodeID // the control plane that was asked
	hub   event.NodeID
}

// onward is 1 if publishers of a control plane lead a stream to a broker. That two of one control plane
// lead to the same is a mistake of the files (publisher-to-itself, revocation-twice), no second way.
func (p Paths) onward(id event.NodeID, w way) int {
	c := p.of[id]
	lists := [][]event.NodeID{{c.Broker}}
	if slices.Contains(ownStream, w.topic) {
		lists = append(lists, c.Duplicate)
	}
	for _, r := range c.Remotes {
		carries := slices.ContainsFunc(r.Streams, func(s controlplane.Stream) bool { return s.Topic() == w.topic })
		if carries && (id == w.from || !c.RemoteOwn) {
			lists = append(lists, r.Brokers)
		}
	}
	for _, list := range lists {
		if slices.Contains(list, w.hub) {
			return 1
		}
	}
	return 0
}
