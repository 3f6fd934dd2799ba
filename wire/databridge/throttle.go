package databridge

import (
	"encoding/binary"
	"strconv"

	"hubsim/event"
)

// messageIDPrefix begins the messageID of a call of the workload. The product's is urn:uuid: and a
// random UUID; ours is a UUID too, all zero but for the last 16 digits, which are the RequestID.
const messageIDPrefix = "urn:uuid:00000000-0000-0000-"

const messageIDSize = len(messageIDPrefix) + 17

// appendMessageID appends the RequestID as a UUID.
func appendMessageID(b []byte, id event.RequestID) []byte {
	const digits = "0123456789abcdef"
	b = append(b, messageIDPrefix...)
	for shift := 60; shift >= 0; shift -= 4 {
		if shift == 44 { // a UUID's last group has 12 digits
			b = append(b, '-')
		}
		b = append(b, digits[id>>shift&15])
	}
	return b
}

// requestID is the call that a messageID stands for, or 0 for one that is not the workload's.
func requestID[T string | []byte](messageID T) event.RequestID {
	if len(messageID) != messageIDSize || string(messageID[:len(messageIDPrefix)]) != messageIDPrefix {
		return 0
	}
	rest := messageID[len(messageIDPrefix):]
	high, err := strconv.ParseUint(string(rest[:4]), 16, 16)
	if err != nil || rest[4] != '-' {
		return 0
	}
	low, err := strconv.ParseUint(string(rest[5:]), 16, 48)
	if err != nil {
		return 0
	}
	return event.RequestID(high<<48 | low)
}

// The attributes of the request stream are messageID, the caller's, and properties.
const (
	callerAttributes  = 15
	requestAttributes = callerAttributes + 2
)

// callerTexts are the caller's attributes in the order of the stream. apiTier is null: the product's
// agent never stores it (DataProcessAndPublishingAgent.java).
func callerTexts(a *event.Attributes) [callerAttributes]string {
	return [callerAttributes]string{string(a.AppKey), a.AppTier, string(a.APIKey), "", string(a.SubscriptionKey), a.SubscriptionTier,
		string(a.ResourceKey), a.ResourceTier, a.UserID, a.APIContext, a.APIVersion, string(a.AppTenant), string(a.APITenant), a.AppID, a.APIName}
}

// callerOf is the inverse, but for apiTier, which it takes from a sender that has one.
func callerOf(v *[callerAttributes]string) *event.Attributes {
	return &event.Attributes{AppKey: event.ThrottleKey(v[0]), AppTier: v[1], APIKey: event.ThrottleKey(v[2]), APITier: v[3],
		SubscriptionKey: event.ThrottleKey(v[4]), SubscriptionTier: v[5], ResourceKey: event.ThrottleKey(v[6]), ResourceTier: v[7],
		UserID: v[8], APIContext: v[9], APIVersion: v[10], AppTenant: event.Tenant(v[11]), APITenant: event.Tenant(v[12]),
		AppID: v[13], APIName: v[14]}
}

func noAttributes() error {
	return &Error{Doing: "write a throttle event", Kind: ErrNoForm, Detail: "it has no attributes"}
}

func fromThrottle(t *event.Throttle) (Event, error) {
	if t.Attributes == nil {
		return Event{}, noAttributes()
	}
	values := make([]Value, requestAttributes)
	values[0] = String(string(appendMessageID(nil, t.ID)))
	for i, text := range callerTexts(t.Attributes) {
		values[1+i] = String(text)
	}
	values[requestAttributes-1] = String(t.Properties)
	return Event{Stream: event.RequestStream, At: t.At, Payload: values}, nil
}

func toThrottle(e *Event) *event.Throttle {
	var texts [callerAttributes]string
	for i := range texts {
		texts[i] = e.Payload[1+i].Text()
	}
	return &event.Throttle{Attributes: callerOf(&texts), ID: requestID(e.Payload[0].Text()), At: e.At,
		Properties: e.Payload[requestAttributes-1].Text()}
}

// appendThrottle appends what FromMessage and AppendEvent do, without an Event between.
func appendThrottle(b []byte, t *event.Throttle) ([]byte, error) {
	if t.Attributes == nil {
		return b, noAttributes()
	}
	start := len(b)
	b = append(b, 0, 0, 0, 0)
	b = binary.BigEndian.AppendUint64(b, uint64(t.At))
	b = appendText(b, string(event.RequestStream))
	b = appendMessageID(binary.BigEndian.AppendUint32(b, uint32(messageIDSize)), t.ID)
	for _, text := range callerTexts(t.Attributes) {
		b = appendText(b, text)
	}
	b = appendText(b, t.Properties)
	binary.BigEndian.PutUint32(b[start:], uint32(len(b)-start-4))
	return b, nil
}
