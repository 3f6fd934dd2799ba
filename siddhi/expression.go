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

// Row is a request as a query sees it.
type Row struct {
	*event.Attributes
	// Property is a text of the request's propertiesMap; nil: there are none.
	Property func(name string) (value string, there bool)
}

// operand is a text: a constant, an attribute, a property, or several of them one after the other.
type operand struct {
	value    string
	read     func(*event.Attributes) string // nil: the constant
	property string                         // map:get(propertiesMap, 'property')
	parts    []operand                      // str:concat
}

// of is the operand's value for a request; false if it is null.
func (o *operand) of(a *Row) (string, bool) {
	switch {
	case o.parts != nil:
		var b strings.Builder
		for i := range o.parts {
			part, _ := o.parts[i].of(a)
			b.WriteString(part)
		}
		return b.String(), true
	case o.read != nil:
		value := o.read(a.Attributes)
		return value, value != "" // an empty text travels as null
	}
	if o.property == "" {
		return o.value, true
	}
	if a.Property == nil {
		return "", false
	}
	return a.Property(o.property)
}

// constant tells whether the operand is the same for every request.
func (o *operand) constant() bool {
	for i := range o.parts {
		if !o.parts[i].constant() {
			return false
		}
	}
	return o.read == nil && o.property == ""
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
type condition func(*Row) bool

// compare is == or, inverted, !=. Both are false when either side is null.
func compare(left, right operand, equal bool) condition {
	return func(a *Row) bool {
		l, there := left.of(a)
		r, too := right.of(a)
		return there && too && (l == r) == equal
	}
}
