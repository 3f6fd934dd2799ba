package databridge

import (
	"cmp"
	"strconv"

	"hubsim/event"
)

// FromMessage makes an event of a message that travels over the data bridge: Throttle, Notification,
// KeyManagerEvent, BlockingCondition, GlobalCacheInvalidated, and the two that the product publishes in process only but has
// streams for, TokenRevoked and WebhookEvent. The event's timestamp is at, and a Throttle's own At.
//
// What a stream has no attribute for (the event id of key manager and webhook events) goes into the
// arbitrary map, which real receivers do not look at.
//
// An error is an *Error, or an *event.FormError about a notification.
func FromMessage(m event.Message, at event.Wall) (Event, error) {
	switch m := m.(type) {
	case *event.Throttle:
		return fromThrottle(m)
	case *event.Notification:
		return fromNotification(m, at)
	case *event.KeyManagerEvent:
		return fromKeyManager(m, at), nil
	case *event.BlockingCondition:
		return fromBlocking(m, at)
	case *event.GlobalCacheInvalidated:
		return fromCache(m, at)
	case *event.TokenRevoked:
		return fromRevoked(m, at)
	case *event.WebhookEvent:
		return fromWebhook(m, at), nil
	case nil:
		return Event{}, &Error{Doing: "write an event", Kind: ErrNoForm, Detail: "there is no message"}
	}
	return Event{}, &Error{Doing: "write an event", Kind: ErrNoForm, Detail: "no stream carries a " + m.Class().String() + " message"}
}

// ToMessage makes a message of an event of one of the product's streams. The error is an *Error, or
// what event.ParseNotification says of a notification.
func ToMessage(e Event) (event.Message, error) {
	const doing = "read a message"
	s := definition(e.Stream)
	if s == nil {
		return nil, &Error{Doing: doing, Kind: ErrUnknownStream, Detail: string(e.Stream)}
	}
	if err := s.check(e.Payload); err != nil {
		return nil, err
	}
	switch e.Stream {
	case event.RequestStream:
		return toThrottle(&e), nil
	case event.BlockingStream:
		return toBlocking(e.Payload), nil
	case event.NotificationStream:
		n, err := event.ParseNotification(event.Type(e.Payload[0].Text()), event.Wall(e.Payload[1].Int()), e.Payload[2].Text())
		if err != nil {
			return nil, err
		}
		return n, nil
	case event.RevocationStream:
		return toRevoked(e.Payload), nil
	case event.KeyManagerStream:
		return toKeyManager(&e)
	case event.CacheStream:
		return toCache(e.Payload), nil
	}
	return toWebhook(&e), nil
}

// check holds values against the definition.
func (s *Stream) check(values []Value) error {
	if len(values) != len(s.Payload) {
		return &Error{Doing: "read an event of " + string(s.ID), Kind: ErrMalformed,
			Detail: strconv.Itoa(len(s.Payload)) + " values were expected, found " + strconv.Itoa(len(values))}
	}
	for i, a := range s.Payload {
		if values[i].kind != a.Kind {
			return &Error{Doing: "read an event of " + string(s.ID), Kind: ErrMalformed,
				Detail: a.Name + " is a " + a.Kind.String() + ", found a " + values[i].kind.String()}
		}
	}
	return nil
}

func fromNotification(n *event.Notification, at event.Wall) (Event, error) {
	text, err := event.NotificationText(n)
	if err != nil {
		return Event{}, err
	}
	return Event{Stream: event.NotificationStream, At: at, Payload: []Value{String(string(n.Type)), Long(int64(n.At)), String(text)}}, nil
}

func fromKeyManager(m *event.KeyManagerEvent, at event.Wall) Event {
	return Event{Stream: event.KeyManagerStream, At: at, Extra: extraID(m.EventID), Payload: []Value{String(event.KeyManagerEventType),
		String(m.Action), String(m.Manager.Name), String(m.Manager.Type), Bool(m.Manager.Enabled), String(event.KeyManagerValue(m)),
		String(string(m.Manager.Tenant)), String(m.TokenType())}}
}

func toKeyManager(e *Event) (event.Message, error) {
	v := e.Payload
	if kind := v[0].Text(); kind != event.KeyManagerEventType {
		return nil, &Error{Doing: "read a key manager event", Kind: ErrUnknownType, Detail: "event_type " + kind}
	}
	m := &event.KeyManagerEvent{EventID: eventID(e), Action: v[1].Text(),
		Manager: event.KeyManager{Name: v[2].Text(), Type: v[3].Text(), Enabled: v[4].Bool(), Tenant: event.Tenant(v[6].Text())}}
	m.ReadTokenType(v[7].Text())
	return m, m.ReadValue(v[5].Text())
}

func fromBlocking(c *event.BlockingCondition, at event.Wall) (Event, error) {
	id, err := intValue("id", c.ID)
	return Event{Stream: event.BlockingStream, At: at, Payload: []Value{id, String(c.Kind), String(c.Value),
		String(strconv.FormatBool(c.On)), String(string(c.Tenant))}}, err
}

func toBlocking(v []Value) *event.BlockingCondition {
	return &event.BlockingCondition{ID: int(v[0].Int()), Kind: v[1].Text(), Value: v[2].Text(), On: v[3].Text() == "true",
		Tenant: event.Tenant(v[4].Text())}
}

func fromCache(c *event.GlobalCacheInvalidated, at event.Wall) (Event, error) {
	tenant, err := intValue("tenantId", c.TenantID)
	return Event{Stream: event.CacheStream, At: at, Payload: []Value{String(c.Manager), String(c.Cache), String(c.Key),
		String(string(c.Tenant)), tenant, String(c.Domain), String(c.Node)}}, err
}

func toCache(v []Value) *event.GlobalCacheInvalidated {
	return &event.GlobalCacheInvalidated{Manager: v[0].Text(), Cache: v[1].Text(), Key: v[2].Text(), Tenant: event.Tenant(v[3].Text()),
		TenantID: int(v[4].Int()), Domain: v[5].Text(), Node: v[6].Text()}
}

func fromRevoked(t *event.TokenRevoked, at event.Wall) (Event, error) {
	tenant, err := intValue("tenantId", t.TenantID)
	return Event{Stream: event.RevocationStream, At: at, Payload: []Value{String(t.EventID), String(string(t.Token)), String(t.TTL),
		Long(int64(t.Expiry)), String(t.Type), tenant}}, err
}

func toRevoked(v []Value) *event.TokenRevoked {
	return &event.TokenRevoked{EventID: v[0].Text(), Token: event.TokenID(v[1].Text()), TTL: v[2].Text(), Expiry: event.Wall(v[3].Int()),
		Type: v[4].Text(), TenantID: int(v[5].Int())}
}

// fromWebhook fills tiers that nobody named as the topic's message does (event.AppendPayload).
func fromWebhook(w *event.WebhookEvent, at event.Wall) Event {
	by, tier := &w.By, func(name string) Value { return String(cmp.Or(name, event.Unlimited)) }
	return Event{Stream: event.WebhookStream, At: at, Extra: extraID(w.EventID), Payload: []Value{String(w.API), String(by.APIName), String(by.Context), String(by.Version),
		String(w.AppID), String(string(w.Tenant)), Int(int32(w.Tenant.ID())), String(w.Callback), String(w.Topic), String(w.Mode), String(w.Secret),
		Long(int64(w.ExpireAt)), String(by.Name), tier(by.AppTier), tier(by.Tier), tier(by.APITier), Bool(w.Throttled)}}
}

func toWebhook(e *Event) *event.WebhookEvent {
	v := e.Payload
	by := event.Subscriber{APIName: v[1].Text(), Context: v[2].Text(), Version: v[3].Text(), Name: v[12].Text(),
		AppTier: v[13].Text(), Tier: v[14].Text(), APITier: v[15].Text()}
	by.Limit()
	return &event.WebhookEvent{EventID: eventID(e), API: v[0].Text(), AppID: v[4].Text(), Tenant: event.Tenant(v[5].Text()), By: by,
		Callback: v[7].Text(), Topic: v[8].Text(), Mode: v[9].Text(), Secret: v[10].Text(), ExpireAt: event.Wall(v[11].Int()), Throttled: v[16].Bool()}
}

// intValue makes an INT of a number that fits into one.
func intValue(name string, v int) (Value, error) {
	if int(int32(v)) != v {
		return Value{}, &Error{Doing: "write an event", Kind: ErrNoForm, Detail: name + " is an INT, and " + strconv.Itoa(v) + " does not fit"}
	}
	return Int(int32(v)), nil
}

// eventIDName is the entry of the arbitrary map that holds an event's id.
const eventIDName = "eventId"

func extraID(id string) []Pair {
	if id == "" {
		return nil
	}
	return []Pair{{Name: eventIDName, Value: id}}
}

func eventID(e *Event) string {
	for _, p := range e.Extra {
		if p.Name == eventIDName {
			return p.Value
		}
	}
	return ""
}
