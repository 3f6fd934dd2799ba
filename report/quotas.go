package report

import (
	"cmp"
	"fmt"
	"slices"

	"hubsim/checker"
	"hubsim/internal/words"
)

// mostKeys is how many throttle keys are told one by one.
const mostKeys = 8

// quotas tells the oracle's account: what leaked past a quota, and what was refused below one.
func (p *page) quotas() {
	q := &p.r.Quota
	p.section("Quotas")
	for _, why := range q.Unjudged {
		p.say("not judged: %s", why)
	}
	if q.Served+q.Throttled == 0 {
		p.say("no call was counted under a quota")
		return
	}
	p.say("%s", leaks(q))
	p.say("%s", refusals(q))
	p.say("%d served, %d throttled; a quota was reached in %s", q.Served, q.Throttled, words.Count(q.Windows, "window"))
	if q.WorstOver > 0 {
		p.say("worst window: %d over a quota of %s, key %s", q.WorstOver, amount(q.WorstQuota, q.WorstOf), q.WorstKey)
	}
	p.keys()
}

func leaks(q *checker.Quota) string {
	total := q.Over.Total()
	if total == 0 {
		return "no call leaked past a quota"
	}
	return fmt.Sprintf("%s leaked past a quota: %v", words.Count(total, "call"), q.Over)
}

func refusals(q *checker.Quota) string {
	switch total := q.Under.Total(); total {
	case 0:
		return "no call was refused wrongly"
	case 1:
		return fmt.Sprintf("1 call was refused wrongly: %v", q.Under)
	default:
		return fmt.Sprintf("%d calls were refused wrongly: %v", total, q.Under)
	}
}

// quotaOf is a key's quota; where it is not one of calls, of which the leaks tell, with the most that one window
// served.
func quotaOf(k *checker.KeyQuota) string {
	if k.Of == checker.Calls {
		return fmt.Sprint(k.Quota)
	}
	return fmt.Sprintf("%d of %s", k.Most, amount(k.Quota, k.Of))
}

// keys tells the keys with the most leaks or wrong refusals, when several have any.
func (p *page) keys() {
	bad := slices.DeleteFunc(slices.Clone(p.r.Quota.Keys), func(k checker.KeyQuota) bool { return k.Over+k.Under == 0 })
	if len(bad) < 2 {
		return
	}
	slices.SortStableFunc(bad, func(a, b checker.KeyQuota) int { return cmp.Compare(b.Over+b.Under, a.Over+a.Under) })
	t := table{head: []string{"quota", "windows", "leaked", "worst", "refused wrongly", "key"}}
	for _, k := range bad[:min(len(bad), mostKeys)] {
		t.add(quotaOf(&k), fmt.Sprint(k.Windows), fmt.Sprint(k.Over), fmt.Sprint(k.WorstOver), fmt.Sprint(k.Under), string(k.Key))
	}
	p.WriteString(t.String())
	if left := len(bad) - mostKeys; left > 0 {
		p.say("and %s with less", words.Count(left, "more key"))
	}
}
