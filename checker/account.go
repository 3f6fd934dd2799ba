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
	WorstOf     Measure    `json:"worst_of,omitempty"` // what that quota is one of
	Keys        []KeyQuota `json:"keys"`
	Unexplained []string   `json:"unexplained,omitempty"`
	Unjudged    []string   `json:"unjudged,omitempty"` // what of the run's quotas is not in this account, and why
}

// KeyQuota is the account of one key.
type KeyQuota struct {
	Key       event.ThrottleKey `json:"key"`
	Quota     int64             `json:"quota"`
	Windows   int               `json:"windows"`
	Over      int               `json:"over"`
	WorstOver int64             `json:"worst_over"`
	Under     int               `json:"under"`
	Of        Measure           `json:"of,omitempty"` // what the quota is one of; of several, the one that leaked most, or came nearest to it
	Most      int64             `json:"most"`         // most served in one window, in that measure
}

// Account settles what is open and returns the account; the keys are in order of their texts.
func (o *Oracle) Account() Quota {
	q := Quota{Served: o.served, Throttled: o.refused, Unexplained: o.examples, Keys: []KeyQuota{}}
	for _, k := range o.order {
		k.roll(k.now.end)
		q.Windows += k.windows
		first := k.tightest()
		sum := KeyQuota{Key: k.Key, Quota: first.Quota, Windows: k.windows, WorstOver: first.worst, Of: first.Measure, Most: first.most}
		for one := k; one != nil; one = one.next {
			for c := range one.over {
				q.Over[c] += one.over[c]
				q.Under[c] += one.under[c]
			}
			if one.worst > q.WorstOver {
				q.WorstOver, q.WorstKey, q.WorstQuota, q.WorstOf = one.worst, string(k.Key), one.Quota, one.Measure
			}
			sum.Over, sum.Under = sum.Over+one.over.Total(), sum.Under+one.under.Total()
		}
		q.Keys = append(q.Keys, sum)
	}
	slices.SortFunc(q.Keys, func(a, b KeyQuota) int { return strings.Compare(string(a.Key), string(b.Key)) })
	return q
}

// tightest is, of the quotas of a key, the one that leaked most in one window; where none leaked, the one of which
// the largest part was used up.
func (k *keyState) tightest() *keyState {
	first := k
	for one := k.next; one != nil; one = one.next {
		if one.worst > first.worst || one.worst == first.worst && float64(one.most)*float64(first.Quota) > float64(first.most)*float64(one.Quota) {
			first = one
		}
	}
	return first
}
