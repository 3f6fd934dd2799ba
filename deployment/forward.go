package deployment

import (
	"path"
	"slices"
	"strings"

	"hubsim/event"
)

// Forward is an event receiver of a control plane that hears a topic and puts what it hears into the
// topic's stream: one XML file of eventreceivers/ with adapter jms. The product has none: that nothing
// subscribes to a topic and publishes it again is all that keeps events from going round.
type Forward struct {
	Name  string      `json:"name"`
	Topic event.Topic `json:"topic"`
	From  []URL       `json:"from,omitempty"` // the broker list of its jndi file; none is the node's own broker
	At    Place       `json:"at"`
}

// readForward reads an event receiver's file; false when it forwards no topic of the event hub.
func readForward(name string, data []byte, jndi map[string]*jndiFile, found *findings) (Forward, bool) {
	p, at, err := readPublisher(name, data)
	if err != nil {
		found.add("publisher-syntax", at, "this is no event receiver: "+strings.ReplaceAll(err.Error(), "eventPublisher", "eventReceiver"))
		return Forward{}, false
	}
	topic, ours := streamTopics[p.stream]
	if p.adapter != "jms" || p.disabled || !ours {
		return Forward{}, false
	}
	f := Forward{Name: p.name, Topic: event.Topic(p.properties[destination]), At: p.at[""]}
	if f.Topic != topic {
		return Forward{}, false // another stream's events: their form does not fit, and nothing is published
	}
	file := path.Base(strings.ReplaceAll(p.properties[providerURL], `\`, "/"))
	if slices.Contains(builtinJNDI, file) {
		return f, true
	}
	j, there := jndi[file]
	if !there {
		found.add("publisher-without-jndi", p.at[""], sprint("there is no %s beside deployment.toml", file), jndiFix(file, jndi))
		return Forward{}, false
	}
	j.named = true
	f.From = j.urls
	return f, len(f.From) > 0 && !j.mute
}

// loops looks at event receivers that put what they hear into a stream again.
func (c *checked) loops() {
	for i := range c.h.Forwards {
		f := &c.h.Forwards[i]
		heard := c.d.heardFrom(c.h, f)
		if way := c.d.roundTrip(c.h, f.Topic, heard); way != nil {
			c.found.add("event-loop", f.At, sprint("what %s hears on %s goes back to %s: %s", f.Name, f.Topic, heard[0], strings.Join(idTexts(way), ", ")))
			continue
		}
		c.found.add("event-forwarded", f.At, sprint("what %s says on %s is published again by %s", idList(heard), f.Topic, c.h.ID))
	}
}

// heardFrom are the control planes whose topic a receiver hears.
func (d *Deployment) heardFrom(h *Host, f *Forward) (ids []event.NodeID) {
	if len(f.From) == 0 {
		return []event.NodeID{h.ID}
	}
	for i := range d.Hosts {
		for _, u := range f.From {
			if other := &d.Hosts[i]; (other.goesBy(u.Host) || u.self() && other.ID == h.ID) && !slices.Contains(ids, other.ID) {
				ids = append(ids, other.ID)
			}
		}
	}
	if ids == nil {
		ids = []event.NodeID{h.ID}
	}
	return ids
}

// written are the hosts on whose brokers a topic appears when an event enters a host's stream.
func (d *Deployment) written(h *Host, topic event.Topic) []event.NodeID {
	to := []event.NodeID{h.ID}
	if slices.Contains(ownStream, topic) {
		for _, b := range h.Wiring.Duplicate {
			to = append(to, b.Host())
		}
	}
	for _, r := range h.Wiring.Remote {
		if slices.Contains(r.Topics, topic) {
			to = append(to, r.To[0].Host())
		}
	}
	return to
}

// roundTrip is a way of an event from a host's stream back to a topic that the host hears: the hosts
// that publish it, in turn; nil when there is none.
func (d *Deployment) roundTrip(from *Host, topic event.Topic, heard []event.NodeID) []event.NodeID {
	type step struct {
		h   *Host
		way []event.NodeID
	}
	seen := map[event.NodeID]bool{from.ID: true}
	for next := []step{{from, []event.NodeID{from.ID}}}; len(next) > 0; next = next[1:] {
		at := next[0]
		reached := d.written(at.h, topic)
		for _, id := range reached {
			if slices.Contains(heard, id) {
				return append(at.way, id)
			}
		}
		for i := range d.Hosts {
			h := &d.Hosts[i]
			for k := range h.Forwards {
				f := &h.Forwards[k]
				again := f.Topic == topic && slices.ContainsFunc(d.heardFrom(h, f), func(id event.NodeID) bool { return slices.Contains(reached, id) })
				if again && !seen[h.ID] {
					seen[h.ID] = true
					next = append(next, step{h, append(slices.Clone(at.way), h.ID)})
				}
			}
		}
	}
	return nil
}
