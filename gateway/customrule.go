package gateway

import (
	"maps"
	"regexp"
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

// rule is a template for one route: all but what differs from call to call is put in.
type rule struct {
	key   event.ThrottleKey
	parts []part // nil: the key is the same for every call of the route
}

// part is a piece of a key.
type part struct {
	kind partKind
	text string // as it stands in the template, the caller's property not yet put in
	name string // of a property
}

type partKind uint8

const (
	plainText partKind = iota
	clientIP           // $clientIp
	property           // $customProperty.NAME
)

// perCall are the variables that differ from call to call.
var perCall = regexp.MustCompile(`\$clientIp|\$customProperty\.[A-Za-z0-9_-]+`)

// rulesOf puts a route's values into all templates. What is no variable stays as it is ($appKey,
// $subscriptionKey and $apiKey among them: the product passes these three on and substitutes none).
func (t *templates) rulesOf(a *event.Attributes, resource event.ThrottleKey) []rule {
	if len(t.known) == 0 {
		return nil
	}
	values := strings.NewReplacer("$resourceKey", string(resource), "$userId", a.UserID, "$apiContext", a.APIContext,
		"$apiVersion", a.APIVersion, "$appTenant", string(a.AppTenant), "$apiTenant", string(a.APITenant), "$appId", a.AppID)
	rules := make([]rule, 0, len(t.known))
	for _, text := range t.sorted() {
		rules = append(rules, ruleOf(text, values))
	}
	return rules
}

func ruleOf(text string, values *strings.Replacer) rule {
	found := perCall.FindAllStringIndex(text, -1)
	if found == nil {
		return rule{key: event.ThrottleKey(values.Replace(text))}
	}
	var r rule
	at := 0
	for _, f := range found {
		variable := part{kind: clientIP, text: text[f[0]:f[1]]}
		if name, is := strings.CutPrefix(variable.text, "$customProperty."); is {
			variable.kind, variable.name = property, name
		}
		r.parts = append(r.parts, part{text: values.Replace(text[at:f[0]])}, variable)
		at = f[1]
	}
	r.parts = append(r.parts, part{text: values.Replace(text[at:])})
	return r
}

// custom asks the custom rules; the first throttled one answers.
func (g *Gateway) custom(now node.Clock, r *route, c *call) (event.Wall, bool) {
	for i := range r.rules {
		rule := &r.rules[i]
		if rule.parts == nil {
			if next, yes := g.throttled.live(now, rule.key); yes {
				return next, true
			}
			continue
		}
		if !g.spell(rule, c) {
			continue
		}
		if next, yes := g.throttled.liveBytes(now, g.scratch); yes {
			return next, true
		}
	}
	return 0, false
}

// spell writes a rule's key for a call to g.scratch. Without a known address a rule that names it has no
// key; a property that the call has not stays as the template has it.
func (g *Gateway) spell(r *rule, c *call) bool {
	g.scratch = g.scratch[:0]
	for i := range r.parts {
		p := &r.parts[i]
		switch p.kind {
		case clientIP:
			if !c.address().IsValid() {
				return false
			}
			g.scratch = appendNumber(g.scratch, c.address())
			continue
		case property:
			if value, there := findExact(c.Custom, p.name); there {
				g.scratch = append(g.scratch, value...)
				continue
			}
		}
		g.scratch = append(g.scratch, p.text...)
	}
	return true
}

// template acts on a change of the key templates (GatewayJMSMessageListener.java).
func (g *Gateway) template(now node.Clock, n *event.Notification, out *node.Output) bool {
	t := n.Template
	if t == nil || t.New == "" {
		return false
	}
	if n.Type == event.CustomPolicyUpdate && t.Old != "" {
		g.touched(now, event.PathKeyTemplates, templateName(t.Old))
		if g.setTemplate(t.Old, false, out) {
			known(n, false, templateName(t.Old), out)
		}
	}
	g.touched(now, event.PathKeyTemplates, templateName(t.New))
	on := n.Type != event.CustomPolicyDelete
	g.setTemplate(t.New, on, out)
	known(n, on, templateName(t.New), out)
	return true
}

// keyTemplate does the same for the stream of builds before about 4.2 (JMSMessageListener.java).
func (g *Gateway) keyTemplate(now node.Clock, k *event.KeyTemplate, out *node.Output) {
	if k == nil || k.Text == "" {
		ignored("", event.Malformed, out)
		return
	}
	g.touched(now, event.PathKeyTemplates, templateName(k.Text))
	g.setTemplate(k.Text, k.On, out)
	out.Note(node.Note{Fact: node.CatalogKnown, On: k.On, Detail: templateName(k.Text)})
}

// setTemplate tells whether it changed anything.
func (g *Gateway) setTemplate(text string, on bool, out *node.Output) bool {
	if on && len(g.templates.known) >= maxTemplates {
		ignored(templateName(text), event.BufferFull, out)
		return false
	}
	if !g.templates.set(text, on) {
		return false
	}
	g.routes.forget()
	return true
}

// keyTemplates puts the list of key templates into memory.
func (g *Gateway) keyTemplates(list []string, asked event.Mono, out *node.Output) {
	named := map[string]bool{}
	for _, text := range list {
		named[text] = true
		if text != "" && !g.recent.holds(templateName(text), asked) {
			g.listedTemplate(text, true, out)
		}
	}
	if !g.cfg.Prune {
		return
	}
	for _, text := range g.templates.sorted() {
		if !named[text] && !g.recent.holds(templateName(text), asked) {
			g.listedTemplate(text, false, out)
		}
	}
}

// listedTemplate stores or removes what a list says, or says no more.
func (g *Gateway) listedTemplate(text string, on bool, out *node.Output) {
	if g.setTemplate(text, on, out) {
		out.Note(node.Note{Fact: node.CatalogKnown, On: on, Detail: templateName(text)})
	}
}

func templateName(text string) string { return "template:" + text }
