package live

import (
	"fmt"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"

	"hubsim/event"
	"hubsim/node"
)

// depths are a node's queues as it last told them. Its host's goroutine asks the node, others read.
type depths struct {
	of   node.Queued // nil: the node tells of none, or nobody wants to know
	all  []depth
	next int // the one to be told next, while the node tells
	tell node.Depth
}

type depth struct {
	queue, to string
	now       atomic.Int64
}

// ask asks a node for its queues for the first time. Two queues of one name that lead to the same
// place are told apart by a number.
func (d *depths) ask(n node.Node) {
	of, ok := n.(node.Queued)
	if !ok {
		return
	}
	d.of, d.tell = of, d.told
	type name struct{ queue, to string }
	taken := map[name]int{}
	var names []name
	of.Depths(func(queue string, to event.NodeID, _ int) {
		key := name{queue, string(to)}
		if taken[key]++; taken[key] > 1 {
			key.to = fmt.Sprintf("%s (%d)", to, taken[key])
		}
		names = append(names, key)
	})
	d.all = make([]depth, len(names))
	for i, n := range names {
		d.all[i].queue, d.all[i].to = n.queue, n.to
	}
}

// refresh asks again.
func (d *depths) refresh() {
	if d.of != nil {
		d.next = 0
		d.of.Depths(d.tell)
	}
}

func (d *depths) told(_ string, _ event.NodeID, n int) {
	d.all[d.next].now.Store(int64(n))
	d.next++
}

func (d *depths) collect(n event.NodeID, ch chan<- prometheus.Metric) {
	for i := range d.all {
		one := &d.all[i]
		ch <- prometheus.MustNewConstMetric(queueDesc, prometheus.GaugeValue, float64(one.now.Load()), string(n), one.queue, one.to)
	}
}
