package deployment

import (
	"slices"

	"hubsim/event"
	"hubsim/node"
)

// Counter is [apim.distributed_throttling]: traffic managers share their counters in a key-value store.
type Counter struct {
	Enabled  bool           `json:"enable"`
	Type     string         `json:"type"` // redis, or the class of a client of somebody's own
	Interval event.Duration `json:"sync_interval"`
	Pool     int            `json:"core_pool_size"`
	Host     string         `json:"host"`
	Port     int            `json:"port"`
	At       Place          `json:"at"`
}

// KeyValue is a key-value store that traffic managers share their counters in.
type KeyValue struct {
	ID     event.NodeID `json:"id"`
	Region string       `json:"region"`
	Host   string       `json:"host"` // as the files name it
	Port   int          `json:"port"`
}

// readCounter reads the section. Where it names no store, [apim.redis_config] does
// (JedisKeyValueStoreClient.java, populateKeyValueStoreConfigs).
func readCounter(f *file) Counter {
	const s, redis = "apim.distributed_throttling", "apim.redis_config"
	c := Counter{
		Enabled: f.flag(s + ".enable"), Type: f.text(s + ".type"),
		Interval: f.duration(s+".sync_interval", event.Millisecond), Pool: f.whole(s+".core_pool_size", 1<<20),
		Host: f.text(s + ".keyvalue_store.host"), Port: f.whole(s+".keyvalue_store.port", 65535),
		At: f.place(s),
	}
	if !f.has(s+".keyvalue_store.host") && f.has(redis+".host") {
		c.Host, c.Port = f.text(redis+".host"), f.whole(redis+".port", 65535)
	}
	return c
}

// shareCounters gives every traffic manager that shares its counters the store that its file names: one
// on a host of the deployment, or else on a host of its own.
func (in *inference) shareCounters() []KeyValue {
	var all []KeyValue
	var sharers []*Host
	for i := range in.hosts {
		if h := &in.hosts[i]; h.Settings.Counter.Enabled && h.Machine(node.TrafficManager) != "" {
			sharers = append(sharers, h)
		}
	}
	outside := 0
	for _, h := range sharers {
		s := &h.Settings.Counter
		one := KeyValue{Region: h.Region, Host: s.Host, Port: s.Port}
		if at := in.to(h, URL{Host: s.Host}); len(at) > 0 {
			one.ID = at[0] + ".kv"
			one.Region = in.host(at[0]).Region
		}
		known := slices.IndexFunc(all, func(k KeyValue) bool {
			return k.Port == one.Port && (k.ID == one.ID || one.ID == "" && k.Host == one.Host)
		})
		if known < 0 {
			if one.ID == "" {
				outside++
				one.ID = event.NodeID(sprint("kv-%d", outside))
			}
			all, known = append(all, one), len(all)
		}
		h.Wiring.Counters = all[known].ID
	}
	if outside == 1 {
		in.renameStore(all, "kv-1", "kv")
	}
	return all
}

// renameStore changes the name of a store.
func (in *inference) renameStore(all []KeyValue, from, to event.NodeID) {
	for i := range all {
		if all[i].ID == from {
			all[i].ID = to
		}
	}
	for i := range in.hosts {
		if w := &in.hosts[i].Wiring; w.Counters == from {
			w.Counters = to
		}
	}
}

// sharers returns the other traffic managers at a host's store.
func (d *Deployment) sharers(h *Host) []event.NodeID {
	var all []event.NodeID
	for i := range d.Hosts {
		o := &d.Hosts[i]
		if h.Wiring.Counters != "" && o.ID != h.ID && o.Wiring.Counters == h.Wiring.Counters {
			all = append(all, o.Machine(node.TrafficManager))
		}
	}
	return all
}

// store tells whether there is a key-value store of a name.
func (d *Deployment) store(id string) bool {
	return slices.ContainsFunc(d.KeyValues, func(k KeyValue) bool { return string(k.ID) == id })
}

// counter looks at how a traffic manager shares its counters.
func (c *checked) counter() {
	s := &c.h.Settings.Counter
	if !s.Enabled {
		return
	}
	at := func(key string) Place {
		p := s.At
		p.Key = "apim.distributed_throttling." + key
		return p
	}
	if s.Interval < event.Millisecond {
		c.found.add("counter-without-sync", at("sync_interval"), "the time between two rounds is 0")
	}
	if s.Type != "redis" {
		c.found.add("counter-store-type", at("type"), sprint("%s is the class of a client of its own", s.Type))
	}
}

// stores are those that the receivers of a group share their counters in, each once; "" is none.
func (c *checked) stores(f *Feed) []event.NodeID {
	var all []event.NodeID
	for _, id := range f.To {
		if h := c.d.Host(id.Host()); h != nil && !slices.Contains(all, h.Wiring.Counters) {
			all = append(all, h.Wiring.Counters)
		}
	}
	return all
}
