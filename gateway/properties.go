package gateway

import (
	"encoding/json"
	"strconv"
	"strings"

	"hubsim/event"
)

// properties builds the JSON object of an event (DataProcessAndPublishingAgent.java). The product
// builds it for each event; here it is built where something could look at it: a feature flag is on
// and the call carries such things, it is of an AI API, a policy counts bytes or tokens, a condition group asks for
// addresses, or a custom rule exists.
//
// Later values overwrite earlier ones of the same name: addresses, headers, customProperty, query, claims,
// message size, tokens. A query parameter called ip takes the place of the caller's address.
func (g *Gateway) properties(r *route, c *call) string {
	if !r.bytes && !r.tokens && !r.ai && !r.addresses && len(r.rules) == 0 && !g.flags.seen(c) {
		return ""
	}
	p := properties{}
	if ip := c.address(); ip.IsValid() {
		v4, v6 := "0", "0"
		if number := string(appendNumber(nil, ip)); ip.Is4() {
			v4 = number
		} else {
			v6 = number
		}
		p.put("ip", v4)
		p.put("ipv6", v6)
	}
	if g.flags.header {
		for _, h := range c.Headers {
			p.text(strings.ToLower(h.Name), h.Value)
		}
	}
	p.texts(c.Custom)
	if g.flags.query {
		p.texts(c.Query)
	}
	if g.flags.claim {
		p.texts(c.Claims)
	}
	if r.bytes {
		p.put("messageSize", strconv.FormatInt(c.Size, 10))
		p.text("applicationName", r.application)
		p.text("subscriptionType", r.subscriptionType)
	}
	p.tokens(r.ai, c.Usage)
	return p.json()
}

// tokens are 0 for all but AI APIs, and there for all.
func (p *properties) tokens(ai bool, u *event.Usage) {
	if !ai || u == nil {
		u = &event.Usage{}
	}
	p.put("TOTAL_TOKENS", strconv.FormatInt(u.Total(), 10))
	p.put("PROMPT_TOKENS", strconv.FormatInt(u.Prompt, 10))
	p.put("COMPLETION_TOKENS", strconv.FormatInt(u.Completion, 10))
}

// seen tells whether a call carries what a flag lets through, or what needs none.
func (f flags) seen(c *call) bool {
	return len(c.Custom) > 0 || f.header && len(c.Headers) > 0 || f.query && len(c.Query) > 0 || f.claim && len(c.Claims) > 0
}

// properties are members in the order in which their names came first. (The product's order is that
// of a hash map.)
type properties struct {
	members []event.Pair // the values as JSON
	at      map[string]int
}

func (p *properties) put(name, value string) {
	if i, there := p.at[name]; there {
		p.members[i].Value = value
		return
	}
	if p.at == nil {
		p.at = map[string]int{}
	}
	p.at[name] = len(p.members)
	p.members = append(p.members, event.Pair{Name: name, Value: value})
}

func (p *properties) text(name, value string) { p.put(name, quoted(value)) }

func (p *properties) texts(pairs []event.Pair) {
	for _, x := range pairs {
		p.text(x.Name, x.Value)
	}
}

func (p *properties) json() string {
	b := []byte{'{'}
	for i, m := range p.members {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(append(append(b, quoted(m.Name)...), ':'), m.Value...)
	}
	return string(append(b, '}'))
}

// quoted is a text as JSON. Writing one cannot fail.
func quoted(text string) string {
	b, _ := json.Marshal(text)
	return string(b)
}
