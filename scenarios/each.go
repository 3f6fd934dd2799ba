package scenarios

import (
	"maps"

	"hubsim/event"
)

// everyPolicy stands for a policy: whoever has it is there once for each of its level.
const everyPolicy = "*"

// tiers are the names of a level's policies, of the catalog's own tenant: those of AI quotas, or the others.
func (out *catalog) tiers(level event.Level, ai bool) (names []string) {
	for _, p := range out.policies {
		if p.Level == level && p.Tenant == event.Super && ai == (p.Counts == event.AIQuota) {
			names = append(names, p.Name)
		}
	}
	return names
}

// eachAPI makes an API whose tier is * one for each API policy.
func (out *catalog) eachAPI(a API) (all []API) {
	if a.Tier != everyPolicy {
		return []API{a}
	}
	out.each, out.families[a.Name] = true, []string{}
	for _, policy := range out.tiers(event.APILevel, false) {
		one := a
		one.Name, one.Tier = a.Name+"-"+policy, policy
		all = append(all, one)
		out.families[a.Name] = append(out.families[a.Name], one.Name)
	}
	return all
}

// eachApp makes an app one for each application policy if its tier is *, one for each subscription
// policy if it subscribes under *, and one for each API of those there are one each of. AI policies are for AI
// APIs, the others for the others.
func (out *catalog) eachApp(a App) []App {
	all := []App{a}
	if a.Tier == everyPolicy {
		all = out.forEach(all, out.tiers(event.ApplicationLevel, false), func(one *App, policy string) { one.Tier = policy })
	}
	for _, api := range sortedKeys(a.Subscribe) {
		tier := a.Subscribe[api]
		if tier == everyPolicy {
			all = out.forEach(all, out.tiers(event.SubscriptionLevel, out.isAI(api)), func(one *App, policy string) {
				one.Subscribe = maps.Clone(one.Subscribe)
				one.Subscribe[api] = policy
			})
		}
		if family, is := out.families[api]; is {
			for i := range all {
				subscribe := maps.Clone(all[i].Subscribe)
				for _, member := range family {
					subscribe[member] = subscribe[api]
				}
				delete(subscribe, api)
				all[i].Subscribe = subscribe
			}
		}
	}
	return all
}

// isAI tells whether an API of the file is one of AI.
func (out *catalog) isAI(name string) bool {
	if family := out.families[name]; len(family) > 0 {
		name = family[0]
	}
	api, there := out.find(name)
	return there && api.AI
}

func (out *catalog) forEach(list []App, policies []string, set func(one *App, policy string)) (all []App) {
	out.each = true
	for _, a := range list {
		for _, policy := range policies {
			one := a
			one.Name += "-" + policy
			set(&one, policy)
			all = append(all, one)
		}
	}
	return all
}

// nobody tells whether a phase is of apps alone that are there for each of no policies, or call APIs
// that are.
func (e *Experiment) nobody(p *Phase) bool {
	c := e.catalog
	if !c.each || len(p.Apps) == 0 {
		return false
	}
	for _, name := range p.Apps {
		for _, app := range c.groups[name] {
			if len(c.called(app, p.APIs)) > 0 {
				return false
			}
		}
		if _, is := c.groups[name]; !is {
			return false
		}
	}
	return true
}
