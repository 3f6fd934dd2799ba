package gateway

import (
	"hubsim/event"
	"hubsim/node"
)

// notification acts on an event of topic notification. The product asks whether it serves the tenant,
// compares no timestamps, and lets what comes last win (GatewayJMSMessageListener.java).
func (g *Gateway) notification(now node.Clock, n *event.Notification, out *node.Output) {
	switch {
	case n == nil:
		ignored("", event.Malformed, out)
	case !g.admit(n, out):
	case !g.branch(now, n, out):
		lacking(n.EventID, "a notification without what it is about", out)
	}
}

// branch is the listener's branch for the event's type; false if the event lacks what it is about.
func (g *Gateway) branch(now node.Clock, n *event.Notification, out *node.Output) bool {
	switch n.Type {
	case event.DeployAPI, event.RemoveAPI:
		if n.API == nil || n.API.UUID == "" {
			return false
		}
		g.enqueue(now, n, out)
		return true
	case event.APIUpdate, event.APILifecycle:
		return g.updateAPI(now, n, out)
	case event.APICreate, event.APIDelete: // no branch: deploys and removals say it
		ignored(n.EventID, event.Ineligible, out)
		return n.API != nil
	case event.PolicyReset: // the traffic managers count
		ignored(n.EventID, event.Ineligible, out)
		return n.Reset != nil
	case event.ApplicationCreate, event.ApplicationUpdate, event.ApplicationDelete:
		return g.application(now, n, out)
	case event.KeyMappingCreate, event.KeyMappingRemove:
		return g.keyMapping(now, n, out)
	case event.SubscriptionCreate, event.SubscriptionUpdate, event.SubscriptionDelete:
		return g.subscription(now, n, out)
	case event.PolicyCreate, event.PolicyUpdate, event.PolicyDelete:
		return g.policy(now, n, out)
	case event.CustomPolicyAdd, event.CustomPolicyUpdate, event.CustomPolicyDelete:
		return g.template(now, n, out)
	case event.ScopeCreate, event.ScopeUpdate, event.ScopeDelete, event.ScopesUpdate:
		return g.scopes(now, n, out)
	}
	return n.Type.Thing().Kind != "" && g.thing(now, n, out)
}

// updateAPI merges what API_UPDATE and API_LIFECYCLE_CHANGE say into the API; a retired one goes.
func (g *Gateway) updateAPI(now node.Clock, n *event.Notification, out *node.Output) bool {
	a := n.API
	if a == nil || a.UUID == "" {
		return false
	}
	g.touched(now, event.PathAPIs, dataName(a.UUID))
	if n.Type == event.APILifecycle && a.Status == event.Retired {
		g.touched(now, event.PathArtifacts, apiName(a.UUID))
		g.undeploy(now, a.UUID, out)
		return true
	}
	g.routes.forget()
	g.catalog.update(*a)
	known(n, true, apiName(a.UUID), out)
	return true
}

func (g *Gateway) application(now node.Clock, n *event.Notification, out *node.Output) bool {
	a := n.Application
	if a == nil {
		return false
	}
	g.touched(now, event.PathApplications, applicationName(a.ID))
	g.routes.forget()
	on := n.Type != event.ApplicationDelete
	if on {
		g.catalog.application(*a)
	} else {
		g.catalog.removeApplication(a.ID)
	}
	known(n, on, applicationName(a.ID), out)
	return true
}

func (g *Gateway) subscription(now node.Clock, n *event.Notification, out *node.Output) bool {
	s := n.Subscription
	if s == nil {
		return false
	}
	p := pair{s.APIID, s.AppID}
	g.touched(now, event.PathSubscriptions, p.String())
	g.routes.forget()
	on := n.Type != event.SubscriptionDelete
	if on {
		g.catalog.subscription(*s)
	} else {
		g.catalog.removeSubscription(s)
	}
	known(n, on, p.String(), out)
	return true
}

// policy acts on policies of subscription, application and API level; custom ones come as key
// templates. What the event names is pulled: it has no more than name and level.
func (g *Gateway) policy(now node.Clock, n *event.Notification, out *node.Output) bool {
	p := n.Policy
	if p == nil || p.Name == "" {
		return false
	}
	path := policyPath(p.Level)
	if path == "" {
		ignored(n.EventID, event.Ineligible, out)
		return true
	}
	g.touched(now, path, "policy:"+p.Name)
	on := n.Type != event.PolicyDelete
	if on {
		g.ask(now, event.PullRequest{Path: path, Name: p.Name}, p.Name, out)
	} else {
		g.routes.forget()
		g.catalog.removePolicy(p)
	}
	known(n, on, "policy:"+p.Name, out)
	return true
}

// known notes that an event changed the subscription store.
func known(n *event.Notification, on bool, what string, out *node.Output) {
	out.Note(node.Note{Fact: node.CatalogKnown, ID: n.EventID, On: on, Detail: what})
}
