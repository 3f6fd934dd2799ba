package event

import "strconv"

// mostRequests bounds the events of one body.
const mostRequests = 10_000

// requestAttribute is where a throttle event keeps an attribute of the request stream.
func requestAttribute(t *Throttle, name []byte) (text *string, key *ThrottleKey, tenant *Tenant) {
	switch string(name) {
	case "appKey":
		return nil, &t.AppKey, nil
	case "apiKey":
		return nil, &t.APIKey, nil
	case "subscriptionKey":
		return nil, &t.SubscriptionKey, nil
	case "resourceKey":
		return nil, &t.ResourceKey, nil
	case "appTenant":
		return nil, nil, &t.AppTenant
	case "apiTenant":
		return nil, nil, &t.APITenant
	}
	return requestText(t, name), nil, nil
}

func requestText(t *Throttle, name []byte) *string {
	switch string(name) {
	case "messageID":
		return new(string) // another sender's: no call of ours has it
	case "appTier":
		return &t.AppTier
	case "apiTier":
		return &t.APITier
	case "subscriptionTier":
		return &t.SubscriptionTier
	case "resourceTier":
		return &t.ResourceTier
	case "userId":
		return &t.UserID
	case "apiContext":
		return &t.APIContext
	case "apiVersion":
		return &t.APIVersion
	case "appId":
		return &t.AppID
	case "apiName":
		return &t.APIName
	case "properties":
		return &t.Properties
	}
	return nil
}

// ParseRequests reads the body of a POST to the HTTP event receiver throttleEventReceiver: one event of the
// request stream, or an array of them, as JSON in the default mapping
// (carbon-apimgt, eventreceivers/throttleEventReceiver.xml; carbon-analytics-common, JSONInputMapper.java):
//
//	{"event":{"metaData":{},"correlationData":{},"payloadData":{"messageID":"…","appKey":"…",…}}}
//
// The stream has no attributes of the first two, so that they are not looked at. An attribute that is null or
// not there has no value; a number or a truth value is its text, and properties may be an object besides a
// text that holds one. at is the receiver's own time, which such events are stamped with
// (EventReceiverUtil.java). What the product drops with a line in its log, or passes over, as an attribute that
// is none of the 17, is ErrMalformed; then none of the body's events comes back.
func ParseRequests(b []byte, at Wall) ([]Message, error) {
	r := jsonReader{b: b}
	if r.space(); r.peek() != '[' {
		t := r.request(at)
		if err := r.err("read a throttle event"); err != nil {
			return nil, err
		}
		return []Message{t}, nil
	}
	var all []Message
	for i := range r.elements {
		if r.space(); i == mostRequests {
			r.expected("the end of the array: "+strconv.Itoa(mostRequests)+" events are all", r.i)
			break
		}
		from := r.i
		if r.skip(); r.fault != "" {
			break
		}
		one := jsonReader{b: r.b[:r.i], i: from}
		all = append(all, one.request(at))
		if err := one.err("read throttle event " + strconv.Itoa(i+1) + " of the array"); err != nil {
			return nil, err
		}
	}
	r.end()
	if r.fault == "" && len(all) == 0 {
		r.fault = "an event was expected, found an empty array"
	}
	if err := r.err("read an array of throttle events"); err != nil {
		return nil, err
	}
	return all, nil
}

// request reads an event's document to its end.
func (r *jsonReader) request(at Wall) *Throttle {
	t := &Throttle{Attributes: &Attributes{}, At: at}
	for name := range r.payload {
		text, key, tenant := requestAttribute(t, name)
		value := r.attribute(string(name) == "properties")
		switch {
		case key != nil:
			*key = ThrottleKey(value)
		case tenant != nil:
			*tenant = Tenant(value)
		case text != nil:
			*text = value
		case r.fault == "":
			r.name, r.fault = name, "no attribute of the stream "+string(RequestStream)+" has this name"
		}
	}
	return t
}

// attribute reads a value that is a text here, whatever it is there: but for an object, only if it may be one,
// and an array.
func (r *jsonReader) attribute(object bool) string {
	r.space()
	if c := r.peek(); c == '[' || c == '{' && !object {
		r.expected("a text", r.i)
		return ""
	}
	return r.whatever()
}
