package checker

import (
	"testing"

	"hubsim/event"
	"hubsim/node"
	"hubsim/trace"
)

// applied is that a gateway does what a decision says.
func (p *tape) applied(g event.NodeID, on bool, expiry event.Wall) *tape {
	return p.note(g, node.Note{Fact: node.DecisionApplied, Key: key, On: on, Expiry: start + expiry})
}

// rolls is that a traffic manager's window has ended, and the next one ends then.
func (p *tape) rolls(m event.NodeID, end event.Wall) *tape {
	return p.note(m, node.Note{Fact: node.WindowRolled, ID: "subscription:Two", Expiry: start + end})
}

// session is something that happens to a gateway's session with a hub.
func (p *tape) session(kind trace.Kind, g event.NodeID, id node.SessionID, msg event.Message) *tape {
	p.play(trace.Record{Kind: kind, Node: g, Peer: "cp-1.broker", Service: event.Topics, Session: id, Msg: msg, Incarnation: 1})
	return p
}

func (p *tape) subscribes(g event.NodeID, id node.SessionID) *tape {
	return p.session(trace.Sent, g, id, &event.Subscribe{Topic: event.TokenRevocation})
}

// known is a token's entry in a gateway's list, and purged its end.
func (p *tape) known(g event.NodeID, token string, expiry event.Wall) *tape {
	return p.note(g, node.Note{Fact: node.RevocationKnown, ID: token, Expiry: start + expiry})
}

func (p *tape) purged(g event.NodeID, token string) *tape {
	return p.note(g, node.Note{Fact: node.RevocationPurged, ID: token})
}

func TestInvariantFolds(t *testing.T) {
	refusals := func() Checker { return NewRefusals(testSetup()) }
	windows := func() Checker { return NewWindows(testSetup()) }
	lifts := func() Checker { return NewLifts(0) }
	dials := func() Checker { return NewDials(testSetup(), 1) }
	subscriptions := func() Checker { return NewSubscriptions(testSetup(), second) }
	const no = event.InvalidCredentials
	for _, row := range []struct {
		why   string
		make  func() Checker
		play  func(p *tape)
		want  Verdict
		worst string
	}{
		{"refused once, refused for good", refusals, func(p *tape) {
			p.withToken("gw-1", "t1", event.Served).revoke("t1").withToken("gw-1", "t1", no).time(9000).withToken("gw-1", "t1", no)
		}, Holds, "0 calls served"},
		{"refused and served again", refusals, func(p *tape) {
			p.revoke("t1").withToken("gw-1", "t1", no).withToken("gw-1", "t1", event.Served)
		}, Violated, "1 call served after a refusal, 0 refused"},
		{"served by one that has not refused it yet", refusals, func(p *tape) {
			p.revoke("t1").withToken("gw-1", "t1", no).withToken("gw-2", "t1", event.Served)
		}, Holds, "0 calls served"},
		{"refused, and nobody revoked it", refusals, func(p *tape) { p.revoke("t1").withToken("gw-1", "t2", no) }, Violated, "1 refused that nobody"},
		{"refused since it has expired", refusals, func(p *tape) { p.time(3_601_000).withToken("gw-1", "t2", no) }, NotExercised, ""},
		{"its entry goes when it has expired", refusals, func(p *tape) {
			p.revoke("t1").withToken("gw-1", "t1", no).known("gw-1", "t1", 5000).time(5001).purged("gw-1", "t1")
		}, Holds, ""},
		{"its entry goes before", refusals, func(p *tape) {
			p.revoke("t1").withToken("gw-1", "t1", no).known("gw-1", "t1", 5000).time(5000).purged("gw-1", "t1")
		}, Violated, ""},

		{"counted, decided and rolled in the running window", windows, func(p *tape) {
			p.served("gw-1").counted("tm-1", 1, 1, 10_000).decided("tm-1", true, 10_000).time(10_000).rolls("tm-1", 20_000).time(20_000).rolls("tm-1", 30_000)
		}, Holds, "7 things"},
		{"counted in a window that was over", windows, func(p *tape) { p.time(10_250).counted("tm-1", 1, 1, 10_000) }, Violated, "1 × event counted"},
		{"decided for a window that was over", windows, func(p *tape) { p.time(10_250).decided("tm-1", true, 10_000) }, Violated, "1 × decision for a window"},
		{"counted in time, and written down late", windows, func(p *tape) { p.time(10_249).counted("tm-1", 1, 1, 10_000) }, Holds, ""},
		{"decided for more than a window", windows, func(p *tape) { p.served("gw-1").decided("tm-1", true, 11_001) }, Violated, "1 × decision for longer"},
		{"one window is rolled twice", windows, func(p *tape) { p.time(10_000).rolls("tm-1", 20_000).rolls("tm-1", 20_000) }, Violated, "1 × window ended twice"},
		{"each traffic manager rolls its own", windows, func(p *tape) { p.time(10_000).rolls("tm-1", 20_000).rolls("tm-2", 20_000) }, Holds, ""},
		{"rolled into a window that was over", windows, func(p *tape) { p.time(30_000).rolls("tm-1", 20_000) }, Violated, "1 × window began"},

		{"a block stands until its window ends", lifts, func(p *tape) {
			p.applied("gw-1", true, 10_000).time(10_000).applied("gw-1", false, 20_000).time(12_000).applied("gw-1", true, 20_000)
		}, Holds, "0 in all"},
		{"a block is lifted and set again", lifts, func(p *tape) {
			p.applied("gw-1", true, 10_000).time(3000).applied("gw-1", false, 10_000).time(3001).applied("gw-1", true, 10_000)
		}, Violated, "1 times in one window"},
		{"it is lifted early, and that was that", lifts, func(p *tape) {
			p.applied("gw-1", true, 10_000).applied("gw-1", false, 10_000).time(12_000).applied("gw-1", true, 20_000)
		}, Holds, "0 in all"},
		{"a block's end goes back", lifts, func(p *tape) { p.applied("gw-1", true, 20_000).applied("gw-1", true, 10_000) }, Violated, "1 went back"},
		{"another gateway heard otherwise", lifts, func(p *tape) { p.applied("gw-1", true, 20_000).applied("gw-2", true, 10_000) }, Holds, "0 went back"},

		{"they come back one after the other", dials, func(p *tape) {
			p.boot("cp-1.broker").session(trace.Up, "gw-1", 1, nil).session(trace.Up, "gw-2", 1, nil)
			p.session(trace.Down, "gw-1", 1, nil).session(trace.Down, "gw-2", 1, nil)
			p.session(trace.Opening, "gw-1", 2, nil).time(2000).session(trace.Opening, "gw-2", 2, nil)
		}, Holds, "1 in a second; 2 dials"},
		{"they come back at once", dials, func(p *tape) {
			p.boot("cp-1.broker").session(trace.Up, "gw-1", 1, nil).session(trace.Up, "gw-2", 1, nil)
			p.session(trace.Down, "gw-1", 1, nil).session(trace.Down, "gw-2", 1, nil)
			p.session(trace.Opening, "gw-1", 2, nil).time(1999).session(trace.Opening, "gw-2", 2, nil)
		}, Violated, "2 in a second"},
		{"nobody is there to be asked", dials, func(p *tape) {
			p.session(trace.Up, "gw-1", 1, nil).session(trace.Down, "gw-1", 1, nil).stop("cp-1.broker").session(trace.Opening, "gw-1", 2, nil)
		}, NotExercised, ""},
		{"a start is none", dials, func(p *tape) { p.boot("cp-1.broker").session(trace.Opening, "gw-1", 1, nil) }, NotExercised, ""},

		{"lost, and subscribed again", subscriptions, func(p *tape) {
			p.subscribes("gw-1", 1).session(trace.Down, "gw-1", 1, nil).subscribes("gw-1", 2)
		}, Holds, "1 at a time"},
		{"the old one is let go a second later", subscriptions, func(p *tape) {
			p.subscribes("gw-1", 1).subscribes("gw-1", 2).time(2000).session(trace.Closed, "gw-1", 1, nil)
		}, Holds, "2 at a time, more than one for 1s"},
		{"the old one is kept", subscriptions, func(p *tape) { p.subscribes("gw-1", 1).subscribes("gw-1", 2) }, Violated, "more than one for 59s"},
		{"a restart has lost them", subscriptions, func(p *tape) {
			p.subscribes("gw-1", 1).stop("gw-1").boot("gw-1").subscribes("gw-1", 1)
		}, Holds, "1 at a time"},
	} {
		t.Run(row.why, func(t *testing.T) {
			c := row.make()
			row.play((&tape{to: c}).time(1000))
			judge(t, c, row.want, row.worst)
		})
	}
}
