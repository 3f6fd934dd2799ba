package scenarios

import (
	"slices"

	"hubsim/event"
)

// graphQL looks at an API of that type.
func (a *API) graphQL(c *critic, at way) {
	if a.AI {
		c.say(at.then("ai"), "leave it out", "an AI API is no GraphQL API")
	}
	for i, r := range a.Resources {
		if verbs := event.GraphQLVerbs(); r.Verb != "" && !slices.Contains(verbs, r.Verb) {
			c.none(at.then("resources", i, "verb"), "verb of a GraphQL operation", r.Verb, verbs)
		}
	}
}

// asked are the resources of an API that a phase makes a call for each of, and what the call asks for besides: all of
// them, or the operations that the phase names, in one call. It needs no token only if none of them does.
func (w *With) asked(api *event.API) (resources []event.Resource, also []string) {
	if w == nil || len(w.Operations) == 0 {
		return api.Resources, nil
	}
	first, open := event.Resource{}, true
	for _, r := range api.Resources {
		if r.Template == w.Operations[0] {
			first = r
		}
		open = open && (r.NoAuth || !slices.Contains(w.Operations, r.Template))
	}
	first.NoAuth = open
	return []event.Resource{first}, w.Operations[1:]
}

// operations looks at the operations that the calls of a phase ask for, in every API that its apps call.
func (e *Experiment) operations(p *Phase, apps []string, at way) bool {
	before := len(e.critic.all)
	if n := len(p.With.Operations); n > event.MostOperations {
		e.critic.say(at, "make several phases of it", "%d operations are more than %d in one call", n, event.MostOperations)
	}
	var looked []*event.API
	for _, app := range apps {
		for _, api := range e.catalog.called(app, p.APIs) {
			if !slices.Contains(looked, api) {
				looked = append(looked, api)
				e.operationsOf(p, api, at)
			}
		}
	}
	return len(e.critic.all) == before
}

// operationsOf looks at them in one API.
func (e *Experiment) operationsOf(p *Phase, api *event.API, at way) {
	if api.Type != event.GraphQL {
		e.critic.say(at, "say type: GRAPHQL of the api, or name others under apis", "%s is no GraphQL API: each of its calls is for one resource", api.Name)
		return
	}
	var names []string
	verbs := map[string]string{}
	for _, r := range api.Resources {
		names = append(names, r.Template)
		verbs[r.Template] = r.Verb
	}
	first := p.With.Operations[0]
	for i, name := range p.With.Operations {
		switch {
		case verbs[name] == "":
			e.critic.none(at.then(i), "operation of "+api.Name, name, names)
		case slices.Contains(p.With.Operations[:i], name):
			e.critic.say(at.then(i), "a gateway counts an operation once, however often a call names it", "%s is there twice", name)
		case verbs[first] != "" && verbs[name] != verbs[first]:
			e.critic.say(at.then(i), "a call is a query or a mutation; make a phase of each", "%s is of %s and %s of %s", first, verbs[first], name, verbs[name])
		}
	}
}

// several tells whether any call asks for more than one operation: what policies count is not calls then.
func (e *Experiment) several() bool {
	return slices.ContainsFunc(e.Scenario.Workload, func(p Phase) bool { return p.With != nil && len(p.With.Operations) > 1 })
}
