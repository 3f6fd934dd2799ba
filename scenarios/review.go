package scenarios

import (
	"slices"
	"strings"

	"hubsim/checker"
	"hubsim/deployment"
	"hubsim/event"
)

// What a scenario may ask for at most. A run keeps what it is told of in memory, and a slip of the
// finger must not fill it. The types say the same for the JSON Schema.
const (
	mostLength   = 30 * 24 * event.Hour // windows of a month still end in it
	mostRate     = 1_000_000            // calls a second; far more than one process can make
	mostSize     = 1_000_000            // calls of a burst
	mostApps     = 100_000              // each has a token and its subscriptions
	mostRepeats  = 10_000               // of a step
	mostPolicies = 1_000                // each is a plan of its own in every traffic manager
)

// review finds what is wrong with a scenario without looking at the deployment: all of it at once.
func (e *Experiment) review() {
	s, c := e.Scenario, &e.critic
	c.span(way{"length"}, s.Length, "a run")
	s.Catalog.review(c, e.Options.Policies)
	for i := range s.Workload {
		s.Workload[i].review(c, way{"workload", i})
	}
	for i := range s.Steps {
		s.Steps[i].review(c, way{"steps", i})
	}
	if s.Sweep != nil {
		s.Sweep.review(c)
	}
	if s.Orders != nil {
		s.Orders.review(c)
	}
	e.parseFaults()
	for i := range s.Checks {
		s.Checks[i].review(c, way{"checks", i})
	}
	for _, name := range sortedKeys(s.Knobs) {
		if known := knobNames(); !slices.Contains(known, name) {
			c.none(e.way("knobs").then(name), "knob", name, known)
		}
	}
}

func knobNames() (names []string) {
	for _, k := range deployment.Knobs() {
		names = append(names, k.Name)
	}
	return names
}

// span bounds a length of time.
func (c *critic) span(at way, d Duration, of string) {
	if event.Duration(d) > mostLength {
		c.say(at, "at most 720h, which is 30 days: windows of a month still end in it", "%v is too long for %s", event.Duration(d), of)
	}
}

// count bounds a number of things.
func (c *critic) count(at way, n, most int, why string) {
	switch {
	case n < 0:
		c.say(at, "it starts from 1", "%d is negative", n)
	case n > most:
		c.say(at, why, "%d is more than %d", n, most)
	}
}

// review looks at policies, APIs and apps; imported policies are known beside the catalog's own.
func (k *Catalog) review(c *critic, imported []event.Policy) {
	at := way{"catalog"}
	if len(k.Policies)+len(imported) > mostPolicies {
		c.say(at.then("policies"), "every traffic manager makes a plan of each", "%d policies are more than %d", len(k.Policies)+len(imported), mostPolicies)
	}
	type shelf struct {
		level event.Level
		of    event.Tenant
	}
	known := map[shelf][]string{}
	for _, p := range imported {
		on := shelf{p.Level, p.Tenant}
		known[on] = append(known[on], p.Name)
	}
	for i, p := range k.Policies {
		p.review(c, at.then("policies", i))
		on := shelf{levels[p.Level], or(event.Tenant(p.Tenant), event.Super)}
		known[on] = append(known[on], p.Name)
	}
	tier := func(at way, level event.Level, name, of string) {
		on := shelf{level, or(event.Tenant(of), event.Super)}
		if name != "" && name != event.Unlimited && (name != everyPolicy || on.of != event.Super) && !slices.Contains(known[on], name) {
			c.none(at, level.String()+" policy", name, append([]string{event.Unlimited}, known[on]...))
		}
	}
	var apis []string
	for i, a := range k.APIs {
		apis = append(apis, a.Name)
		if types := []string{"HTTP", event.GraphQL, event.MCP}; a.Type != "" && !slices.Contains(types, a.Type) {
			c.none(at.then("apis", i, "type"), "type of API", a.Type, types)
		}
		if a.Type == event.GraphQL {
			a.graphQL(c, at.then("apis", i))
		}
		if a.Product && a.Type != "" {
			c.say(at.then("apis", i, "type"), "leave it out", "an API product has no other type")
		}
		a.HardLimit.review(c, at.then("apis", i, "hard_limit"), a.AI)
		tier(at.then("apis", i, "tier"), event.APILevel, a.Tier, a.Tenant)
		for j, r := range a.Resources {
			if r.Tier == everyPolicy {
				c.say(at.then("apis", i, "resources", j, "tier"), "write tier: \"*\" of the API itself", "a resource is not there once for each policy")
			}
			tier(at.then("apis", i, "resources", j, "tier"), event.APILevel, r.Tier, a.Tenant)
		}
	}
	k.products(c, at, apis)
	k.tenants(c, at)
	all := 0
	for i, a := range k.Apps {
		at := at.then("apps", i)
		c.count(at.then("count"), a.Count, mostApps, "each app has a token and subscriptions of its own on every gateway")
		all += max(a.Count, 1)
		tier(at.then("tier"), event.ApplicationLevel, a.Tier, a.Tenant)
		for _, api := range sortedKeys(a.Subscribe) {
			if !slices.Contains(apis, api) {
				c.none(at.then("subscribe", api), "api", api, apis)
			}
			tier(at.then("subscribe", api), event.SubscriptionLevel, a.Subscribe[api], a.Tenant)
		}
	}
	if all > mostApps && len(k.Apps) > 1 {
		c.say(at.then("apps"), "each app has a token and subscriptions of its own on every gateway", "%d apps in all are more than %d", all, mostApps)
	}
	k.twice(c)
}

// products looks at what API products are made of.
func (k *Catalog) products(c *critic, at way, apis []string) {
	for i, a := range k.APIs {
		if len(a.Of) > 0 && !a.Product {
			c.say(at.then("apis", i, "of"), "say product: true too", "only an API product is made of APIs")
		}
		for j, name := range a.Of {
			if !slices.Contains(apis, name) || name == a.Name {
				c.none(at.then("apis", i, "of", j), "api", name, apis)
			}
		}
	}
}

// review looks at the hard limit of an API.
func (h *HardLimit) review(c *critic, at way, ai bool) {
	if h == nil {
		return
	}
	production, sandbox := h.ProductionTokens.limits(), h.SandboxTokens.limits()
	none := event.Tokens{}
	least := min(production.Prompt, production.Completion, production.Total, sandbox.Prompt, sandbox.Completion, sandbox.Total)
	switch {
	case h.Production < 0 || h.Sandbox < 0 || h.Per < 0 || least < 0 || h.Production+h.Sandbox == 0 && production == none && sandbox == none:
		c.say(at, "for instance hard_limit: {production: 100}", "it limits nothing")
	case !ai && (production != none || sandbox != none):
		c.say(at, "say ai: true of the api", "only calls of AI APIs use tokens")
	}
}

// twice finds names that are given to two.
func (k *Catalog) twice(c *critic) {
	seen := map[string]bool{}
	again := func(at way, kind, name string) {
		if seen[kind+" "+name] {
			c.say(at, "give it another", "the name %q is given twice", name)
		}
		seen[kind+" "+name] = true
	}
	for i, p := range k.Policies {
		again(way{"catalog", "policies", i, "name"}, p.Level+" policy", event.Tenant(p.Tenant).User(p.Name))
	}
	for i, a := range k.APIs {
		again(way{"catalog", "apis", i, "name"}, "api", a.Name)
	}
	for i, a := range k.Apps {
		again(way{"catalog", "apps", i, "name"}, "app", a.Name)
	}
}

// review looks at one step.
func (s *Step) review(c *critic, at way) {
	c.count(at.then("times"), s.Times, mostRepeats, "each time is an event of its own that every gateway is told of")
	c.span(at.then("at"), s.At, "a step to come in a run")
	c.span(at.then("every"), s.Every, "a step to come again in a run")
	switch said := s.said(); {
	case len(said) == 0:
		c.say(at, "say one of "+deeds, "it says nothing to do")
	case len(said) > 1:
		c.say(at.then(said[1]), "make two steps of it", "a step does one thing, and this one does %s already", said[0])
	}
	if b := s.BlockCondition; b != nil {
		if err := b.check(); err != nil {
			c.blame(at.then("block_condition"), err)
		}
	}
	if s.Policy != nil {
		s.Policy.review(c, at.then("policy"))
	}
	s.SavePolicy.review(c, at.then("save_policy"))
	s.RemovePolicy.review(c, at.then("remove_policy"))
}

// review looks at one check.
func (k *Check) review(c *critic, at way) {
	var names []string
	for _, known := range checker.Checks {
		names = append(names, known.Name)
		if known.Name == k.Check {
			k.takes(c, at, known.Takes)
		}
	}
	if !slices.Contains(names, k.Check) {
		c.none(at.then("check"), "check", k.Check, names)
	}
	for i, name := range k.Allow {
		var cause checker.Cause
		if err := cause.UnmarshalText([]byte(name)); err != nil {
			c.none(at.then("allow", i), "cause", name, checker.CauseNames())
		}
	}
	if k.Max < 0 {
		c.say(at.then("max"), "it starts from 0", "%d is negative", k.Max)
	}
	if k.Copies < 0 {
		c.say(at.then("copies"), "it starts from 1", "%d is negative", k.Copies)
	}
}

// takes refuses parameters that the check does not have: they would be bounds that bind nothing.
func (k *Check) takes(c *critic, at way, takes []string) {
	for _, p := range []struct {
		name string
		said bool
	}{{"within", k.Within != 0}, {"most", k.Most != 0}, {"allow", len(k.Allow) > 0}, {"max", k.Max != 0}, {"copies", k.Copies != 0}} {
		if !p.said || slices.Contains(takes, p.name) {
			continue
		}
		hint := k.Check + " takes no parameters"
		if len(takes) > 0 {
			hint = k.Check + " takes " + strings.Join(takes, " and ")
		}
		c.say(at.then(p.name), hint, "the check %s has no %s", k.Check, p.name)
	}
}
