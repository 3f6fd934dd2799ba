package checker

import (
	"strings"
	"testing"

	"hubsim/event"
	"hubsim/node"
	"hubsim/trace"
)

// step is an administrator's step that a control plane accepts.
func (p *tape) step(s *event.Step) *tape {
	p.id++
	id := event.CallID(p.id)
	p.play(trace.Record{Kind: trace.Called, Node: "cp-1", Call: id, Msg: s})
	p.play(trace.Record{Kind: trace.Answered, Node: "cp-1", Call: id, Msg: &event.StepDone{Status: 200}})
	return p
}

// judge ends a fold and compares its verdict, and what its worst case says.
func judge(t *testing.T, c Checker, want Verdict, worst string) {
	t.Helper()
	got := c.Finish()
	if got.Verdict != want || !strings.Contains(got.Worst, worst) {
		t.Errorf("%v, worst %q, details %v; want %v and %q", got.Verdict, got.Worst, got.Details, want, worst)
	}
}

func savedGold() *event.Step {
	return &event.Step{Policy: &event.Policy{Name: "Gold", Level: event.SubscriptionLevel}}
}

func (p *tape) revoke(token event.TokenID) *tape {
	return p.step(&event.Step{Revoke: &event.RevokedToken{Token: token}})
}

func (p *tape) withToken(g event.NodeID, token event.TokenID, code event.Code) *tape {
	p.id++
	req := &event.Request{ID: p.id, Token: &event.Token{ID: token, Expires: start + 3_600_000}}
	p.play(trace.Record{Kind: trace.Answered, Node: g, Request: req, Msg: &event.Reply{Code: code}})
	return p
}

func (p *tape) boot(ids ...event.NodeID) *tape {
	for _, id := range ids {
		p.play(trace.Record{Kind: trace.Booted, Node: id})
	}
	return p
}

func (p *tape) stop(id event.NodeID) *tape {
	p.play(trace.Record{Kind: trace.Stopped, Node: id})
	return p
}

func (p *tape) published(by, hub event.NodeID, id string) *tape {
	return p.note(by, node.Note{Fact: node.EventPublished, ID: id, Detail: string(event.TokenRevocation), Peer: hub})
}

func (p *tape) resent(by, hub event.NodeID, id string) *tape {
	return p.note(by, node.Note{Fact: node.EventResent, ID: id, Detail: string(event.TokenRevocation), Peer: hub})
}

func (p *tape) copy(g event.NodeID, id string) *tape {
	msg := &event.Publish{Topic: event.TokenRevocation, Body: &event.TokenRevoked{EventID: id}}
	p.play(trace.Record{Kind: trace.Received, Node: g, Msg: msg, Service: event.Topics})
	return p
}

func (p *tape) subscribe(g, hub event.NodeID) *tape {
	return p.note(g, node.Note{Fact: node.SessionUp, Peer: hub, Detail: string(event.TokenRevocation)})
}

func TestFolds(t *testing.T) {
	for _, row := range []struct {
		why   string
		make  func(s *Setup) Checker
		play  func(p *tape)
		want  Verdict
		worst string
	}{
		{"a revoked token is refused in time", func(s *Setup) Checker { return NewRevocation(s, second) }, func(p *tape) {
			p.revoke("t1").time(1500).withToken("gw-1", "t1", event.Served).time(2500).withToken("gw-1", "t1", event.InvalidCredentials)
		}, Holds, "0 calls"},
		{"a revoked token is accepted", func(s *Setup) Checker { return NewRevocation(s, second) }, func(p *tape) {
			p.revoke("t1").time(2500).withToken("gw-1", "t1", event.Served)
		}, Violated, "1 call with 1 revoked token"},
		{"nobody uses the revoked token", func(s *Setup) Checker { return NewRevocation(s, second) }, func(p *tape) { p.revoke("t1") }, NotExercised, ""},
		{"both gateways learn in time", func(s *Setup) Checker { return NewConvergence(s, second) }, func(p *tape) {
			p.boot("gw-1", "gw-2").revoke("t1").time(1200)
			for _, g := range []event.NodeID{"gw-1", "gw-2"} {
				p.note(g, node.Note{Fact: node.RevocationKnown, ID: "t1"})
			}
		}, Holds, "0 of 2"},
		{"one gateway never learns", func(s *Setup) Checker { return NewConvergence(s, second) }, func(p *tape) {
			p.boot("gw-1", "gw-2").revoke("t1").note("gw-1", node.Note{Fact: node.RevocationKnown, ID: "t1"})
		}, Violated, "1 of 2"},
		{"a restart forgets what was known", func(s *Setup) Checker { return NewConvergence(s, second) }, func(p *tape) {
			p.boot("gw-1").revoke("t1").note("gw-1", node.Note{Fact: node.RevocationKnown, ID: "t1"}).stop("gw-1").boot("gw-1")
		}, Violated, "1 of 1"},
		{"an API for other labels concerns nobody", func(s *Setup) Checker { return NewConvergence(s, second) }, func(p *tape) {
			p.boot("gw-1").step(&event.Step{Deploy: &event.API{UUID: "a", Revision: 2, Labels: []string{"EU"}}})
		}, NotExercised, ""},
		{"an old revision is not the new one", func(s *Setup) Checker { return NewConvergence(s, second) }, func(p *tape) {
			p.boot("gw-1").step(&event.Step{Deploy: &event.API{UUID: "a", Revision: 2}}).note("gw-1", node.Note{Fact: node.Deployed, ID: "a", N: 1})
		}, Violated, "1 of 1"},
		{"a block that was lifted is lifted everywhere", func(s *Setup) Checker { return NewConvergence(s, second) }, func(p *tape) {
			p.boot("gw-1").step(&event.Step{Block: &event.BlockingCondition{Kind: "USER", Value: "eve", On: true}})
			p.note("gw-1", node.Note{Fact: node.BlockApplied, ID: "USER:eve", On: true})
			p.step(&event.Step{Block: &event.BlockingCondition{Kind: "USER", Value: "eve"}})
			p.note("gw-1", node.Note{Fact: node.BlockApplied, ID: "USER:eve"})
		}, Holds, "0 of 1"},
		{"one that is still blocked is not", func(s *Setup) Checker { return NewConvergence(s, second) }, func(p *tape) {
			p.boot("gw-1").step(&event.Step{Block: &event.BlockingCondition{Kind: "USER", Value: "eve", On: true}})
			p.note("gw-1", node.Note{Fact: node.BlockApplied, ID: "USER:eve", On: true})
			p.step(&event.Step{Block: &event.BlockingCondition{Kind: "USER", Value: "eve"}})
		}, Violated, "1 of 1"},
		{"a traffic manager deploys a policy that was saved", func(s *Setup) Checker { return NewConvergence(s, second) }, func(p *tape) {
			p.boot("tm-1").step(savedGold()).note("tm-1", node.Note{Fact: node.PlanDeployed, ID: "subscription:Gold"})
		}, Holds, "0 of 1"},
		{"what it deployed at its start is not what was saved later", func(s *Setup) Checker { return NewConvergence(s, second) }, func(p *tape) {
			p.boot("tm-1").note("tm-1", node.Note{Fact: node.PlanDeployed, ID: "subscription:Gold"}).step(savedGold())
		}, Violated, "1 of 1"},
		{"nor is the deployment before the last saving", func(s *Setup) Checker { return NewConvergence(s, second) }, func(p *tape) {
			p.boot("tm-1").step(savedGold()).note("tm-1", node.Note{Fact: node.PlanDeployed, ID: "subscription:Gold"}).step(savedGold())
		}, Violated, "1 of 1"},
		{"what was faulty may take its time after the fault", func(s *Setup) Checker { return NewConvergence(s, second) }, func(p *tape) {
			p.boot("gw-1").play(trace.Record{Kind: trace.FaultOn})
			p.revoke("t1").time(20_000).play(trace.Record{Kind: trace.FaultOff})
			p.time(20_500).note("gw-1", node.Note{Fact: node.RevocationKnown, ID: "t1"})
		}, Holds, "slowest 500ms"},
		{"a fault that comes after it was learned excuses nothing", func(s *Setup) Checker { return NewConvergence(s, second) }, func(p *tape) {
			p.boot("gw-1").revoke("t1").time(15_000).note("gw-1", node.Note{Fact: node.RevocationKnown, ID: "t1"})
			p.time(20_000).play(trace.Record{Kind: trace.FaultOn})
			p.time(25_000).play(trace.Record{Kind: trace.FaultOff})
		}, Violated, "slowest 14s"},
		{"a consumer is deaf while a broker runs", func(s *Setup) Checker { return NewDeaf(s, second) }, func(p *tape) {
			p.boot("tm-1.broker").time(2000).deaf("gw-1", "tm-1.broker").time(5000).listen("gw-1", "tm-1.broker")
		}, Violated, "3s"},
		{"nobody can listen to a broker that is down", func(s *Setup) Checker { return NewDeaf(s, second) }, func(p *tape) {
			p.boot("tm-1.broker").time(2000).stop("tm-1.broker").deaf("gw-1", "tm-1.broker").time(5000).boot("tm-1.broker").time(5500).listen("gw-1", "tm-1.broker")
		}, Holds, "500ms"},
		{"ten at the end of one window and ten in the next", func(s *Setup) Checker { return NewRolling(s) }, func(p *tape) {
			p.time(9000).served("gw-1").served("gw-1").time(10_500).served("gw-1").served("gw-1")
		}, Violated, "4 of a quota of 2"},
		{"a window's length apart", func(s *Setup) Checker { return NewRolling(s) }, func(p *tape) {
			p.time(500).served("gw-1").served("gw-1").time(10_500).served("gw-1").served("gw-1")
		}, Holds, "2 of a quota of 2"},
	} {
		t.Run(row.why, func(t *testing.T) {
			c := row.make(testSetup())
			p := &tape{to: c}
			row.play(p.time(1000))
			judge(t, c, row.want, row.worst)
		})
	}
}

func TestFates(t *testing.T) {
	const hub = event.NodeID("cp-1.broker")
	for _, row := range []struct {
		why  string
		play func(p *tape)
		want string // fate of the copy at gw-1: "delivered N" or the reason
		dup  Verdict
	}{
		{"it arrives", func(p *tape) { p.subscribe("gw-1", hub).time(2000).published("cp-1", hub, "e1").copy("gw-1", "e1") }, "1", Holds},
		{"it arrives twice", func(p *tape) {
			p.subscribe("gw-1", hub).time(2000).published("cp-1", hub, "e1").copy("gw-1", "e1").copy("gw-1", "e1")
		}, "2", Violated},
		{"it arrives twice, sent again to the hub that confirmed nothing", func(p *tape) {
			p.subscribe("gw-1", hub).time(2000).published("cp-1", hub, "e1").resent("cp-1", hub, "e1").copy("gw-1", "e1").copy("gw-1", "e1")
		}, "2", Holds},
		{"it arrives twice, sent again to another hub", func(p *tape) {
			p.subscribe("gw-1", hub).time(2000).published("cp-1", hub, "e1").resent("cp-1", "cp-2.broker", "e1").copy("gw-1", "e1").copy("gw-1", "e1")
		}, "2", Violated},
		{"the database's copy of it leaves first, and then the event", func(p *tape) {
			p.subscribe("gw-1", hub).time(2000).resent("cp-2", hub, "e1").published("cp-1", hub, "e1").copy("gw-1", "e1").copy("gw-1", "e1")
		}, "2", Holds},
		{"only the database's copy leaves, and comes twice", func(p *tape) {
			p.subscribe("gw-1", hub).time(2000).resent("cp-1", hub, "e1").copy("gw-1", "e1").copy("gw-1", "e1")
		}, "2", Violated},
		{"only the database's copy leaves, and is lost", func(p *tape) {
			p.subscribe("gw-1", hub).time(2000).resent("cp-1", hub, "e1")
		}, "unexplained", NotExercised},
		{"it arrives three times, sent again once", func(p *tape) {
			p.subscribe("gw-1", hub).time(2000).published("cp-1", hub, "e1").resent("cp-1", hub, "e1").copy("gw-1", "e1").copy("gw-1", "e1").copy("gw-1", "e1")
		}, "3", Violated},
		{"the gateway is not there", func(p *tape) { p.stop("gw-1").published("cp-1", hub, "e1") }, "node-down", NotExercised},
		{"the gateway is deaf", func(p *tape) { p.published("cp-1", hub, "e1") }, "not-subscribed", NotExercised},
		{"the gateway listens elsewhere", func(p *tape) { p.subscribe("gw-1", "cp-2.broker").published("cp-1", hub, "e1") }, "no path to its hub", NotExercised},
		{"the publisher could not send it", func(p *tape) {
			p.subscribe("gw-1", hub).time(2000).note("cp-1", node.Note{Fact: node.PublishDropped, ID: "e1", Detail: string(event.TokenRevocation), Peer: hub, Reason: event.NoSession})
		}, "no-session", NotExercised},
		{"the session broke on the way", func(p *tape) {
			p.subscribe("gw-1", hub).time(2000).published("cp-1", hub, "e1").note("gw-1", node.Note{Fact: node.SessionLost, Peer: hub, Detail: string(event.TokenRevocation)})
		}, "broken-in-flight", NotExercised},
		{"the subscription is not there yet", func(p *tape) { p.subscribe("gw-1", hub).time(1100).published("cp-1", hub, "e1") }, "not-subscribed", NotExercised},
		{"a half-open connection swallowed it", func(p *tape) {
			p.subscribe("gw-1", hub).time(2000).published("cp-1", hub, "e1")
			p.play(trace.Record{Kind: trace.FaultHit, Node: "gw-1", Mark: "at 1s half-open gw-1>cp-1.broker"})
		}, "swallowed", NotExercised},
		{"the session broke on the way, and is back", func(p *tape) {
			p.subscribe("gw-1", hub).time(2000).published("cp-1", hub, "e1").time(2100).note("gw-1", node.Note{Fact: node.SessionLost, Peer: hub, Detail: string(event.TokenRevocation)})
			p.time(2200).subscribe("gw-1", "cp-2.broker")
		}, "broken-in-flight", NotExercised},
		{"nothing says why it did not come", func(p *tape) { p.subscribe("gw-1", hub).time(2000).published("cp-1", hub, "e1") }, "unexplained", NotExercised},
	} {
		t.Run(row.why, func(t *testing.T) {
			f := NewFates(testSetup())
			d, a := NewDuplicates(f, 1), NewAccounting(f)
			row.play((&tape{to: trace.Observers{f, d, a}}).time(1000).boot("gw-1"))
			fate := f.table()[0]
			got := fate.Why
			if fate.Copies > 0 {
				got = string(rune('0' + fate.Copies))
			}
			if got != row.want {
				t.Errorf("fate %q, want %q", got, row.want)
			}
			if v := d.Finish().Verdict; v != row.dup {
				t.Errorf("duplicates %v, want %v", v, row.dup)
			}
			if bad := a.Finish().Verdict == Violated; bad != (row.want == "unexplained") {
				t.Errorf("accounting violated: %v", bad)
			}
		})
	}
}

func TestAccountingFindsWhatHasNoFate(t *testing.T) {
	for _, row := range []struct {
		why  string
		play func(p *tape)
		want Verdict
	}{
		{"sent and received", func(p *tape) { p.message(trace.Sent, 1).message(trace.Received, 1) }, Holds},
		{"sent and dropped", func(p *tape) { p.message(trace.Sent, 1).message(trace.Dropped, 1) }, Holds},
		{"sent and forgotten", func(p *tape) { p.message(trace.Sent, 1) }, Violated},
		{"received and never sent", func(p *tape) { p.message(trace.Received, 1) }, Violated},
		{"a step that nobody was there to take was not called", func(p *tape) {
			p.message(trace.Sent, 1).message(trace.Received, 1).play(trace.Record{Kind: trace.Answered, Node: "cp-1", Call: 1, Msg: &event.StepDone{Status: 503}})
		}, Holds},
		{"an answer to no call", func(p *tape) {
			p.message(trace.Sent, 1).message(trace.Received, 1).play(trace.Record{Kind: trace.Answered, Node: "cp-1", Call: 1, Msg: &event.StepDone{Status: 200}})
		}, Violated},
		{"received twice", func(p *tape) { p.message(trace.Sent, 1).message(trace.Received, 1).message(trace.Received, 1) }, Violated},
		{"without numbers the sums must agree", func(p *tape) { p.message(trace.Sent, 0).message(trace.Sent, 0).message(trace.Received, 0) }, Violated},
		{"unless the connection broke", func(p *tape) {
			p.message(trace.Sent, 0).play(trace.Record{Kind: trace.Down, Node: "gw-1", Peer: "tm-1", Service: event.Feed})
		}, Holds},
		{"or the other side is not of this run: what it sent and took is in no trace", func(p *tape) {
			p.message(trace.Sent, 1).message(trace.Received, 1).play(trace.Record{Kind: trace.Received, Node: "tm-1", Peer: "127.0.0.1:4711", Service: event.Feed, Msg: &event.Batch{}})
		}, Holds},
	} {
		t.Run(row.why, func(t *testing.T) {
			a := NewAccounting(NewFates(testSetup()))
			row.play((&tape{to: a}).boot("gw-1").boot("tm-1"))
			if got := a.Finish(); got.Verdict != row.want {
				t.Errorf("%v %v, want %v", got.Verdict, got.Details, row.want)
			}
		})
	}
}

// message is one side of a message that gw-1 sends to tm-1.
func (p *tape) message(k trace.Kind, id uint64) *tape {
	r := trace.Record{Kind: k, Node: "tm-1", Peer: "gw-1", Service: event.Feed, ID: id, Msg: &event.Batch{}}
	if k == trace.Sent {
		r.Node, r.Peer = r.Peer, r.Node
	}
	p.play(r)
	return p
}

// Without a number of copies an event may come as often as ways lead to the hub, and as it was told again.
func TestDuplicatesByWays(t *testing.T) {
	const hub = "cp-1.broker"
	told := func(p *tape, times int) {
		for range times {
			p.published("cp-1", "cp-2", "e1")
		}
	}
	for _, row := range []struct {
		why                string
		ways, told, copies int
		want               Verdict
	}{
		{"one way, one copy", 1, 1, 1, Holds},
		{"one way, two copies", 1, 1, 2, Violated},
		{"two ways, two copies", 2, 1, 2, Holds},
		{"two ways, three copies", 2, 1, 3, Violated},
		{"it was told again since nobody acknowledged", 1, 2, 2, Holds},
	} {
		t.Run(row.why, func(t *testing.T) {
			s := testSetup()
			s.Paths = func(event.Topic, event.NodeID, event.NodeID) int { return row.ways }
			f := NewFates(s)
			d := NewDuplicates(f, 0)
			p := (&tape{to: trace.Observers{f, d}}).time(1000).boot("gw-1")
			p.subscribe("gw-1", hub).time(2000)
			told(p, row.told)
			p.published("cp-1", hub, "e1")
			for range row.copies {
				p.copy("gw-1", "e1")
			}
			if got := d.Finish(); got.Verdict != row.want {
				t.Errorf("%v %s %v, want %v", got.Verdict, got.Worst, got.Details, row.want)
			}
		})
	}
}

func TestEcho(t *testing.T) {
	regions := map[event.NodeID]string{"eu-cp-1": "eu", "us-cp-1": "us", "eu-cp-1.broker": "eu", "us-cp-1.broker": "us"}
	for _, row := range []struct {
		why  string
		play func(p *tape)
		want Verdict
	}{
		{"one hop to the other region", func(p *tape) {
			p.published("eu-cp-1", "eu-cp-1.broker", "e1").published("eu-cp-1", "us-cp-1.broker", "e1")
		}, Holds},
		{"the other region sends it back", func(p *tape) {
			p.published("eu-cp-1", "us-cp-1.broker", "e1").published("us-cp-1", "eu-cp-1.broker", "e1")
		}, Violated},
		{"an event receiver passes it on at home", func(p *tape) {
			p.published("eu-cp-1", "eu-cp-1.broker", "e1").note("eu-cp-1", node.Note{Fact: node.EventForwarded, ID: "e1", Peer: "eu-cp-1.broker", N: 1})
		}, Violated},
		{"an event receiver passes on what has no id", func(p *tape) {
			p.note("eu-cp-1", node.Note{Fact: node.EventForwarded, Detail: "throttleData", Peer: "eu-cp-1.broker", N: 1})
		}, Violated},
		{"who has it from the database tells it before the one who was asked", func(p *tape) {
			p.resent("us-cp-1", "us-cp-1.broker", "e1").resent("us-cp-1", "eu-cp-1.broker", "e1").published("eu-cp-1", "us-cp-1.broker", "e1")
		}, Holds},
		{"and so does one whose event comes back", func(p *tape) {
			p.resent("us-cp-1", "us-cp-1.broker", "e1").published("eu-cp-1", "us-cp-1.broker", "e1").published("us-cp-1", "eu-cp-1.broker", "e1")
		}, Violated},
		{"it stays at home", func(p *tape) { p.published("eu-cp-1", "eu-cp-1.broker", "e1") }, NotExercised},
	} {
		t.Run(row.why, func(t *testing.T) {
			s := testSetup()
			s.Region = func(id event.NodeID) string { return regions[id] }
			f := NewFates(s)
			c := NewEcho(f)
			row.play(&tape{to: trace.Observers{f, c}})
			if got := c.Finish(); got.Verdict != row.want {
				t.Errorf("%v %v, want %v", got.Verdict, got.Details, row.want)
			}
		})
	}
}

func TestJudge(t *testing.T) {
	outcome := func(v Verdict) *Findings { return &Findings{Outcomes: []Outcome{{Check: "echo", Verdict: v}}} }
	gap := map[string]string{"echo": "wso2/api-manager#4441"}
	fault := func(hits int) *Conduct {
		return &Conduct{Faults: []FaultReport{{Fault: "at 1s crash tm-1", Hits: hits}}}
	}
	for _, row := range []struct {
		why     string
		f       *Findings
		c       *Conduct
		gaps    map[string]string
		strict  bool
		want    Judgement
		outcome Verdict

		elsewhere bool
		sometimes map[string]string
	}{
		{"on another deployment a known gap need not show", outcome(Holds), fault(1), gap, false, Pass, Holds, true, nil},
		{"all holds", outcome(Holds), fault(1), nil, false, Pass, Holds, false, nil},
		{"a breach fails", outcome(Violated), fault(1), nil, false, Fail, Violated, false, nil},
		{"a known gap is expected", outcome(Violated), fault(1), gap, false, Pass, KnownGap, false, nil},
		{"a known gap fails when strict", outcome(Violated), fault(1), gap, true, Fail, Violated, false, nil},
		{"a known gap that does not show fails", outcome(Holds), fault(1), gap, false, Fail, Holds, false, nil},
		{"what was never exercised proves nothing", outcome(NotExercised), fault(1), nil, false, Invalid, NotExercised, false, nil},
		{"a fault without effect proves nothing", outcome(Holds), fault(0), nil, false, Invalid, Holds, false, nil},
		{"a generator that fell behind proves nothing", outcome(Holds), &Conduct{Intended: 1000, NotSent: 6}, nil, false, Invalid, Holds, false, nil},
		{"a few calls short is fine", outcome(Holds), &Conduct{Intended: 1000, NotSent: 5}, nil, false, Pass, Holds, false, nil},
		{"a generator that was late proves nothing", outcome(Holds), &Conduct{LateP99: event.Second}, nil, false, Invalid, Holds, false, nil},
		{"a breach of numbers while the machine stood still proves nothing", &Findings{Outcomes: []Outcome{{Check: "feed-loss", Verdict: Violated}}},
			&Conduct{LateMax: 2 * MostStanding}, nil, false, Invalid, Violated, false, nil},
		{"one that no delay can make fails", outcome(Violated), &Conduct{LateMax: 2 * MostStanding}, nil, false, Fail, Violated, false, nil},
		{"and so does one beside it", &Findings{Outcomes: []Outcome{{Check: "feed-loss", Verdict: Violated}, {Check: "echo", Verdict: Violated}}},
			&Conduct{LateMax: 2 * MostStanding}, nil, false, Fail, Violated, false, nil},
		{"a machine that stood still and broke nothing is fine", outcome(Holds), &Conduct{LateMax: 2 * MostStanding}, nil, false, Pass, Holds, false, nil},
		{"a gap that some seeds have may show", outcome(Violated), fault(1), nil, false, Pass, KnownGap, false, gap},
		{"and need not", outcome(Holds), fault(1), nil, false, Pass, Holds, false, gap},
		{"when strict it fails, too", outcome(Violated), fault(1), nil, true, Fail, Violated, false, gap},
	} {
		t.Run(row.why, func(t *testing.T) {
			got, why := Judge(row.f, row.c, Expected{Gaps: row.gaps, Sometimes: row.sometimes, Strict: row.strict, Elsewhere: row.elsewhere})
			if got != row.want || row.f.Outcomes[0].Verdict != row.outcome || (got == Pass) != (len(why) == 0) {
				t.Errorf("%v (%v), outcome %v; want %v, %v", got, why, row.f.Outcomes[0].Verdict, row.want, row.outcome)
			}
		})
	}
}
