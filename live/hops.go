package live

import (
	"github.com/prometheus/client_golang/prometheus"

	"hubsim/event"
	"hubsim/node"
	"hubsim/trace"
)

// hopLimit is how many calls and decisions are remembered until they are counted or applied: some
// seconds of a busy run. Older ones are forgotten and give no measurement.
const hopLimit = 1 << 16

// hops pairs the facts along a decision's way and measures what lies between.
type hops struct {
	queued  recent[event.RequestID, event.Mono]
	decided recent[decisionKey, decision]
}

// decisionKey is a decision as a gateway sees it.
type decisionKey struct {
	key    event.ThrottleKey
	on     bool
	expiry event.Wall
}

type decision struct {
	at     event.Mono
	queued event.Mono // when the event that caused it was; 0: the window's end caused it
}

func newHops() hops {
	return hops{queued: newRecent[event.RequestID, event.Mono](hopLimit), decided: newRecent[decisionKey, decision](hopLimit)}
}

func (h *hops) noted(r *trace.Record, seconds *prometheus.HistogramVec) {
	n := &r.Note
	key := decisionKey{n.Key, n.On, n.Expiry}
	switch n.Fact {
	case node.EventQueued:
		h.queued.put(n.Request, r.At)
	case node.Counted:
		if at, ok := h.queued.get(n.Request); ok {
			seconds.WithLabelValues("feed").Observe(r.At.Sub(at).Seconds())
		}
	case node.DecisionEmitted:
		if _, known := h.decided.get(key); known {
			return // said again
		}
		at, _ := h.queued.get(n.Request)
		h.decided.put(key, decision{r.At, at})
	case node.DecisionApplied:
		d, ok := h.decided.get(key)
		if !ok {
			return
		}
		seconds.WithLabelValues("fanout").Observe(r.At.Sub(d.at).Seconds())
		if d.queued > 0 {
			seconds.WithLabelValues("whole").Observe(r.At.Sub(d.queued).Seconds())
		}
	}
}

// recent is a map that forgets its oldest entries.
type recent[K comparable, V any] struct {
	values map[K]V
	order  []K
	next   int
}

func newRecent[K comparable, V any](limit int) recent[K, V] {
	return recent[K, V]{values: map[K]V{}, order: make([]K, 0, limit)}
}

func (m *recent[K, V]) get(k K) (V, bool) {
	v, ok := m.values[k]
	return v, ok
}

func (m *recent[K, V]) put(k K, v V) {
	if _, ok := m.values[k]; ok {
		m.values[k] = v
		return
	}
	if len(m.order) < cap(m.order) {
		m.order = append(m.order, k)
	} else {
		delete(m.values, m.order[m.next])
		m.order[m.next] = k
		m.next = (m.next + 1) % cap(m.order)
	}
	m.values[k] = v
}
