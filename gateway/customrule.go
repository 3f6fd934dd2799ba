package gateway

import (
	"maps"
	"slices"
	"strings"

	"hubsim/event"
	"hubsim/node"
)

// maxTemplates bounds the key templates: each costs a look-up a call. One more is ignored and noted.
const maxTemplates = 1000

// templates are the key templates of the custom rules. By rule they are tried in the order of a hash
// map; ours is by text.
type templates struct{ known map[string]bool }

// set stores or removes a template and tells whether that changed anything.
func (t *templates) set(text string, on bool) bool {
	if t.known[text] == on {
		return false
	}
	if on {
		t.known[text] = true
	} else {
		delete(t.known, text)
	}
	return true
}

func (t *templates) sorted() []string { return slices.Sorted(maps.Keys(t.known)) }

// rule is a template for one route: all but the caller's address is put in. A rule with parts joins
// them with the address between.
type rule struct {
	key   event.ThrottleKey
	parts []string // around each $clientIp; nil if there is none
}

const clientIP = "$clientIp"

// rulesOf puts a route's values into all templates. What is no variable stays as it is
// ($customProperty, $appKey, $subscriptionKey and $apiKey among them: the product passes the latter
// three on and substitutes none of them).
func (t *templates) rulesOf(a *event.Attributes, resource event.ThrottleKey) []rule {
	if len(t.known) == 0 {
		return nil
	}
	values := strings.NewReplacer("$resourceKey", string(resource), "$userId", a.UserID, "$apiContext", a.APIContext,
		"$apiVersion", a.APIVersion, "$appTenant", string(a.AppTenant), "$apiTenant", string(a.APITenant), "$appId", a.AppID)
	rules := make([]rule, 0, len(t.known))
	for _, text := range t.sorted() {
		r := rule{}
		if parts := strings.Split(text, clientIP); len(parts) > 1 {
			for _, p := range parts {
				r.parts = append(r.parts, values.Replace(p))
			}
		} else {
			r.key = event.ThrottleKey(values.Replace(text))
		}
		rules = append(rules, r)
	}
	return rules
}

// custom asks the custom rules; the first throttled one answers. Without a known address a rule that
// names it has no key.
func (g *Gateway) custom(now node.Clock, r *route, c *call) (event.Wall, bool) {
	for i := range r.rules {
		rule := &r.rules[i]
		if rule.parts == nil {
			if next, yes := g.throttled.live(now, rule.key); yes {
				return next, true
			}
			continue
		}
		if !c.address().IsValid() {
			continue
		}
		g.scratch = append(g.scratch[:0], rule.parts[0]...)
		for _, p := range rule.parts[1:] {
			g.scratch = appendNumber(g.scratch, c.address())
			g.scratch = append(g.scratch, p...)
		}
		if next, yes := g.throttled.liveBytes(now, g.scratch); yes {
			return next, true
		}
	}
	return 0, false
}

// template acts on a change of the key templates (GatewayJMSMessageListener.java).
func (g *Gateway) template(now node.Clock, n *event.Notification, out *node.Output) bool {
	t := n.Template
	if t == nil || t.New == "" {
		return false
	}
	if n.Type == event.CustomPolicyUpdate && t.Old != "" {
		g.touched(now, event.PathKeyTemplates, templateName(t.Old))
		g.setTemplate(t.Old, false, out)
	}
	g.touched(now, event.PathKeyTemplates, templateName(t.New))
	on := n.Type != event.CustomPolicyDelete
	g.setTemplate(t.New, on, out)
	known(n, on, templateName(t.New), out)
	return true
}

func (g *Gateway) setTemplate(text string, on bool, out *node.Output) {
	if on && len(g.templates.known) >= maxTemplates {
		ignored(templateName(text), event.BufferFull, out)
		return
	}
	if g.templates.set(text, on) {
		g.routes.forget()
	}
}

// keyTemplates puts the list of key templates into memory.
func (g *Gateway) keyTemplates(list []string, asked event.Mono, out *node.Output) {
	named := map[string]bool{}
	for _, text := range list {
		named[text] = true
		if text != "" && !g.recent.holds(templateName(text), asked) {
			g.setTemplate(text, true, out)
		}
	}
	if !g.cfg.Prune {
		return
	}
	for _, text := range g.templates.sorted() {
		if !named[text] && !g.recent.holds(templateName(text), asked) {
			g.setTemplate(text, false, out)
		}
	}
}

func templateName(text string) string { return "template:" + text }
