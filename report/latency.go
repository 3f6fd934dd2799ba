package report

import (
	"fmt"
	"slices"
	"strings"

	"hubsim/checker"
	"hubsim/internal/words"
	"hubsim/trace"
)

// mostGateways is how many gateways are told one by one; of more, the slowest.
const mostGateways = 12

// hopTitles are what the hops are called for a reader who does not know the checker's names.
var hopTitles = map[string]string{
	trace.GatewayQueue.String(): "in the gateway's queue",
	trace.Wire.String():         "on the wire, until counted",
	trace.Window.String():       "in the traffic manager",
	trace.BrokerHop.String():    "through the broker",
	trace.Whole.String():        "whole way",
}

// latency tells how long throttle decisions took.
func (p *page) latency() {
	p.section("Decision latency")
	t := table{head: []string{"", "decisions", "p50", "p90", "p99", "max"}}
	for _, q := range p.r.Hops {
		if q.Count > 0 {
			t.quantiles(titled(q.Name), q)
		}
	}
	if len(t.rows) == 0 {
		p.say("no throttle decision reached a gateway")
		return
	}
	told, left := slowest(p.r.Gateways)
	for _, q := range told {
		t.quantiles("at "+q.Name, q)
	}
	p.WriteString(t.String())
	if strings.Contains(t.String(), few) {
		p.say("%s of fewer than %d decisions: the slowest of them", few, checker.FewSamples)
	}
	if left > 0 {
		p.say("and %s, all faster", words.Count(left, "more gateway"))
	}
}

func titled(hop string) string {
	if title, ok := hopTitles[hop]; ok {
		return title
	}
	return hop
}

// few marks a quantile of few samples.
const few = "*"

func (t *table) quantiles(name string, q checker.Quantiles) {
	p99 := words.Duration(q.P99)
	if q.Count < checker.FewSamples {
		p99 += few
	}
	t.add(name, fmt.Sprint(q.Count), words.Duration(q.P50), words.Duration(q.P90), p99, words.Duration(q.Max))
}

// slowest picks the gateways to tell of, in their order, and counts the others.
func slowest(all []checker.Quantiles) (told []checker.Quantiles, left int) {
	all = slices.DeleteFunc(slices.Clone(all), func(q checker.Quantiles) bool { return q.Count == 0 })
	if len(all) <= mostGateways {
		return all, 0
	}
	slices.SortStableFunc(all, func(a, b checker.Quantiles) int { return int(b.P99 - a.P99) })
	return all[:mostGateways], len(all) - mostGateways
}
