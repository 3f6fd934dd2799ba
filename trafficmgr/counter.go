package trafficmgr

// Counter remembers where one plan keeps one key: who counts a key again and again looks it up once. The
// zero value knows nothing yet.
type Counter struct {
	id        uint32
	key       *key
	forgotten uint32 // keys that the plan had forgotten by then
}

// counted is the key of an event whose sender keeps a counter.
func (p *ExecutionPlan) counted(a *Arrival) (id uint32, k *key) {
	c := a.Counter
	if c.key != nil && c.forgotten == p.keys.forgotten {
		return c.id, c.key
	}
	id, k = p.keys.intern(a.Key)
	*c = Counter{id, k, p.keys.forgotten}
	return id, k
}
