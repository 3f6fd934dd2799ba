package scenarios

import (
	"maps"
	"strings"
	"testing"

	"hubsim/checker"
	"hubsim/event"
	"hubsim/trace"
)

// answered counts codes by the path of the call and the name of its application.
type answered map[string]map[event.Code]int

// Observe implements trace.Observer.
func (a answered) Observe(r *trace.Record) {
	reply, ok := r.Msg.(*event.Reply)
	if r.Kind != trace.Answered || !ok || r.Request == nil {
		return
	}
	who := r.Request.Basic + r.Request.Context
	if t := r.Request.Token; t != nil {
		who = strings.TrimPrefix(t.ConsumerKey, "key-") + r.Request.Context
	}
	if a[who] == nil {
		a[who] = map[event.Code]int{}
	}
	a[who][reply.Code]++
}

// TestEveryLevelAnswers runs a day at a gateway in miniature: ten calls a second of each caller for 49 s.
func TestEveryLevelAnswers(t *testing.T) {
	s, err := Load("testdata/order.yaml")
	if err != nil {
		t.Fatal(err)
	}
	began := answered{}
	result := simulate(t, s, Options{Profile: "wso2", Seed: 1, Watch: began})
	// From 22 to 24 s and from 36 to 38 s nobody's address may call, from 32 to 34 s alice may not.
	const blocked, byAddress = 60, 40
	for _, row := range []struct {
		why, who string
		want     map[event.Code]int
	}{
		{"an API product's subscription counts under its name", "buyer/product/1.0.0", map[event.Code]int{event.Served: 50, event.RequestBlocked: blocked, event.SubscriptionExceeded: 380}},
		{"without a subscription the tier is DefaultSubscriptionless", "nobody/free/1.0.0", map[event.Code]int{event.Served: 100, event.RequestBlocked: blocked, event.SubscriptionExceeded: 330}},
		{"without a token it is Unauthenticated, and the user is nobody's", "nobody/open/1.0.0", map[event.Code]int{event.Served: 25, event.RequestBlocked: byAddress, event.SubscriptionExceeded: 425}},
		{"by basic authentication it is, and the user is known", "bob/pizza/1.0.0", map[event.Code]int{event.Served: 25, event.RequestBlocked: byAddress, event.SubscriptionExceeded: 425}},
		{"of ten calls of ten tokens in a second four use up a hard limit of forty; the call at 22 s is faster than the block", "bot/tight/1.0.0", map[event.Code]int{event.Served: 4*43 + 1, event.RequestBlocked: blocked, event.HardLimitExceeded: 6*43 - 1}},
		{"tool calls are throttled", "agent/tools/1.0.0", map[event.Code]int{event.Served: 50, event.RequestBlocked: blocked, event.SubscriptionExceeded: 380}},
		{"other calls of an MCP API are left alone", "lister/tools/1.0.0", map[event.Code]int{event.Served: 490}},
		{"a handshake of a GraphQL subscription is left alone", "lister/graph/1.0.0", map[event.Code]int{event.Served: 490}},
		{"a tier that does not stop lets all through", "onward/pizza/1.0.0", map[event.Code]int{event.Served: 490 - blocked, event.RequestBlocked: blocked}},
	} {
		if got := began[row.who]; !maps.Equal(got, row.want) {
			t.Errorf("%s: %s was answered %v, want %v", row.why, row.who, got, row.want)
		}
	}
	for who, code := range map[string]event.Code{
		"burst/pizza/1.0.0": event.SubscriptionBurst, "appburst/pizza/1.0.0": event.ApplicationBurst, "hardy/hard/1.0.0": event.HardLimitExceeded,
	} {
		if began[who][code] == 0 {
			t.Errorf("%s was never answered %d: %v", who, code, began[who])
		}
	}
	// Blocked besides: a subscription for 8 s, an application for 2 s, an API from 30 s on (the call at 30 s is faster than the news).
	for who, want := range map[string]int{"bad/pizza/1.0.0": blocked + 80, "sand/pizza/1.0.0": blocked + 20, "hardy/hard/1.0.0": 289 + 20} {
		if got := began[who][event.RequestBlocked]; got != want {
			t.Errorf("%s was blocked %d times, want %d: %v", who, got, want, began[who])
		}
	}
	if result.Judgement != checker.Pass {
		t.Errorf("%v: %v", result.Judgement, result.Reasons)
	}
}

// TestHardLimitReview tries hard limits that are none.
func TestHardLimitReview(t *testing.T) {
	for api, want := range map[string]string{
		"{name: a, hard_limit: {}}":                                                      "hard_limit: it limits nothing",
		"{name: a, hard_limit: {production_tokens: {total: 5}}}":                         "only calls of AI APIs use tokens",
		"{name: a, ai: true, hard_limit: {sandbox_tokens: {prompt: -5}, production: 3}}": "hard_limit: it limits nothing",
		"{name: a, ai: true, hard_limit: {sandbox_tokens: {prompt: 5}, per: 1m}}":        "",
	} {
		text := "name: x\nquestion: q?\ndeployment: {pattern: gw-cp-tm}\ncatalog:\n  apis: [" + api + "]\n  apps: [{name: b, subscribe: {a: Unlimited}}]\nlength: 9s\nworkload: [{rate: 1}]\nchecks: [{check: accounting}]\nexpect: {}\n"
		s, err := Parse("x.yaml", []byte(text))
		if err == nil {
			_, err = s.Prepare(Options{Profile: "wso2"})
		}
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", api, err, want)
		}
	}
}

// TestBasicReview tries phases by basic authentication that name an app besides.
func TestBasicReview(t *testing.T) {
	for phase, want := range map[string]string{
		"{rate: 1, basic: bob}":                  "",
		"{rate: 1, basic: bob, apis: [a]}":       "",
		"{rate: 1, basic: bob, apps: [b]}":       "workload[0].basic: a call is by basic authentication, or with the token of an app",
		"{rate: 1, basic: bob, token: b}":        "workload[0].basic: a call is by basic authentication, or with the token of an app",
		"{rate: 1, basic: bob, apis: [missing]}": "there is no api",
	} {
		text := "name: x\nquestion: q?\ndeployment: {pattern: gw-cp-tm}\ncatalog:\n  apis: [{name: a}]\n  apps: [{name: b, subscribe: {}}]\nlength: 9s\nworkload: [" + phase + "]\nchecks: [{check: accounting}]\nexpect: {}\n"
		s, err := Parse("x.yaml", []byte(text))
		if err == nil {
			_, err = s.Prepare(Options{Profile: "wso2"})
		}
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", phase, err, want)
		}
	}
}

// TestBlockConditionReview tries conditions that are none.
func TestBlockConditionReview(t *testing.T) {
	for condition, want := range map[string]string{
		"{}":                                    "say api, app, user or ip",
		"{to: 10.0.0.9}":                        "to and not go with ip",
		"{user: alice, api: pizza}":             "say api, app, user or ip",
		"{api: pizza, not: true}":               "to and not go with ip",
		"{ip: here}":                            "an address was expected",
		"{ip: 10.0.0.9, to: there}":             "an address was expected",
		"{ip: 10.0.0.9, to: 10.0.0.1}":          "before it begins",
		"{ip: 10.0.0.9, to: \"2001:db8::1\"}":   "are of two kinds",
		"{api: pizzza}":                         "there is no api",
		"{app: nobodyy}":                        "there is no app",
		"{api: pizza, app: bad, lift: perhaps}": "lift",
	} {
		s, err := Load("testdata/order.yaml")
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Replace(strings.Join(s.source.lines, "\n"), "{api: pizza, app: bad}", condition, 1)
		if s, err = Parse("x.yaml", []byte(text)); err == nil {
			_, err = s.Prepare(Options{Profile: "wso2", Seed: 1})
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", condition, err, want)
		}
	}
}
