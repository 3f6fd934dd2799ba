package siddhi

import (
	"strings"

	"hubsim/event"
)

// maxDepth bounds brackets within brackets.
const maxDepth = 100

// or reads conditions with OR between them.
func (p *parser) or() (condition, error) {
	return p.joined("or", p.and, func(left, right condition) condition {
		return func(a *event.Attributes) bool { return left(a) || right(a) }
	})
}

// and reads conditions with AND between them, which binds closer.
func (p *parser) and() (condition, error) {
	return p.joined("and", p.not, func(left, right condition) condition {
		return func(a *event.Attributes) bool { return left(a) && right(a) }
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
		return func(a *event.Attributes) bool { return !inner(a) }, err
	case p.accept("("):
		inner, err := p.or()
		if err != nil {
			return nil, err
		}
		return inner, p.expect(")")
	case p.accept("true"):
		return func(*event.Attributes) bool { return true }, nil
	case p.accept("false"):
		return func(*event.Attributes) bool { return false }, nil
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

// function reads str:concat, the only one.
func (p *parser) function(from int) (operand, error) {
	if name := p.phrase(from); !strings.EqualFold(name, "str:concat") {
		return operand{}, p.tokens[from].unsupported(name, "the only function is str:concat")
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
