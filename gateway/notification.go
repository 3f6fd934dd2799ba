package gateway

import (
	"hubsim/event"
	"hubsim/node"
)

// notification acts on an event of topic notification. There is no ordering and no comparison of
// timestamps: what comes last wins (GatewayJMSMessageListener.java).
func (g *Gateway) notification(now node.Clock, n *event.Notification, out *node.Output) {
	if n == nil {
		ignored("", event.Malformed, out)
		return
	}
	var done bool
	switch n.Type {
	case event.DeployAPI, event.RemoveAPI:
		if done = n.API != nil && n.API.UUID != ""; done {
			g.enqueue(now, n, out)
		}
	case event.APIUpdate:
		done = g.updateAPI(now, n.API)
	case event.ApplicationCreate, event.ApplicationUpdate, event.ApplicationDelete:
		done = g.application(now, n, out)
	case event.SubscriptionCreate, event.SubscriptionUpdate, event.SubscriptionDelete:
		done = g.subscription(now, n, out)
	case event.PolicyCreate, event.PolicyUpdate, event.PolicyDelete:
		done = g.policy(now, n, out)
	case event.CustomPolicyAdd, event.CustomPolicyUpdate, event.CustomPolicyDelete:
		done = g.template(now, n, out)
	}
	if !done {
		ignored(n.EventID, event.Malformed, out)
	}
}

func (g *Gateway) updateAPI(now node.Clock, a *event.API) bool {
	if a == nil || a.UUID == "" {
		return false
	}
	g.touched(now, event.PathAPIs, apiName(a.UUID))
	g.routes.forget()
	g.catalog.update(*a)
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
