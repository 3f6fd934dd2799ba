package event

import "cmp"

// appendWebhook writes all members of the stream.
func appendWebhook(b []byte, w *WebhookEvent) []byte {
	b = append(b, payloadHead...)
	b = appendText(b, `"apiUUID":`, w.API)
	b = appendText(b, `,"apiName":`, w.By.APIName)
	b = appendText(b, `,"apiContext":`, w.By.Context)
	b = appendText(b, `,"apiVersion":`, w.By.Version)
	b = appendText(b, `,"appID":`, w.AppID)
	b = appendText(b, `,"tenantDomain":`, string(w.Tenant))
	b = appendLong(b, `,"tenantId":`, int64(w.Tenant.ID()))
	b = appendText(b, `,"callback":`, w.Callback)
	b = appendText(b, `,"topic":`, w.Topic)
	b = appendText(b, `,"mode":`, w.Mode)
	b = appendText(b, `,"secret":`, w.Secret)
	b = appendLong(b, `,"expireAt":`, int64(w.ExpireAt))
	b = appendText(b, `,"subscriberName":`, w.By.Name)
	b = appendText(b, `,"applicationTier":`, cmp.Or(w.By.AppTier, Unlimited))
	b = appendText(b, `,"tier":`, cmp.Or(w.By.Tier, Unlimited))
	b = appendText(b, `,"apiTier":`, cmp.Or(w.By.APITier, Unlimited))
	b = appendBool(b, `,"isThrottled":`, w.Throttled)
	if w.EventID != "" {
		b = appendText(b, `,"eventId":`, w.EventID)
	}
	if w.At != 0 { // ours, as eventId: a header of the message in the product
		b = appendLong(b, `,"timeStamp":`, int64(w.At))
	}
	return append(b, payloadTail...)
}

func parseWebhook(b []byte) (Message, error) {
	r := jsonReader{b: b}
	var w WebhookEvent
	for name := range r.payload {
		switch string(name) {
		case "apiUUID":
			w.API = r.text()
		case "appID":
			w.AppID = r.text()
		case "tenantDomain":
			w.Tenant = Tenant(r.text())
		case "callback":
			w.Callback = r.text()
		case "topic":
			w.Topic = r.text()
		case "mode":
			w.Mode = r.text()
		case "expireAt":
			w.ExpireAt = Wall(r.long())
		case "secret":
			w.Secret = r.text()
		case "isThrottled":
			w.Throttled = r.boolean()
		case "eventId":
			w.EventID = r.text()
		case "timeStamp":
			w.At = Wall(r.long())
		default:
			if to := w.By.member(string(name)); to != nil {
				*to = r.text()
			} else {
				r.skip()
			}
		}
	}
	switch {
	case w.Mode == "":
		r.missing("mode")
	case w.API == "":
		r.missing("apiUUID")
	}
	if err := r.err("read a webhook event"); err != nil {
		return nil, err
	}
	w.By.Limit()
	return &w, nil
}

// member is where a member of that name belongs, or nil.
func (s *Subscriber) member(name string) *string {
	switch name {
	case "apiName":
		return &s.APIName
	case "apiContext":
		return &s.Context
	case "apiVersion":
		return &s.Version
	case "subscriberName":
		return &s.Name
	case "tier":
		return &s.Tier
	case "applicationTier":
		return &s.AppTier
	case "apiTier":
		return &s.APITier
	}
	return nil
}

// Limit leaves out the tiers that limit nothing.
func (s *Subscriber) Limit() {
	for _, tier := range []*string{&s.Tier, &s.AppTier, &s.APITier} {
		if *tier == Unlimited {
			*tier = ""
		}
	}
}
