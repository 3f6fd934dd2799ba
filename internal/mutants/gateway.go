package main

// gateways are the rules of what a gateway does with decisions, and in which order it asks.
func gateways() []mutant {
	const data, request, limit, api, several = "gateway/throttledata.go", "gateway/request.go", "gateway/limiter.go", "gateway/apilevel.go", "gateway/operations.go"
	const model, bases, scripts, limiter = "gateway TestThrottleDataAgainstModel", "gateway TestGroupsAtTheBase", "gateway TestScripts", "gateway TestLimiter"
	return []mutant{
		{"a decision is over at the instant of its expiry", data, "return h.expiry >= now.Wall", "return h.expiry > now.Wall", model},
		{"a false is believed only if its window is over", data, "if !d.IsThrottled {", "if !d.IsThrottled && d.Expiry <= now.Wall {", model},
		{"a later true extends the base key", data, "case !t.liveBase(now, base):", "default:", bases},
		{"a base key that is over keeps its conditions", data, "case !t.liveBase(now, base):", "case !t.alive(now, t.bases[base]):", scripts},
		{"a false for one group leaves the base key", data, "if !t.apart || s == nil ||", "if s == nil ||", bases},
		{"a call is asked for without a look at its base key", api, "if !t.liveBase(now, r.base) {", "if r.base == \"\" {", scripts},
		{"the application is asked before the subscription", request,
			"\tif v := g.subscriptionLevel(now, r); v.code != event.Served {",
			"\tif next, yes := g.throttled.live(now, r.attrs.AppKey); yes {\n\t\treturn verdict{code: event.ApplicationExceeded, next: next}\n\t}\n\tif v := g.subscriptionLevel(now, r); v.code != event.Served {", scripts},
		{"a subscription that goes on over its quota is refused", request, "if r.goOn {", "if r.goOn && v.code == event.SubscriptionBurst {", scripts},
		{"a call over a quota that does not stop is published", request, "\tif !v.quiet {\n", "\tif true {\n", scripts},
		{"a burst limit lets one call more through", limit, "if l.n >= l.max {", "if l.n > l.max {", limiter},
		{"a burst window holds its own end", limit, "case l.open && now < l.end:", "case l.open && now <= l.end:", limiter},
		{"a burst in any unit is one a minute", limit, `if b.Unit == "min" {`, `if b.Unit != "sec" {`, "gateway TestBurst"},
		{"of several operations the first has the event of all", several, "told |= 1 << i", "told |= 1 << (i * 0)", scripts},
		{"an operation that is refused stops those behind it in the product too", several, "if g.cfg.WholeCalls {", "if true {", scripts},
		{"what is open beside an operation that needs a token needs none", several, "case open:", "case isOpen(a, &event.Request{Resource: r.Resource, Verb: r.Verb}):", scripts},
		{"no operation but the first is asked for at its resource", several, "if r.level == 0 {", "if r != c.several.routes[0] {", scripts},
		{"a call of the policy's own groups is asked for at the default plan as well", api, "\tif met {\n\t\treturn 0, false\n\t}\n", "\t_ = met\n", "gateway TestOwnGroups"},
	}
}
