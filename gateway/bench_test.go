package gateway

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"hubsim/event"
	"hubsim/node"
)

// minute is the window's end in these benchmarks; their clock shows an instant before it.
const minute event.Wall = 1_700_000_100_000

var noon = node.Clock{Mono: event.Mono(event.Second), Wall: minute - 30_000}

// loaded is a gateway that serves one API to 10,000 applications, of which all but the last are
// throttled at subscription level.
func loaded(tb testing.TB) (*Gateway, []event.Request) {
	tb.Helper()
	const apps = 10_000
	g := New(deployed(WSO2()))
	var out node.Output
	g.Step(node.Clock{Wall: noon.Wall}, node.Input{Kind: node.Boot}, &out)
	g.catalog.deploy(event.API{
		UUID: "pizza", ID: 1, Name: "Pizza", Version: "1.0.0", Context: "/pizza/1.0.0", Revision: 1,
		Resources: []event.Resource{{Template: "/order", Verb: "POST", Tier: "10KPerMin"}},
	})
	calls := make([]event.Request, apps)
	for i := range calls {
		key := fmt.Sprintf("consumer-key-%05d", i)
		g.catalog.application(event.Application{ID: i, Name: "app", Subscriber: "sub", Tier: "Unlimited", ConsumerKeys: []string{key}})
		g.catalog.subscription(event.Subscription{APIID: 1, AppID: i, Tier: "Gold"})
		calls[i] = event.Request{
			ID: event.RequestID(i + 1), Context: "/pizza/1.0.0", Version: "1.0.0", Resource: "/order", Verb: "POST",
			Token: &event.Token{ID: event.TokenID(fmt.Sprintf("token-%05d", i)), ConsumerKey: key, User: "alice"},
		}
		if i < apps-1 {
			k := event.ThrottleKey(fmt.Sprintf("%d:/pizza/1.0.0:1.0.0:Gold", i))
			g.throttled.apply(noon, &event.Decision{Key: k, IsThrottled: true, Expiry: minute})
		}
	}
	return g, calls
}

// BenchmarkCheck asks the four levels of a call, with 10,000 callers in turn: "one" is a caller that
// is served, "crowded" the same with all kinds of conditions loaded, "turn" all callers, nearly all of them throttled.
// The goal of "crowded" is 300 ns and no allocation. Its look-ups and those of the bare map beside it take
// turns in one run, so that a busy machine slows both: "check" and "map" are the tenth of the turns that
// was disturbed least.
func BenchmarkCheck(b *testing.B) {
	g, calls := loaded(b)
	b.Run("one", func(b *testing.B) {
		b.ReportAllocs()
		r := &calls[len(calls)-1]
		for b.Loop() {
			if g.check(noon, r).route == nil {
				b.Fatal("the caller that is not throttled was refused")
			}
		}
	})
	b.Run("crowded", func(b *testing.B) {
		b.ReportAllocs()
		g, calls := crowded(b)
		sideBySide(b, g, &calls[len(calls)-1])
	})
	b.Run("turn", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			g.check(noon, &calls[i%len(calls)])
		}
	})
}

// sideBySide reports what a check takes and what a bare look-up in a map of the throttled keys does.
func sideBySide(b *testing.B, g *Gateway, r *event.Request) {
	const turn = 256
	bare := map[event.ThrottleKey]event.Wall{}
	for key, s := range g.throttled.keys {
		bare[key] = s.expiry
	}
	mine := subscriptionKey("9998", &g.catalog.contexts[r.Context].API, "Gold")
	var checks, looks []time.Duration
	for b.Loop() {
		began := time.Now()
		for range turn {
			if g.check(noon, r).route == nil {
				b.Fatal("the caller that is not throttled was refused")
			}
		}
		middle := time.Now()
		for range turn {
			if bare[mine] != minute {
				b.Fatal("the bare map lost its key")
			}
		}
		checks, looks = append(checks, middle.Sub(began)), append(looks, time.Since(middle))
	}
	each := func(d []time.Duration) float64 {
		slices.Sort(d)
		return float64(d[len(d)/10].Nanoseconds()) / turn
	}
	check, look := each(checks), each(looks)
	b.ReportMetric(check, "ns/check")
	b.ReportMetric(look, "ns/map")
	b.ReportMetric(check/look, "check/map")
	b.ReportMetric(0, "ns/op")
}

// crowded is loaded with every other kind of condition on top: two condition groups, stored and live,
// at resource level, blocked addresses, custom rules, and bursts and a hard limit that are not reached.
func crowded(tb testing.TB) (*Gateway, []event.Request) {
	tb.Helper()
	g, calls := loaded(tb)
	var out node.Output
	g.flags = flags{header: true, query: true, claim: true}
	g.catalog.policy(event.Policy{Name: "Gold", Level: event.SubscriptionLevel, Quota: 5000, Window: event.Minute, Burst: event.Burst{Count: 1 << 40}})
	g.catalog.policy(event.Policy{Name: "Unlimited", Level: event.ApplicationLevel, Burst: event.Burst{Count: 1 << 40}})
	g.catalog.contexts["/pizza/1.0.0"].Production = event.HardLimit{Max: 1 << 40}
	for id, json := range []string{
		`[{"ipspecific":{"specificIp":167772161,"invert":false}}]`,
		`[{"header":{"values":{"x-tier":"gold"},"invert":false}}]`,
	} {
		key := groupKey("/pizza/1.0.0/1.0.0/order:POST", id+1)
		g.read(noon, &event.Decision{Key: key, IsThrottled: true, Expiry: minute, Conditions: text64(json)}, &out)
	}
	for id := range 10 {
		value := fmt.Sprintf(`{"startingIp":"10.1.%d.0","endingIp":"10.1.%d.255"}`, id, id)
		g.read(noon, &event.BlockingCondition{ID: id, Kind: blockIPRange, Value: value, On: true}, &out)
	}
	g.read(noon, &event.BlockingCondition{Kind: blockUser, Value: "mallory@carbon.super", On: true}, &out)
	g.setTemplate("$userId:$apiContext", true, &out)
	g.setTemplate("$appId:$clientIp", true, &out)
	for i := range calls {
		calls[i].ClientIP = "10.0.0.2"
		calls[i].Headers = []event.Pair{{Name: "user-agent", Value: "curl"}, {Name: "x-tier", Value: "tin"}}
	}
	return g, calls
}

// BenchmarkServe serves calls whole, with the event on its way and acknowledged.
func BenchmarkServe(b *testing.B) {
	g, calls := loaded(b)
	r := &calls[len(calls)-1]
	var out node.Output
	feed := feedSession(b, g)
	g.Step(noon, node.Input{Kind: node.Up, Session: feed, Peer: "tm-1"}, &out)
	b.ReportAllocs()
	for b.Loop() {
		out.Reset()
		g.Step(noon, node.Input{Kind: node.Called, Call: 1, Msg: r}, &out)
		for i := range out.Acts {
			if m, ok := out.Acts[i].Msg.(*event.Batch); ok {
				g.Step(noon, node.Input{Kind: node.Received, Session: feed, Msg: &event.BatchAck{Seq: m.Seq}}, &out)
				break
			}
		}
	}
}

// feedSession is the number of the session that the gateway opens to its traffic manager at boot.
func feedSession(tb testing.TB, g *Gateway) node.SessionID {
	tb.Helper()
	fresh := New(g.cfg)
	var out node.Output
	fresh.Step(node.Clock{Wall: noon.Wall}, node.Input{Kind: node.Boot}, &out)
	for _, a := range out.Acts {
		if a.Verb == node.Open && a.To.Service == event.Feed {
			return a.Session
		}
	}
	tb.Fatal("the gateway opened no feed at boot")
	return 0
}
