package event

// appendWebhook writes all members of the stream. Those that the simulator does not know are empty,
// and the tiers Unlimited.
func appendWebhook(b []byte, w *WebhookEvent) []byte {
	b = append(b, payloadHead...)
	b = appendText(b, `"apiUUID":`, w.API)
	b = append(b, `,"apiName":"","apiContext":"","apiVersion":""`...)
	b = appendText(b, `,"appID":`, w.AppID)
	b = appendText(b, `,"tenantDomain":`, string(w.Tenant))
	b = appendLong(b, `,"tenantId":`, int64(w.Tenant.ID()))
	b = appendText(b, `,"callback":`, w.Callback)
	b = appendText(b, `,"topic":`, w.Topic)
	b = appendText(b, `,"mode":`, w.Mode)
	b = appendText(b, `,"secret":`, w.Secret)
	b = appendLong(b, `,"expireAt":`, int64(w.ExpireAt))
	b = append(b, `,"subscriberName":"","applicationTier":"Unlimited","tier":"Unlimited","apiTier":"Unlimited"`...)
	b = appendBool(b, `,"isThrottled":`, w.Throttled)
	if w.EventID != "" {
		b = appendText(b, `,"eventId":`, w.EventID)
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
		default:
			r.skip()
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
	return &w, nil
}
