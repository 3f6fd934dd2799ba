package trafficmgr

import (
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"hubsim/event"
	"hubsim/node"
)

// member is a manager at work, with what it said.
type member struct {
	m    *Manager
	now  node.Clock
	acts []node.Act
}

func start(c Config) *member {
	c.ID, c.Brokers, c.DeployPolicies = "tm-1", []event.NodeID{"tm-1.broker"}, false
	c.Session.Publisher.IdleClose = 0 // no session and no deadline but those of the story
	c.OnDisk = []Policy{five(event.SubscriptionLevel), five(event.APILevel)}
	m := &member{m: New(c), now: node.Clock{Wall: t0}}
	m.step(node.Input{Kind: node.Boot})
	m.step(node.Input{Kind: node.Up, Session: 1})
	return m
}

func (m *member) step(in node.Input) {
	var out node.Output
	m.m.Step(m.now, in, &out)
	m.acts = append(m.acts, out.Acts...)
}

func (m *member) pass(d event.Duration) {
	m.now.Mono, m.now.Wall = m.now.Mono.Add(d), m.now.Wall.Add(d)
	if m.m.Deadline() <= m.now.Mono {
		m.step(node.Input{Kind: node.Tick})
	}
}

// said are the facts and messages about a key.
func (m *member) said(key event.ThrottleKey) []any {
	var all []any
	for _, a := range m.acts {
		if p, ok := a.Msg.(*event.Publish); ok && p.Body.(*event.Decision).Key == key {
			all = append(all, *p.Body.(*event.Decision))
		}
		if a.Verb == node.Record && a.Note.Key == key {
			all = append(all, a.Note)
		}
	}
	return all
}

// TestNeighbours: whatever else is in the batches, an event of K is counted as if it were alone, and
// the same inputs give the same outputs.
func TestNeighbours(t *testing.T) {
	for name, profile := range map[string]func() Config{"wso2": WSO2, "hardened": Hardened} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				alone, crowd, twin := start(profile()), start(profile()), start(profile())
				for i := range rapid.IntRange(1, 30).Draw(t, "batches") {
					wait := event.Duration(rapid.IntRange(0, 40_000).Draw(t, "wait")) * event.Millisecond
					mine := throttle(event.RequestID(i+1), alone.now.Wall.Add(wait), keyK)
					before, after := drawJunk(t, mine.At), drawJunk(t, mine.At)
					for _, m := range []*member{alone, crowd, twin} {
						m.pass(wait)
						all := []event.Message{mine}
						if m != alone {
							all = append(append(append([]event.Message{}, before...), mine), after...)
						}
						m.step(node.Input{Kind: node.Received, Session: -1, Msg: &event.Batch{Seq: uint64(i), Events: all}})
					}
				}
				if d := cmp.Diff(alone.said(keyK), crowd.said(keyK)); d != "" {
					t.Fatalf("alone, and in a crowd:\n%s", d)
				}
				if !reflect.DeepEqual(crowd.acts, twin.acts) {
					t.Fatal("the same inputs gave other outputs")
				}
			})
		})
	}
}

func throttle(id event.RequestID, at event.Wall, key event.ThrottleKey) *event.Throttle {
	return &event.Throttle{ID: id, At: at, Attributes: &event.Attributes{
		SubscriptionKey: key, SubscriptionTier: "Five", APITenant: event.Super,
	}}
}

// drawJunk are events that do not concern K, most of which no gateway would send. None opens the
// window of K's plan, which any event of its tier with a key would.
func drawJunk(t *rapid.T, now event.Wall) []event.Message {
	var all []event.Message
	for range rapid.IntRange(0, 4).Draw(t, "junk") {
		e := throttle(event.RequestID(rapid.Uint64().Draw(t, "id")), event.Wall(rapid.Int64().Draw(t, "stamp")), "")
		e.Properties = rapid.SampledFrom([]string{"", "{", "null", `{"ip":-1}`, `{"reset":true}`, "\x00"}).Draw(t, "properties")
		switch rapid.IntRange(0, 5).Draw(t, "what") {
		case 0:
			all = append(all, nil, (*event.Throttle)(nil), &event.Throttle{}, &event.BatchAck{})
			continue
		case 1:
			e.SubscriptionTier = rapid.String().Draw(t, "tier")
			e.SubscriptionKey = event.ThrottleKey(rapid.String().Draw(t, "key"))
		case 2:
			e.SubscriptionTier, e.ResourceTier, e.ResourceKey = "", "Five", event.ThrottleKey(rapid.String().Draw(t, "resource"))
		}
		all = append(all, e)
	}
	return all
}

// TestDeadlineByWallClock: the timer waits on the monotonic clock; if the wall clock then says that
// it is early, because it was set back, it waits again and does not spin.
func TestDeadlineByWallClock(t *testing.T) {
	c := WSO2()
	c.Session.Publisher.IdleClose = 0 // no other deadline
	m := start(c)
	m.step(node.Input{Kind: node.Received, Session: -1, Msg: &event.Batch{Events: []event.Message{throttle(1, t0, keyK)}}})
	if m.m.Deadline() != event.Mono(event.Minute) {
		t.Fatalf("deadline %v, want a minute", m.m.Deadline())
	}
	m.now = node.Clock{Mono: event.Mono(event.Minute), Wall: t0 + 50_000}
	m.acts = nil
	m.step(node.Input{Kind: node.Tick})
	if len(m.acts) != 0 || m.m.Deadline() != event.Mono(70*event.Second) {
		t.Fatalf("%d acts, deadline %v; want none, and ten seconds later", len(m.acts), m.m.Deadline())
	}
	m.now = node.Clock{Mono: event.Mono(70 * event.Second), Wall: t0 + 60_000}
	m.step(node.Input{Kind: node.Tick})
	m.step(node.Input{Kind: node.Tick})
	if len(m.acts) != 2 || m.acts[0].Note.Fact != node.WindowRolled || m.acts[1].Note.Fact != node.KeysKept || m.m.Deadline() != event.Mono(130*event.Second) {
		t.Fatalf("acts %v, deadline %v; want one window rolled", m.acts, m.m.Deadline())
	}
}

// TestRefusals: calls, and sessions for what a traffic manager does not serve.
func TestRefusals(t *testing.T) {
	m := start(WSO2())
	m.acts = nil
	m.step(node.Input{Kind: node.Called, Call: 7, Msg: &event.Step{}})
	m.step(node.Input{Kind: node.Called, Call: 8, Msg: &event.Request{}})
	m.step(node.Input{Kind: node.Up, Session: -3, Service: event.Pull})
	m.step(node.Input{Kind: node.Received, Session: -4, Msg: &event.Heartbeat{}})
	m.step(node.Input{Kind: node.Received, Session: -4, Msg: (*event.Batch)(nil)})
	if len(m.acts) != 3 || m.acts[0].Msg.(*event.StepDone).Status != 404 || m.acts[1].Msg.(*event.Reply).Status != 404 || m.acts[2].Verb != node.Close {
		t.Errorf("acts %+v; want two answers of 404 and a close", m.acts)
	}
}
