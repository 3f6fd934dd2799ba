package gateway

import (
	"math/rand"
	"testing"

	"hubsim/event"
	"hubsim/node"
)

// check examines a call as serve does.
func (g *Gateway) check(now node.Clock, r *event.Request) verdict {
	c := call{Request: r}
	return g.examine(now, &c)
}

// TestCheckAllocatesNothing holds the hot path to what the benchmarks promise.
func TestCheckAllocatesNothing(t *testing.T) {
	g, calls := loaded(t)
	served, refused := &calls[len(calls)-1], &calls[0]
	g.check(noon, served)
	g.check(noon, refused)
	if n := testing.AllocsPerRun(100, func() { g.check(noon, served); g.check(noon, refused) }); n != 0 {
		t.Errorf("two checks allocate %v times, want none", n)
	}
}

// TestCrowdedCheck does the same with all kinds of conditions loaded, none of which hits: an address in no
// blocked range, no group, no rule. Then each hits in turn.
func TestCrowdedCheck(t *testing.T) {
	g, calls := crowded(t)
	r := calls[len(calls)-1]
	if v := g.check(noon, &r); v.route == nil {
		t.Fatalf("refused with %d", v.code)
	}
	if n := testing.AllocsPerRun(100, func() { g.check(noon, &r) }); n != 0 {
		t.Errorf("a check allocates %v times, want none", n)
	}
	id := r.Token.ConsumerKey[len(r.Token.ConsumerKey)-4:]
	for _, c := range []struct {
		why  string
		do   func(r *event.Request)
		want event.Code
	}{
		{"a blocked range", func(r *event.Request) { r.ClientIP = "10.1.3.7" }, event.RequestBlocked},
		{"a group by address", func(r *event.Request) { r.ClientIP = "10.0.0.1" }, event.ResourceLimitExceeded},
		{"a group by header", func(r *event.Request) { r.Headers = []event.Pair{{Name: "X-Tier", Value: "gold"}} }, event.ResourceLimitExceeded},
		{"a custom rule with an address", func(*event.Request) {
			key := event.ThrottleKey(id + ":167772162")
			g.throttled.apply(noon, &event.Decision{Key: key, IsThrottled: true, Expiry: minute})
		}, event.CustomPolicyExceeded},
	} {
		one := r
		c.do(&one)
		if v := g.check(noon, &one); v.code != c.want {
			t.Errorf("%s: %d, want %d", c.why, v.code, c.want)
		}
	}
}

// TestRoutesAreBounded calls with more users than the cache of routes holds.
func TestRoutesAreBounded(t *testing.T) {
	g, calls := loaded(t)
	r := calls[len(calls)-1]
	for i := range maxRoutes + 10 {
		token := *r.Token
		r.Token = &token
		token.User = string(rune('a'+i%26)) + string(event.Mono(i).String())
		g.check(noon, &r)
	}
	if n := len(g.routes.known); n > maxRoutes {
		t.Errorf("%d routes are kept, want at most %d", n, maxRoutes)
	}
}

// odd is what nobody should publish: empty, half filled, nil inside an interface.
func odd() []event.Message {
	return []event.Message{
		nil,
		(*event.Decision)(nil), (*event.TokenRevoked)(nil), (*event.Notification)(nil),
		(*event.KeyManagerEvent)(nil), (*event.WebhookEvent)(nil), (*event.BlockingCondition)(nil),
		(*event.KeyTemplate)(nil), (*event.CacheInvalidated)(nil), (*event.Unreadable)(nil), &event.Unreadable{}, &event.CacheInvalidated{},
		&event.TokenRevoked{Token: "*", Type: event.SubjectRevoked}, &event.WebhookEvent{Mode: "subscribe"},
		&event.Notification{Type: event.ScopesUpdate, Scopes: []event.Scope{{}}}, &event.Notification{Type: event.ScopeCreate},
		&event.Notification{Type: event.APIKeyCreate}, &event.Notification{Type: event.GAConfigUpdate}, &event.Notification{Type: event.APICreate},
		&event.Notification{Type: event.KeyMappingRemove, KeyMapping: &event.KeyMapping{ConsumerKey: "k"}}, &event.Notification{Type: event.TenantCreate, Thing: &event.Thing{}},
		(*event.Publish)(nil), (*event.BatchAck)(nil), (*event.PullResponse)(nil), (*event.Request)(nil),
		&event.Decision{}, &event.TokenRevoked{}, &event.Notification{}, &event.KeyManagerEvent{},
		&event.WebhookEvent{}, &event.BlockingCondition{}, &event.BatchAck{Seq: 99}, &event.Heartbeat{},
		&event.Request{}, &event.Request{Token: &event.Token{}}, &event.Step{}, &event.Batch{},
		&event.Notification{Type: event.DeployAPI}, &event.Notification{Type: event.RemoveAPI, API: &event.API{}},
		&event.Notification{Type: event.DeployAPI, API: &event.API{UUID: "x", Labels: []string{"Default"}}},
		&event.Notification{Type: event.RemoveAPI, API: &event.API{UUID: "x", Labels: []string{"Default"}}},
		&event.Notification{Type: event.APIUpdate}, &event.Notification{Type: event.APIUpdate, API: &event.API{UUID: "y"}},
		&event.Notification{Type: event.ApplicationCreate}, &event.Notification{Type: event.ApplicationDelete, Application: &event.Application{}},
		&event.Notification{Type: event.SubscriptionUpdate}, &event.Notification{Type: event.SubscriptionDelete, Subscription: &event.Subscription{}},
		&event.Notification{Type: event.PolicyDelete}, &event.Notification{Type: event.PolicyUpdate, Policy: &event.Policy{}},
		&event.Decision{Key: "/a/1:1_condition_1", IsThrottled: true, Expiry: minute, Conditions: "W3sibW9vbiI6e319XQ=="},
		&event.Decision{Key: "/a/1:1_condition_99999999999", IsThrottled: true, Expiry: minute, Conditions: "W10="},
		&event.Decision{Key: "/a/1:1_default", Conditions: "W10="},
		&event.BlockingCondition{Kind: "IP", On: true}, &event.BlockingCondition{Kind: "IPRANGE", Value: "[]", On: true}, &event.BlockingCondition{Kind: "IP"},
		&event.Notification{Type: event.CustomPolicyAdd}, &event.Notification{Type: event.CustomPolicyUpdate, Template: &event.Template{New: "$"}},
		&event.Notification{Type: event.PolicyUpdate, Policy: &event.Policy{Name: "x", Level: 200}},
		&event.PullResponse{ID: 7, Status: 200}, &event.PullResponse{ID: 1, Path: event.PathArtifacts, Status: 200},
		&event.PullResponse{ID: 3, Status: 500},
	}
}

// sound is what a gateway should take, some of it drawn.
func sound(luck *rand.Rand) []event.Message {
	key := event.ThrottleKey(rune('a' + luck.Intn(26)))
	return []event.Message{
		&event.Decision{Key: key, IsThrottled: true, Expiry: 2 * minute},
		&event.TokenRevoked{Token: event.TokenID(key), Type: event.JWT, Expiry: 2 * minute},
		&event.BlockingCondition{Kind: "USER", Value: string(key), On: true},
		&event.KeyManagerEvent{Action: "add", Manager: event.KeyManager{Name: string(key)}},
	}
}

// TestNothingHarmsIt plays thousands of odd inputs in any order to gateways of both profiles: no
// panic, every call answered once, and a deadline that lies ahead once it was met. Two gateways that
// are played the same come to the same state, and others to others.
func TestNothingHarmsIt(t *testing.T) {
	const seeds = 70 // some lead nowhere: a list of the start is given up, or its session stays down
	for _, c := range []Config{WSO2(), Hardened()} {
		digests := map[uint64]int64{}
		for seed := range int64(seeds) {
			digest := play(t, c, seed)
			if again := play(t, c, seed); again != digest {
				t.Errorf("seed %d leads to states %x and %x", seed, digest, again)
			}
			digests[digest] = seed
		}
		if len(digests) < 25 {
			t.Errorf("%d seeds lead to %d states only", seeds, len(digests))
		}
	}
}

// player plays inputs to a gateway, and keeps what it opened and asked, so that some inputs fit.
type player struct {
	g      *Gateway
	luck   *rand.Rand
	now    node.Clock
	out    node.Output
	opened []node.SessionID // some of them, among others
	asked  []node.Input     // answers to its pulls
}

func (p *player) step(in node.Input) {
	p.out.Reset()
	p.g.Step(p.now, in, &p.out)
	for _, a := range p.out.Acts {
		if a.Verb == node.Open {
			p.opened[p.luck.Intn(len(p.opened))] = a.Session
		}
		if q, ok := a.Msg.(*event.PullRequest); ok {
			p.asked = append(p.asked, node.Input{Kind: node.Received, Session: a.Session, Msg: &event.PullResponse{ID: q.ID, Path: q.Path, Status: 200}})
		}
	}
}

// odd plays one input that is drawn.
func (p *player) odd(t *testing.T, m event.Message) {
	session := p.opened[p.luck.Intn(len(p.opened))]
	switch p.luck.Intn(10) {
	case 0:
		for _, s := range p.opened {
			p.step(node.Input{Kind: node.Up, Session: s, Peer: "tm-1"})
		}
	case 1:
		p.step(node.Input{Kind: node.Down, Session: session, Reason: event.Reset})
	case 2:
		p.step(node.Input{Kind: node.Called, Call: 5, Msg: m})
		if n := answers(&p.out); n != 1 {
			t.Fatalf("a call with %T has %d answers, want 1", m, n)
		}
	case 3:
		p.now.Mono = p.now.Mono.Add(event.Duration(p.luck.Int63n(int64(10 * event.Second))))
		for ticks := 0; p.g.Deadline() <= p.now.Mono; ticks++ {
			if ticks > 1000 {
				t.Fatal("the deadline does not move")
			}
			p.step(node.Input{Kind: node.Tick})
		}
	case 4, 5:
		p.step(node.Input{Kind: node.Received, Session: session, Msg: &event.Publish{Topic: event.ThrottleData, Body: m}})
	case 6:
		p.step(node.Input{Kind: node.Received, Session: session, Msg: m})
	default:
		if len(p.asked) > 0 {
			next := p.asked[0]
			p.asked = p.asked[1:]
			p.step(next)
		}
	}
}

// play makes a gateway, plays to it what a seed draws, and returns the digest of its state then.
func play(t *testing.T, c Config, seed int64) uint64 {
	t.Helper()
	p := &player{luck: rand.New(rand.NewSource(seed)), now: node.Clock{Wall: minute}, opened: make([]node.SessionID, 14)}
	c = deployed(c)
	if p.luck.Intn(2) == 0 {
		c.EventWaiting, c.Queue = event.Second, 2
	}
	p.g = New(c)
	p.step(node.Input{Kind: node.Boot})
	messages := append(append(odd(), sound(p.luck)...), sound(p.luck)...)
	for range 400 {
		p.odd(t, messages[p.luck.Intn(len(messages))])
	}
	return p.g.State(p.now).Digest()
}

func answers(out *node.Output) int {
	n := 0
	for _, a := range out.Acts {
		if a.Verb == node.Answer {
			n++
		}
	}
	return n
}

// TestDigestTellsStatesApart teaches two gateways the same things, one after the other.
func TestDigestTellsStatesApart(t *testing.T) {
	now := node.Clock{Wall: minute - 1}
	var out node.Output
	a, b := New(deployed(WSO2())), New(deployed(WSO2()))
	if a.State(now).Digest() != b.State(now).Digest() {
		t.Fatal("two fresh gateways differ")
	}
	for _, m := range []event.Message{
		&event.TokenRevoked{Token: "4f1c", Type: event.JWT, Expiry: minute},
		&event.Decision{Key: "7:alice", IsThrottled: true, Expiry: minute},
		&event.BlockingCondition{Kind: "USER", Value: "bob@carbon.super", On: true},
		&event.KeyManagerEvent{Action: "add", Manager: event.KeyManager{Name: "Okta"}},
		&event.WebhookEvent{Mode: "subscribe", API: "pizza", Callback: "https://a.example/cb"},
		&event.WebhookEvent{Mode: "subscribe", API: "pizza", AppID: "8", Throttled: true},
		&event.Notification{Type: event.ScopeCreate, Scopes: []event.Scope{{Name: "pizza:read"}}},
		&event.TokenRevoked{Type: event.ConsumerAppRevoked, Token: (&event.RevokedSubject{ConsumerKey: "ck-7", At: 1}).Token()},
	} {
		a.read(now, m, &out)
		if a.State(now).Digest() == b.State(now).Digest() {
			t.Errorf("the digest does not tell that one gateway knows %s", m.Class())
		}
		b.read(now, m, &out)
		if a.State(now).Digest() != b.State(now).Digest() {
			t.Errorf("two gateways that know the same %s differ", m.Class())
		}
	}
}
