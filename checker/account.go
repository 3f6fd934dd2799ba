package checker

import (
	"slices"
	"strings"

	"hubsim/event"
)

// Quota is the oracle's account of a run.
type Quota struct {
	Served      int        `json:"served"`
	Throttled   int        `json:"throttled"`
	Over        Causes     `json:"over"`
	Under       Causes     `json:"under"`
	Windows     int        `json:"windows"` // (key, window) pairs in which the quota was reached
	WorstOver   int64      `json:"worst_over"`
	WorstKey    string     `json:"worst_key,omitempty"`
	WorstQuota  int64      `json:"worst_quota,omitempty"`
	Keys        []KeyQuota `json:"keys"`
	Unexplained []string   `json:"unexplained,omitempty"`
}

// KeyQuota is the account of one key.
type KeyQuota struct {
	Key       event.ThrottleKey `json:"key"`
	Quota     int64             `json:"quota"`
	Windows   int               `json:"windows"`
	Over      int               `json:"over"`
	WorstOver int64             `json:"worst_over"`
	Under     int               `json:"under"`
}

// Account settles what is open and returns the account; the keys are in order of their texts.
func (o *Oracle) Account() Quota {
	q := Quota{Served: o.served, Throttled: o.refused, Unexplained: o.examples, Keys: []KeyQuota{}}
	for _, k := range o.order {
		k.roll(k.now.end)
		q.Windows += k.windows
		for c := range k.over {
			q.Over[c] += k.over[c]
			q.Under[c] += k.under[c]
		}
		if k.worst > q.WorstOver {
			q.WorstOver, q.WorstKey, q.WorstQuota = k.worst, string(k.Key), k.Quota
		}
		q.Keys = append(q.Keys, KeyQuota{k.Key, k.Quota, k.windows, k.over.Total(), k.worst, k.under.Total()})
	}
	slices.SortFunc(q.Keys, func(a, b KeyQuota) int { return strings.Compare(string(a.Key), string(b.Key)) })
	return q
}
