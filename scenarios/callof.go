package scenarios

import (
	rx "regexp/syntax"
	"strings"

	"hubsim/event"
)

// put puts what a phase says into a call.
func (w *With) put(r *event.Request) {
	if w == nil {
		return
	}
	r.ClientIP = or(w.IP, r.ClientIP)
	if r.Method != "" {
		r.Method = or(w.Method, r.Method)
	}
	if w.Bytes > 0 {
		r.Size = w.Bytes
	}
	r.Headers, r.Query, r.Claims, r.Custom = pairs(w.Headers), pairs(w.Query), pairs(w.Claims), pairs(w.Custom)
}

func pairs(m map[string]string) (list []event.Pair) {
	for _, name := range sortedKeys(m) {
		list = append(list, event.Pair{Name: name, Value: m[name]})
	}
	return list
}

// ofGroups are calls like one, each with what a condition group of its policy asks for. A group that no
// call can be made for has none.
func (out *catalog) ofGroups(r event.Request, api *event.API, resourceTier string) (calls []event.Request) {
	tier := api.Tier
	if tier == event.Unlimited || tier == "" {
		tier = resourceTier
	}
	p := out.policy(event.APILevel, tier, api.Tenant())
	if p == nil {
		return nil
	}
	for _, g := range p.Groups {
		one := r
		one.Headers, one.Query, one.Claims = r.Headers[:len(r.Headers):len(r.Headers)], r.Query[:len(r.Query):len(r.Query)], r.Claims[:len(r.Claims):len(r.Claims)]
		for i := range g.Conditions {
			meet(&one, &g.Conditions[i])
		}
		if all, _ := (sight{true, true, true}).meets(&one, g.Conditions); all {
			calls = append(calls, one)
		}
	}
	return calls
}

// meet puts into a call what a condition asks for. An inverted one is met by what is not there.
func meet(r *event.Request, c *event.Condition) {
	if c.Invert {
		return
	}
	switch c.Type {
	case event.IPIs, event.IPBetween:
		r.ClientIP = c.Value
	case event.HeaderHas:
		r.Headers = append(r.Headers, event.Pair{Name: c.Name, Value: example(c.Value)})
	case event.QueryHas:
		r.Query = append(r.Query, event.Pair{Name: c.Name, Value: example(c.Value)})
	case event.ClaimHas:
		r.Claims = append(r.Claims, event.Pair{Name: c.Name, Value: example(c.Value)})
	}
}

// example is a short text that a regular expression finds; "" if there is none that this tries.
func example(expression string) string {
	tree, err := rx.Parse(expression, rx.Perl)
	if err != nil {
		return ""
	}
	var b strings.Builder
	write(&b, tree.Simplify())
	return b.String()
}

// write writes the shortest text that a part of an expression takes, the first of alternatives.
func write(b *strings.Builder, part *rx.Regexp) {
	switch part.Op {
	case rx.OpLiteral:
		b.WriteString(string(part.Rune))
	case rx.OpCharClass:
		if len(part.Rune) > 0 {
			b.WriteRune(part.Rune[0])
		}
	case rx.OpAnyChar, rx.OpAnyCharNotNL:
		b.WriteByte('x')
	case rx.OpCapture, rx.OpPlus, rx.OpAlternate:
		write(b, part.Sub[0])
	case rx.OpConcat:
		for _, sub := range part.Sub {
			write(b, sub)
		}
	}
}
