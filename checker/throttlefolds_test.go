package checker

import (
	"testing"

	"hubsim/event"
	"hubsim/node"
	"hubsim/trace"
)

// deliver is a copy of a decision that reaches a gateway.
func (p *tape) deliver(g event.NodeID, on bool, expiry event.Wall) *tape {
	msg := &event.Publish{Topic: event.ThrottleData, Body: &event.Decision{Key: key, IsThrottled: on, Expiry: start + expiry}}
	p.play(trace.Record{Kind: trace.Received, Node: g, Msg: msg, Service: event.Topics})
	return p
}

// dropped is an event that a gateway's group for tm-1 lost.
func (p *tape) dropped(g event.NodeID, why event.Reason) *tape {
	return p.note(g, node.Note{Fact: node.EventQueued}).note(g, node.Note{Fact: node.EventDropped, Peer: "tm-1", Reason: why})
}

// has is that a node got what has an id.
func (p *tape) has(id event.NodeID, fact node.Fact, what string) *tape {
	return p.note(id, node.Note{Fact: fact, ID: what})
}

func wanting() *Setup {
	s := testSetup()
	s.Gateways, s.Managers = s.Gateways[:1], s.Managers[:1]
	s.Plans = []string{"subscription:Two"}
	s.APIs = []API{{ID: "api-pizza", Labels: []string{"Default"}}, {ID: "api-elsewhere", Labels: []string{"EU"}}}
	return s
}

func TestThrottlingFolds(t *testing.T) {
	amplified := func() Checker { return NewAmplification(testSetup(), 2) }
	lossy := func() Checker { return NewFeedLoss(1) }
	carried := func() Checker { return NewCarry(testSetup(), 1) }
	ready := func() Checker { return NewReady(wanting(), 5*second) }
	for _, row := range []struct {
		why   string
		make  func() Checker
		play  func(p *tape)
		want  Verdict
		worst string
	}{
		{"each traffic manager says it once", amplified, func(p *tape) {
			p.emit("tm-1", true, 10_000).emit("tm-2", true, 10_000).deliver("gw-1", true, 10_000).deliver("gw-1", true, 10_000)
		}, Holds, "2 times; 1 decision sent 2 times, delivered 2 times"},
		{"it is said with every event", amplified, func(p *tape) {
			p.deliver("gw-1", true, 10_000).deliver("gw-1", true, 10_000).deliver("gw-1", true, 10_000)
		}, Violated, "3 times"},
		{"another window is another decision, and so is its end", amplified, func(p *tape) {
			p.deliver("gw-1", true, 10_000).deliver("gw-1", true, 10_000).deliver("gw-1", false, 10_000).deliver("gw-1", true, 20_000)
		}, Holds, "2 times"},
		{"each gateway is counted for itself", amplified, func(p *tape) {
			p.deliver("gw-1", true, 10_000).deliver("gw-1", true, 10_000).deliver("gw-2", true, 10_000)
		}, Holds, "2 times"},
		{"what a broker gets is no delivery", amplified, func(p *tape) { p.deliver("tm-1.broker", true, 10_000) }, NotExercised, "0 times"},
		{"nobody decides", amplified, func(p *tape) {}, NotExercised, ""},

		{"as many are lost as may be", lossy, func(p *tape) { p.dropped("gw-1", event.BufferFull) }, Holds, "1 lost of 1 events (1 buffer-full)"},
		{"more are lost", lossy, func(p *tape) { p.dropped("gw-1", event.BufferFull).dropped("gw-2", event.BufferFull) }, Violated, "2 lost of 2"},
		{"a loss does not say why", lossy, func(p *tape) { p.dropped("gw-1", event.NoReason) }, Violated, "1 without a reason"},
		{"nothing was sent", lossy, func(p *tape) {}, NotExercised, ""},

		{"an event is counted in its own window", carried, func(p *tape) {
			p.served("gw-1").counted("tm-1", 1, 1, 10_000)
		}, Holds, "0 of earlier windows"},
		{"one was on its way when its window ended", carried, func(p *tape) {
			p.time(9_999).served("gw-1").time(10_001).counted("tm-1", 1, 1, 20_000)
		}, Holds, "1 of earlier windows"},
		{"an outage's events are counted after it", carried, func(p *tape) {
			p.served("gw-1").served("gw-1").time(35_000).counted("tm-1", 1, 1, 40_000).counted("tm-1", 2, 2, 40_000)
		}, Violated, "2 of earlier windows"},
		{"two traffic managers count for themselves", carried, func(p *tape) {
			p.served("gw-1").time(35_000).counted("tm-1", 1, 1, 40_000).counted("tm-2", 1, 1, 40_000)
		}, Holds, "1 of earlier windows in one; 2 of 2"},
		{"an event of a later window by a slow clock is not of an earlier one", carried, func(p *tape) {
			p.time(10_500).served("gw-1").counted("tm-1", 1, 1, 10_000)
		}, Holds, "0 of earlier windows"},

		{"all have all in time", ready, func(p *tape) {
			p.boot("gw-1", "tm-1").time(3000).has("tm-1", node.PlanDeployed, "subscription:Two").has("gw-1", node.Deployed, "api-pizza").has("gw-1", node.Ready, "")
		}, Holds, "0 of 3"},
		{"the traffic manager has no plan", ready, func(p *tape) {
			p.boot("gw-1", "tm-1").time(3000).has("gw-1", node.Deployed, "api-pizza").has("gw-1", node.Ready, "")
		}, Violated, "1 of 3"},
		{"it is taken away again", ready, func(p *tape) {
			p.boot("tm-1").has("tm-1", node.PlanDeployed, "subscription:Two").has("tm-1", node.PlanRemoved, "subscription:Two")
		}, Violated, "1 of 1"},
		{"the gateway comes late", ready, func(p *tape) {
			p.boot("gw-1").has("gw-1", node.Deployed, "api-pizza").time(7000).has("gw-1", node.Ready, "")
		}, Violated, "1 of 2 not there in time; slowest 6s"},
		{"it is not late for who starts last", ready, func(p *tape) {
			p.boot("gw-1").has("gw-1", node.Deployed, "api-pizza").time(20_000).boot("cp-1").time(21_000).has("gw-1", node.Ready, "")
		}, Holds, "slowest 1s"},
		{"a restart begins with nothing", ready, func(p *tape) {
			p.boot("tm-1").has("tm-1", node.PlanDeployed, "subscription:Two").stop("tm-1").boot("tm-1")
		}, Violated, "1 of 1"},
		{"who is down needs nothing", ready, func(p *tape) { p.boot("tm-1").stop("tm-1") }, NotExercised, ""},
		{"what stops with the run was there", ready, func(p *tape) {
			p.boot("tm-1").has("tm-1", node.PlanDeployed, "subscription:Two").time(60_000).stop("tm-1")
		}, Holds, "0 of 1"},
	} {
		t.Run(row.why, func(t *testing.T) {
			c := row.make()
			row.play((&tape{to: c}).time(1000))
			judge(t, c, row.want, row.worst)
		})
	}
}
