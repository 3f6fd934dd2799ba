package live

import "github.com/prometheus/client_golang/prometheus"

// driverState collects what no record says: how full queues are, the nodes' and the driver's own.
type driverState struct{ m *Metrics }

var (
	queueDesc = prometheus.NewDesc("hubsim_queue_depth",
		"What waits in a node's queue: events of a feed, batches at a receiver, messages of a publisher; to is whom it leads to.",
		[]string{"node", "queue", "to"}, nil)
	mailboxDesc = prometheus.NewDesc("hubsim_mailbox_depth", "Inputs that wait for a node.", []string{"node"}, nil)
	callersDesc = prometheus.NewDesc("hubsim_generator_callers_busy", "API calls under way.", nil, nil)
	stallsDesc  = prometheus.NewDesc("hubsim_trace_stalls_total", "How often a node waited for the observers of the trace.", nil, nil)
)

// Describe implements prometheus.Collector.
func (d *driverState) Describe(ch chan<- *prometheus.Desc) {
	ch <- queueDesc
	ch <- mailboxDesc
	ch <- callersDesc
	ch <- stallsDesc
}

// Collect implements prometheus.Collector.
func (d *driverState) Collect(ch chan<- prometheus.Metric) {
	r := d.m.run.Load()
	if r == nil {
		return
	}
	for _, s := range r.sites {
		if h := s.current(); h != nil {
			ch <- prometheus.MustNewConstMetric(mailboxDesc, prometheus.GaugeValue, float64(h.box.depth()), string(s.ID))
			h.depths.collect(s.ID, ch)
		}
	}
	_, stalls := r.recorder.counted()
	ch <- prometheus.MustNewConstMetric(callersDesc, prometheus.GaugeValue, float64(len(r.load.callers)))
	ch <- prometheus.MustNewConstMetric(stallsDesc, prometheus.CounterValue, float64(stalls))
}
