package gateway

import (
	"cmp"
	"slices"
	"strings"

	"hubsim/event"
	"hubsim/node"
)

// hook names one webhook subscription, by all that an unsubscribe event has to say to hit it
// (GatewayJMSMessageListener.java).
type hook struct {
	api, topic    string
	tenant        event.Tenant
	callback, app string
	secret        string
}

func hookOf(e *event.WebhookEvent) hook {
	return hook{e.API, e.Topic, tenantOr(e.Tenant), e.Callback, e.AppID, e.Secret}
}

// String names the subscription without its secret.
func (h hook) String() string {
	return strings.Join([]string{h.api, h.topic, h.callback, "app", h.app}, " ")
}

// name is the subscription among recent changes.
func (h hook) name() string { return "webhook:" + h.String() }

// plan names who is throttled: an application's callbacks of one API.
type plan struct {
	app, api string
	tenant   event.Tenant
}

// webhooks are the callbacks that subscribed, and whose plan is full. Nothing is delivered to them here.
type webhooks struct {
	hooks     map[hook]event.Wall // the end of the lease; 0 is none
	throttled map[plan]bool
}

func newWebhooks() webhooks { return webhooks{map[hook]event.Wall{}, map[plan]bool{}} }

// set takes a subscription in or away; it is false where nothing changed.
func (w *webhooks) set(h hook, on bool, until event.Wall) bool {
	old, known := w.hooks[h]
	switch {
	case on && known && old == until, !on && !known:
		return false
	case on:
		w.hooks[h] = until
	default:
		delete(w.hooks, h)
	}
	return true
}

func (w *webhooks) sorted() []hook {
	list := make([]hook, 0, len(w.hooks))
	for h := range w.hooks {
		list = append(list, h)
	}
	slices.SortFunc(list, func(x, y hook) int {
		return cmp.Or(cmp.Compare(x.String(), y.String()), cmp.Compare(x.tenant, y.tenant), cmp.Compare(x.secret, y.secret))
	})
	return list
}

func (w *webhooks) full() []string {
	var list []string
	for p, on := range w.throttled {
		if on {
			list = append(list, p.api+" app "+p.app)
		}
	}
	slices.Sort(list)
	return list
}

// webhook acts on a change of a webhook subscription: subscribe always says whether the plan is full,
// and adds the callback only if it is not; unsubscribe removes the one that it names in every part.
func (g *Gateway) webhook(now node.Clock, e *event.WebhookEvent, out *node.Output) {
	switch {
	case e == nil:
		ignored("", event.Malformed, out)
		return
	case e.Mode != "subscribe" && e.Mode != "unsubscribe":
		lacking(e.EventID, "a webhook event whose mode is neither subscribe nor unsubscribe", out)
		return
	}
	on := e.Mode == "subscribe"
	if on {
		g.webhooks.throttled[plan{e.AppID, e.API, tenantOr(e.Tenant)}] = e.Throttled
	}
	if on && e.Throttled {
		ignored(e.EventID, event.Ineligible, out)
		return
	}
	g.touched(now, event.PathWebhooks, hookOf(e).name())
	if !g.webhooks.set(hookOf(e), on, e.ExpireAt) {
		ignored(e.EventID, event.Ineligible, out) // there already, or no such one to remove
		return
	}
	out.Note(node.Note{Fact: node.WebhookKnown, ID: e.EventID, On: on, Detail: e.Callback})
}

// hooks puts the list of webhook subscriptions into memory.
func (g *Gateway) hooks(list []event.WebhookEvent, asked event.Mono, out *node.Output) {
	named := map[hook]bool{}
	for i := range list {
		h := hookOf(&list[i])
		named[h] = true
		if !g.recent.holds(h.name(), asked) && g.webhooks.set(h, true, list[i].ExpireAt) {
			out.Note(node.Note{Fact: node.WebhookKnown, ID: list[i].EventID, On: true, Detail: list[i].Callback})
		}
	}
	if !g.cfg.Prune {
		return
	}
	for _, h := range g.webhooks.sorted() {
		if !named[h] && !g.recent.holds(h.name(), asked) && g.webhooks.set(h, false, 0) {
			out.Note(node.Note{Fact: node.WebhookKnown, Detail: h.callback})
		}
	}
}
