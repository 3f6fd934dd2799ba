package siddhi

import "strings"

// maxDepth bounds brackets within brackets.
const maxDepth = 100

// or reads conditions with OR between them.
func (p *parser) or() (condition, error) {
	return p.joined("or", p.and, func(left, right condition) condition {
		return func(a *Row) bool { return left(a) || right(a) }
	})
}

// and reads conditions with AND between them, which binds closer.
func (p *parser) and() (condition, error) {
	return p.joined("and", p.not, func(left, right condition) condition {
		return func(a *Row) bool { return left(a) && right(a) }
	})
}

func (p *parser) joined(by string, read func() (condition, error), join func(left, right condition) condition) (condition, error) {
	all, err := read()
	for err == nil && p.accept(by) {
		var right condition
		if right, err = read(); err == nil {
			all = join(all, right)
		}
	}
	return all, err
}

// not reads NOT, a bracket, a constant or a comparison.
func (p *parser) not() (condition, error) {
	p.depth++
	defer func() { p.depth-- }()
	t := p.peek()
	switch {
	case p.depth > maxDepth:
		return nil, t.missing("want at most %d brackets within brackets", maxDepth)
	case p.accept("not"):
		inner, err := p.not()
		return func(a *Row) bool { return !inner(a) }, err
	case p.accept("("):
		inner, err := p.or()
		if err != nil {
			return nil, err
		}
		return inner, p.expect(")")
	case p.accept("true"):
		return func(*Row) bool { return true }, nil
	case p.accept("false"):
		return func(*Row) bool { return false }, nil
	}
	return p.comparison()
}

func (p *parser) comparison() (condition, error) {
	left, err := p.operand()
	if err != nil {
		return nil, err
	}
	by := p.next()
	if !by.is("==") && !by.is("!=") {
		return nil, by.unsupported(by.String(), "want == or != in isEligible")
	}
	right, err := p.operand()
	if err != nil {
		return nil, err
	}
	return compare(left, right, by.is("==")), nil
}

// operand reads a text, an attribute or str:concat.
func (p *parser) operand() (operand, error) {
	from := p.at
	t := p.next()
	read, known := attributes[t.value]
	switch {
	case t.kind == text:
		return operand{value: t.value}, nil
	case t.kind != word:
		return operand{}, t.unsupported(t.String(), "want an attribute of RequestStream, a text in quotes or str:concat")
	case p.peek().is(":") || p.peek().is("("):
		return p.function(from)
	case !known:
		return operand{}, t.unsupported("the attribute "+t.value, "in an expression stand appKey, appTier, subscriptionKey, apiKey, apiTier, "+
			"subscriptionTier, resourceKey, resourceTier, userId, apiContext, apiVersion, appTenant, apiTenant, appId and apiName")
	}
	return operand{read: read}, nil
}

// function reads str:concat, map:get of propertiesMap, or such a cast of it to a text.
func (p *parser) function(from int) (operand, error) {
	switch name := strings.ToLower(p.phrase(from)); name {
	case "str:concat":
	case "map:get":
		p.at = from + 3
		return p.property()
	case "cast":
		p.at = from + 1
		return p.cast()
	default:
		return operand{}, p.tokens[from].unsupported(p.phrase(from), "the functions are str:concat, map:get(propertiesMap, 'name') and cast of that to 'string'")
	}
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > maxDepth {
		return operand{}, p.tokens[from].missing("want at most %d brackets within brackets", maxDepth)
	}
	p.at = from + 3
	if err := p.expect("("); err != nil {
		return operand{}, err
	}
	made := operand{parts: []operand{}}
	for {
		part, err := p.operand()
		if err != nil {
			return made, err
		}
		made.parts = append(made.parts, part)
		if !p.accept(",") {
			break
		}
	}
	return made, p.expect(")")
}

// property reads (propertiesMap, 'name').
func (p *parser) property() (operand, error) {
	for _, want := range []string{"(", "propertiesMap", ","} {
		if err := p.expect(want); err != nil {
			return operand{}, err
		}
	}
	name := p.next()
	if name.kind != text || name.value == "" {
		return operand{}, name.unsupported(name.String(), "want the name of a property in quotes")
	}
	return operand{property: name.value}, p.expect(")")
}

// cast reads (map:get(propertiesMap, 'name'), 'string').
func (p *parser) cast() (operand, error) {
	if err := p.expect("("); err != nil {
		return operand{}, err
	}
	at := p.peek()
	made, err := p.operand()
	switch {
	case err != nil:
		return made, err
	case made.property == "":
		return made, at.unsupported("cast of "+at.String(), "want map:get(propertiesMap, 'name') in it")
	}
	if err := p.expect(","); err != nil {
		return made, err
	}
	if to := p.next(); to.kind != text || !strings.EqualFold(to.value, "string") {
		return made, to.unsupported(to.String(), "want 'string': other types are not compared here")
	}
	return made, p.expect(")")
}
