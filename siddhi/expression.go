package siddhi

import (
	"strings"

	"hubsim/event"
)

// attributes are those of the request stream that an expression may read
// (org.wso2.throttle.processed.request.stream:1.0.0).
var attributes = map[string]func(*event.Attributes) string{
	"appKey":           func(a *event.Attributes) string { return string(a.AppKey) },
	"appTier":          func(a *event.Attributes) string { return a.AppTier },
	"subscriptionKey":  func(a *event.Attributes) string { return string(a.SubscriptionKey) },
	"apiKey":           func(a *event.Attributes) string { return string(a.APIKey) },
	"apiTier":          func(a *event.Attributes) string { return a.APITier },
	"subscriptionTier": func(a *event.Attributes) string { return a.SubscriptionTier },
	"resourceKey":      func(a *event.Attributes) string { return string(a.ResourceKey) },
	"resourceTier":     func(a *event.Attributes) string { return a.ResourceTier },
	"userId":           func(a *event.Attributes) string { return a.UserID },
	"apiContext":       func(a *event.Attributes) string { return a.APIContext },
	"apiVersion":       func(a *event.Attributes) string { return a.APIVersion },
	"appTenant":        func(a *event.Attributes) string { return string(a.AppTenant) },
	"apiTenant":        func(a *event.Attributes) string { return string(a.APITenant) },
	"appId":            func(a *event.Attributes) string { return a.AppID },
	"apiName":          func(a *event.Attributes) string { return a.APIName },
}

// operand is a text: a constant, an attribute, or several of them one after the other.
type operand struct {
	value string
	read  func(*event.Attributes) string // nil: the constant
	parts []operand                      // str:concat
}

// of is the operand's value for a request; false if it is null.
func (o *operand) of(a *event.Attributes) (string, bool) {
	switch {
	case o.parts != nil:
		var b strings.Builder
		for i := range o.parts {
			part, _ := o.parts[i].of(a)
			b.WriteString(part)
		}
		return b.String(), true
	case o.read != nil:
		value := o.read(a)
		return value, value != "" // an empty text travels as null
	}
	return o.value, true
}

// constant tells whether the operand is the same for every request.
func (o *operand) constant() bool {
	for i := range o.parts {
		if !o.parts[i].constant() {
			return false
		}
	}
	return o.read == nil
}

// folded is the operand with constants put together once.
func (o operand) folded() operand {
	if o.parts != nil && o.constant() {
		value, _ := o.of(nil)
		return operand{value: value}
	}
	return o
}

// condition is true or false for a request.
type condition func(*event.Attributes) bool

// compare is == or, inverted, !=. Both are false when either side is null.
func compare(left, right operand, equal bool) condition {
	return func(a *event.Attributes) bool {
		l, there := left.of(a)
		r, too := right.of(a)
		return there && too && (l == r) == equal
	}
}
