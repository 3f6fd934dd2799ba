package bench

import "hubsim/event"

// Each key of the throttle loop is called so often, and the last call causes the decision: one in a
// hundred events, as in the bare loop that the goals come from.
const (
	loopQuota = 100
	loopLanes = 20 // keys in use at once
)

// warmShare of a measurement is not looked at.
const warmShare = 0.1

// plan is who calls when, the same for both sides: even intervals, gateways in turn. Some keys are in
// use at once; they reach their quota one after the other, in even intervals as well.
type plan struct {
	rate        float64
	gateways    int
	count, warm int // calls, and how many of them come before the measurement
}

func planOf(gateways int, o Options) plan {
	measured := max(int(o.Rate*o.Duration.Seconds()), loopQuota*loopLanes)
	warm := max(int(float64(measured)*warmShare), loopQuota*loopLanes)
	return plan{o.Rate, gateways, warm + measured, warm}
}

// at is when the i-th call is due, since the first.
func (p *plan) at(i int) event.Duration {
	return event.Duration(float64(i) / p.rate * float64(event.Second))
}

// key is which key the i-th call has.
func (p *plan) key(i int) int {
	lane, turn := i%loopLanes, i/loopLanes
	return lane + loopLanes*((turn+ahead(lane))/loopQuota)
}

// ahead is how many calls of its first key a lane leaves out, so that lanes do not decide together.
func ahead(lane int) int { return lane * loopQuota / loopLanes }

// decides tells whether the i-th call uses up its key's quota.
func (p *plan) decides(i int) bool {
	lane, turn := i%loopLanes, i/loopLanes
	cut := ahead(lane) > 0 && turn+ahead(lane) < loopQuota // a first key, whose quota is never used up
	return !cut && (turn+ahead(lane))%loopQuota == loopQuota-1
}

// keys is how many there are.
func (p *plan) keys() int { return p.key(p.count-1) + loopLanes }

// learnt is how many times gateways learn of a decision that is measured.
func (p *plan) learnt() (n int) {
	for i := p.warm; i < p.count; i++ {
		if p.decides(i) {
			n += p.gateways
		}
	}
	return n
}
