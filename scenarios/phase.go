package scenarios

import (
	"math"
	"net/netip"
	"slices"

	"hubsim/event"
	"hubsim/workload"
)

// Phase is a stretch of time in which calls come in one way.
type Phase struct {
	From     Duration   `yaml:"from,omitempty" jsonschema:"description=leave the first seconds to start-up"`
	For      Duration   `yaml:"for,omitempty" jsonschema:"description=to the end unless said"`
	Arrivals string     `yaml:"arrivals,omitempty" jsonschema:"enum=constant,enum=poisson,enum=ramp,enum=burst,enum=replay,description=constant unless said"`
	Rate     float64    `yaml:"rate,omitempty" jsonschema:"minimum=0,maximum=1000000,description=calls a second; a ramp begins with it"`
	To       float64    `yaml:"to,omitempty" jsonschema:"minimum=0,maximum=1000000,description=ramp: calls a second at its end"`
	Size     int        `yaml:"size,omitempty" jsonschema:"minimum=0,maximum=1000000,description=burst: calls in one"`
	Every    Duration   `yaml:"every,omitempty" jsonschema:"description=burst: from one to the next; only one unless said"`
	Spread   Duration   `yaml:"spread,omitempty" jsonschema:"description=burst: the time that its calls are spread over"`
	At       []Duration `yaml:"at,omitempty" jsonschema:"description=replay: the instants\\, since from"`
	Apps     []string   `yaml:"apps,omitempty" jsonschema:"description=who calls; all unless said"`
	APIs     []string   `yaml:"apis,omitempty" jsonschema:"description=what is called; all that is deployed unless said"`
	Gateways []string   `yaml:"gateways,omitempty" jsonschema:"description=through which gateways\\, in turn; all unless said"`
	Each     bool       `yaml:"each,omitempty" jsonschema:"description=the rate is of each call that the phase makes\\, not of all together"`
	Random   bool       `yaml:"random,omitempty" jsonschema:"description=draw app\\, api and gateway instead of taking them in turn"`
	Token    string     `yaml:"token,omitempty" jsonschema:"description=call with this application's token whatever the apps"`
	Basic    string     `yaml:"basic,omitempty" jsonschema:"description=call as this user (of carbon.super\\, or NAME@TENANT) by basic authentication\\, without an app: the user counts for itself\\, under the tier Unauthenticated"`
	With     *With      `yaml:"with,omitempty" jsonschema:"description=what is in each call"`
	Groups   bool       `yaml:"groups,omitempty" jsonschema:"description=besides\\, of each call one for each condition group of its API policy\\, with what the group asks for"`
}

// With is what is in a call besides what it is for.
type With struct {
	IP      string            `yaml:"ip,omitempty" jsonschema:"description=the caller's address; 203.0.113.7 unless said"`
	Bytes   int64             `yaml:"bytes,omitempty" jsonschema:"minimum=0,description=the message's size; 512 unless said"`
	Headers map[string]string `yaml:"headers,omitempty"`
	Query   map[string]string `yaml:"query,omitempty" jsonschema:"description=query parameters"`
	Custom  map[string]string `yaml:"custom,omitempty" jsonschema:"description=entries of the message property customProperty"`
	Claims  map[string]string `yaml:"claims,omitempty" jsonschema:"description=claims of the token that the gateway makes for the backend"`
	// Operations are what a call of a GraphQL API asks for.
	Operations []string `yaml:"operations,omitempty" jsonschema:"maxItems=64,description=GraphQL APIs: the operations that each call asks for\\, each of which is counted; a call for each single one unless said"`

	Method string `yaml:"method,omitempty" jsonschema:"description=MCP APIs: the method of the message; tools/call unless said\\, and no other is throttled"`
	Usage  *Usage `yaml:"usage,omitempty" jsonschema:"description=AI APIs: what the backend uses for a call\\, known with its response"`
}

// arrivals are the ways in which calls come.
var arrivals = []string{"constant", "poisson", "ramp", "burst", "replay"}

// review looks at one phase.
func (p *Phase) review(c *critic, at way) {
	c.rate(at.then("rate"), p.Rate)
	c.rate(at.then("to"), p.To)
	c.count(at.then("size"), p.Size, mostSize, "a burst is made at once; several phases may have one each")
	for _, s := range []struct {
		key  string
		span Duration
	}{{"from", p.From}, {"for", p.For}, {"every", p.Every}, {"spread", p.Spread}} {
		c.span(at.then(s.key), s.span, "a phase")
	}
	if p.With != nil {
		p.With.Usage.review(c, at.then("with", "usage"))
	}
	switch kind := or(p.Arrivals, "constant"); {
	case !slices.Contains(arrivals, kind):
		c.none(at.then("arrivals"), "kind of arrivals", kind, arrivals)
	case kind == "burst" && p.Size == 0:
		c.say(at, "add size: 100", "a burst needs a size, in calls")
	case kind == "burst" && p.Every > 0 && float64(p.Size)/event.Duration(p.Every).Seconds() > mostRate:
		c.say(at.then("every"), rateHint, "%d calls every %v are more than %d a second", p.Size, event.Duration(p.Every), mostRate)
	case kind == "replay" && len(p.At) == 0:
		c.say(at, "add at: [0s, 1s]", "a replay needs the instants of its calls")
	case kind != "burst" && kind != "replay" && p.Rate == 0 && p.To == 0:
		c.say(at.then("rate"), rateHint, "%s arrivals need a rate", kind)
	}
}

const rateHint = "rates are calls a second, more than 0 and at most 1000000: more than one process can make"

// rate bounds calls a second.
func (c *critic) rate(at way, rate float64) {
	switch {
	case rate < 0:
		c.say(at, rateHint, "%v is negative", rate)
	case math.IsNaN(rate):
		c.say(at, rateHint, "this is no number")
	case rate > mostRate:
		c.say(at, rateHint, "%.0f is more than %d", rate, mostRate)
	}
}

// pacer makes the pacer of a phase that was reviewed.
func (p *Phase) pacer(seed, stream uint64) workload.Pacer {
	switch p.Arrivals {
	case "poisson":
		return workload.Poisson{Rate: p.Rate, Seed: seed, Stream: stream}
	case "ramp":
		return workload.Ramp{From: p.Rate, To: p.To, Over: event.Duration(p.For)}
	case "burst":
		every := event.Duration(p.Every)
		if every == 0 {
			every = 1 << 60
		}
		return workload.Burst{Size: uint64(p.Size), Every: every, Spread: event.Duration(p.Spread)}
	case "replay":
		var at []event.Duration
		for _, d := range p.At {
			at = append(at, event.Duration(d))
		}
		return workload.NewReplay(at)
	}
	return workload.Constant{Rate: p.Rate}
}

// phase makes out one phase for the gateways that are there, and tells whether it can be made.
func (e *Experiment) phase(index int, p Phase) (workload.Phase, bool) {
	at, before := way{"workload", index}, len(e.critic.all)
	length := event.Duration(e.Scenario.Length)
	if p.For == 0 {
		p.For = Duration(length) - p.From
	}
	out := workload.Phase{From: event.Duration(p.From), For: event.Duration(p.For), Random: p.Random}
	if out.From >= length {
		e.critic.say(at.then("from"), e.longer(out.From), "it begins at %v, when the run of %v is over", out.From, length)
	}
	out.Calls = e.calls(p, at)
	if p.Each {
		p.Rate, p.To = p.Rate*float64(len(out.Calls)), p.To*float64(len(out.Calls))
	}
	if max(p.Rate, p.To) > mostRate {
		e.critic.say(at.then("rate"), rateHint, "%.0f for %d calls, each of its own, is more than %d in all", max(p.Rate, p.To), len(out.Calls), mostRate)
	}
	out.Pacer = p.pacer(e.World.Seed, uint64(index))
	var err error
	out.Gateways, err = e.gateways(p.Gateways)
	e.critic.nobody(at.then("gateways"), err)
	out.Sticky = e.Deployment.Sticky(out.Gateways)
	if p.With != nil && p.With.Usage != nil {
		out.Usage = p.With.Usage.drawn()
		if len(out.Calls) > 0 && !e.catalog.ofAI(out.Calls) {
			e.critic.say(at.then("with", "usage"), "say ai: true of the api", "none of the APIs that are called is one of AI: nobody would hear of it")
		}
	}
	return out, len(e.critic.all) == before
}

// calls makes the calls of a phase: each app calls each operation of each API that it subscribes to.
func (e *Experiment) calls(p Phase, at way) (calls []event.Request) {
	out, before := e.catalog, len(e.critic.all)
	apps, err := out.named(p.Apps)
	e.critic.blame(at.then("apps"), err)
	for i, name := range p.APIs {
		if _, ok := out.find(name); !ok {
			e.critic.blame(at.then("apis", i), out.noAPI(name))
		}
	}
	if p.Token != "" && out.tokens[p.Token] == nil {
		e.critic.blame(at.then("token"), out.noApp(p.Token))
	}
	if p.Basic != "" {
		apps = []string{""} // of no app
		if len(p.Apps) > 0 || p.Token != "" {
			e.critic.say(at.then("basic"), "leave apps and token out: the user calls the apis", "a call is by basic authentication, or with the token of an app")
		}
	}
	if len(e.critic.all) > before {
		return nil
	}
	if p.With != nil && len(p.With.Operations) > 0 && !e.operations(&p, apps, at.then("with", "operations")) {
		return nil
	}
	for _, app := range apps {
		calls = append(calls, out.callsOf(&p, app)...)
	}
	if p.With != nil && p.With.IP != "" {
		if _, err := netip.ParseAddr(p.With.IP); err != nil {
			e.critic.say(at.then("with", "ip"), "write it as 10.0.0.1 or 2001:db8::1", "%q is no address", p.With.IP)
		}
	}
	if p.With != nil && p.With.Bytes < 0 {
		e.critic.say(at.then("with", "bytes"), "it starts from 0", "%d is negative", p.With.Bytes)
	}
	if len(calls) == 0 {
		e.critic.say(at, "subscribe an app to an api, or name others under apps and apis", "none of its apps subscribes to any of its apis: nobody would call")
	}
	return calls
}

// callsOf are the calls that a phase makes for an app, or for no app by basic authentication.
func (out *catalog) callsOf(p *Phase, app string) (calls []event.Request) {
	for _, api := range out.called(app, p.APIs) {
		resources, also := p.With.asked(api)
		for _, r := range resources {
			if p.Basic == "" && !out.may(app, api, r) {
				continue
			}
			call := event.Request{Context: api.Context, Version: api.Version, Resource: r.Template, Also: also, Verb: r.Verb, Token: out.tokens[or(p.Token, app)], Basic: p.Basic, ClientIP: "203.0.113.7", Size: 512}
			if api.Type == event.MCP {
				call.Method = event.ToolCall
			}
			p.With.put(&call)
			calls = append(calls, call)
			if p.Groups {
				calls = append(calls, out.ofGroups(call, api, r.Tier)...)
			}
		}
	}
	return calls
}

// named makes out names of apps, a group's included; none are all.
func (out *catalog) named(names []string) (apps []string, err error) {
	if len(names) == 0 {
		for i := range out.apps {
			apps = append(apps, out.apps[i].Name)
		}
		return apps, nil
	}
	for _, name := range names {
		switch group, is := out.groups[name]; {
		case is:
			apps = append(apps, group...)
		case out.tokens[name] != nil:
			apps = append(apps, name)
		default:
			return nil, out.noApp(name)
		}
	}
	return apps, nil
}

// may tells whether an application may call an operation: by a subscription, or because none is needed.
func (out *catalog) may(app string, a *event.API, r event.Resource) bool {
	return a.Subscriptionless || r.NoAuth || out.subscribes(app, a.ID)
}

func (out *catalog) subscribes(app string, api int) bool {
	return slices.ContainsFunc(out.subscriptions, func(s event.Subscription) bool {
		return s.APIID == api && out.apps[s.AppID-1].Name == app
	})
}

// called are the APIs that an application calls: those that it subscribes to, of those wanted; with none
// wanted, of those deployed. What needs no subscription it calls when that is wanted by name. No app at all, "",
// calls whatever is wanted.
func (out *catalog) called(app string, wanted []string) (apis []*event.API) {
	if app == "" {
		return out.calledAlone(wanted)
	}
	for _, name := range wanted {
		if a, ok := out.find(name); ok && out.free(a) && !out.subscribes(app, a.ID) {
			apis = append(apis, a)
		}
	}
	for _, s := range out.subscriptions {
		if out.apps[s.AppID-1].Name != app {
			continue
		}
		for _, list := range [][]event.API{out.apis, out.later} {
			for i := range list {
				if list[i].ID == s.APIID && (slices.Contains(wanted, list[i].Name) || len(wanted) == 0 && &list[0] == first(out.apis)) {
					apis = append(apis, &list[i])
				}
			}
		}
	}
	return apis
}

// calledAlone are the APIs that a user without an app calls: those wanted, or all that are deployed.
func (out *catalog) calledAlone(wanted []string) (apis []*event.API) {
	for _, name := range wanted {
		if a, ok := out.find(name); ok {
			apis = append(apis, a)
		}
	}
	for i := range out.apis {
		if len(wanted) == 0 {
			apis = append(apis, &out.apis[i])
		}
	}
	return apis
}

// free tells whether something of an API needs no subscription.
func (*catalog) free(a *event.API) bool {
	return a.Subscriptionless || slices.ContainsFunc(a.Resources, func(r event.Resource) bool { return r.NoAuth })
}

func first(list []event.API) *event.API {
	if len(list) == 0 {
		return nil
	}
	return &list[0]
}
