package scenarios

import (
	"fmt"
	"slices"

	"hubsim/event"
	"hubsim/workload"
)

// Phase is a stretch of time in which calls come in one way.
type Phase struct {
	From     Duration   `yaml:"from,omitempty" jsonschema:"description=leave the first seconds to start-up"`
	For      Duration   `yaml:"for,omitempty" jsonschema:"description=to the end unless said"`
	Arrivals string     `yaml:"arrivals,omitempty" jsonschema:"enum=constant,enum=poisson,enum=ramp,enum=burst,enum=replay,description=constant unless said"`
	Rate     float64    `yaml:"rate,omitempty" jsonschema:"description=calls a second; a ramp begins with it"`
	To       float64    `yaml:"to,omitempty" jsonschema:"description=ramp: calls a second at its end"`
	Size     int        `yaml:"size,omitempty" jsonschema:"description=burst: calls in one"`
	Every    Duration   `yaml:"every,omitempty" jsonschema:"description=burst: from one to the next; only one unless said"`
	Spread   Duration   `yaml:"spread,omitempty" jsonschema:"description=burst: the time that its calls are spread over"`
	At       []Duration `yaml:"at,omitempty" jsonschema:"description=replay: the instants\\, since from"`
	Apps     []string   `yaml:"apps,omitempty" jsonschema:"description=who calls; all unless said"`
	APIs     []string   `yaml:"apis,omitempty" jsonschema:"description=what is called; all that is deployed unless said"`
	Gateways []string   `yaml:"gateways,omitempty" jsonschema:"description=through which gateways\\, in turn; all unless said"`
	Each     bool       `yaml:"each,omitempty" jsonschema:"description=the rate is of each call that the phase makes\\, not of all together"`
	Random   bool       `yaml:"random,omitempty" jsonschema:"description=draw app\\, api and gateway instead of taking them in turn"`
	Token    string     `yaml:"token,omitempty" jsonschema:"description=call with this application's token whatever the apps"`
}

// pacer makes the pacer of a phase, or says what is wrong with it.
func (p *Phase) pacer(seed, stream uint64) (workload.Pacer, error) {
	if p.Rate < 0 || p.To < 0 {
		return nil, fmt.Errorf("rate %v is negative: rates are calls a second, from 0", min(p.Rate, p.To))
	}
	kind := or(p.Arrivals, "constant")
	if kind != "burst" && kind != "replay" && p.Rate == 0 && p.To == 0 {
		return nil, fmt.Errorf("%s arrivals need a rate, in calls a second", kind)
	}
	switch kind {
	case "constant":
		return workload.Constant{Rate: p.Rate}, nil
	case "poisson":
		return workload.Poisson{Rate: p.Rate, Seed: seed, Stream: stream}, nil
	case "ramp":
		return workload.Ramp{From: p.Rate, To: p.To, Over: event.Duration(p.For)}, nil
	case "burst":
		if p.Size < 1 {
			return nil, fmt.Errorf("a burst needs a size, in calls")
		}
		every := event.Duration(p.Every)
		if every == 0 {
			every = 1 << 60
		}
		return workload.Burst{Size: uint64(p.Size), Every: every, Spread: event.Duration(p.Spread)}, nil
	case "replay":
		var at []event.Duration
		for _, d := range p.At {
			at = append(at, event.Duration(d))
		}
		return workload.NewReplay(at), nil
	}
	return nil, fmt.Errorf("arrivals %q are none of constant, poisson, ramp, burst, replay", kind)
}

// phase makes out one phase for the gateways that are there.
func (e *Experiment) phase(index int, p Phase) (workload.Phase, error) {
	length := event.Duration(e.Scenario.Length)
	if p.For == 0 {
		p.For = Duration(length) - p.From
	}
	out := workload.Phase{From: event.Duration(p.From), For: event.Duration(p.For), Random: p.Random}
	if out.From >= length {
		return out, fmt.Errorf("it begins at %v, when the run of %v is over", out.From, length)
	}
	var err error
	if out.Calls, err = e.catalog.calls(p); err != nil {
		return out, err
	}
	if p.Each {
		p.Rate, p.To = p.Rate*float64(len(out.Calls)), p.To*float64(len(out.Calls))
	}
	if out.Pacer, err = p.pacer(e.World.Seed, uint64(index)); err != nil {
		return out, err
	}
	out.Gateways, err = e.gateways(p.Gateways)
	return out, err
}

// calls makes the calls of a phase: each app calls each operation of each API that it subscribes to.
func (out *catalog) calls(p Phase) (calls []event.Request, err error) {
	apps, err := out.named(p.Apps)
	if err != nil {
		return nil, err
	}
	for _, name := range p.APIs {
		if _, ok := out.find(name); !ok {
			return nil, fmt.Errorf("api %q is not in the catalog", name)
		}
	}
	if p.Token != "" && out.tokens[p.Token] == nil {
		return nil, fmt.Errorf("the token is of application %q, which is not in the catalog", p.Token)
	}
	for _, app := range apps {
		token := out.tokens[or(p.Token, app)]
		for _, api := range out.called(app, p.APIs) {
			for _, r := range api.Resources {
				calls = append(calls, event.Request{Context: api.Context, Version: api.Version, Resource: r.Template, Verb: r.Verb, Token: token, ClientIP: "203.0.113.7", Size: 512})
			}
		}
	}
	if len(calls) == 0 {
		return nil, fmt.Errorf("none of its apps subscribes to any of its apis: nobody would call")
	}
	return calls, nil
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
			return nil, fmt.Errorf("app %q is not in the catalog", name)
		}
	}
	return apps, nil
}

// called are the APIs that an application subscribes to, of those wanted; with none wanted, of those
// deployed.
func (out *catalog) called(app string, wanted []string) (apis []*event.API) {
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

func first(list []event.API) *event.API {
	if len(list) == 0 {
		return nil
	}
	return &list[0]
}
