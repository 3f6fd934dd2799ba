package event

// KeyManagerEventType is the event_type of a key manager event; the listener ignores any other
// (KeyManagerJMSMessageListener.java).
const KeyManagerEventType = "key_manager_configuration"

func appendRevocation(b []byte, t *TokenRevoked) []byte {
	b = append(b, payloadHead...)
	b = appendText(b, `"eventId":`, t.EventID)
	b = appendText(b, `,"revokedToken":`, string(t.Token))
	b = appendText(b, `,"ttl":`, t.TTL)
	b = appendLong(b, `,"expiryTime":`, int64(t.Expiry))
	b = appendText(b, `,"type":`, t.Type)
	b = appendLong(b, `,"tenantId":`, int64(t.TenantID))
	return append(b, payloadTail...)
}

// parseRevocation wants revokedToken and type; the token may be empty, and the gateway then ignores
// the message (GatewayTokenRevocationMessageListener.java).
func parseRevocation(b []byte) (Message, error) {
	r := jsonReader{b: b}
	var t TokenRevoked
	var hasToken bool
	for name := range r.payload {
		switch string(name) {
		case "eventId":
			t.EventID = r.text()
		case "revokedToken":
			t.Token, hasToken = TokenID(r.text()), true
		case "ttl":
			t.TTL = r.text()
		case "expiryTime":
			t.Expiry = Wall(r.long())
		case "type":
			t.Type = r.text()
		case "tenantId":
			t.TenantID = int(r.long())
		default:
			r.skip()
		}
	}
	if !hasToken {
		r.missing("revokedToken")
	}
	if err := r.err("read a token revocation"); err != nil {
		return nil, err
	}
	return &t, nil
}

func appendKeyManager(b []byte, e *KeyManagerEvent) []byte {
	b = append(b, payloadHead...)
	b = appendText(b, `"event_type":`, KeyManagerEventType)
	b = appendText(b, `,"action":`, e.Action)
	b = appendText(b, `,"name":`, e.Manager.Name)
	b = appendText(b, `,"type":`, e.Manager.Type)
	b = appendBool(b, `,"enabled":`, e.Manager.Enabled)
	b = appendKeyManagerValue(append(b, `,"value":"`...), e)
	b = appendText(b, `","organization":`, string(e.Manager.Tenant))
	b = append(b, `,"tokenType":"DIRECT"`...)
	if e.EventID != "" {
		b = appendText(b, `,"eventId":`, e.EventID)
	}
	return append(b, payloadTail...)
}

// KeyManagerValue is the attribute value of a key manager event: base64 of the key manager as JSON,
// empty when it is deleted (KeyMgtNotificationSender.java). The product's has more members, which the
// simulator does not know; an empty one would keep a gateway from registering the key manager.
func KeyManagerValue(e *KeyManagerEvent) string { return string(appendKeyManagerValue(nil, e)) }

func appendKeyManagerValue(b []byte, e *KeyManagerEvent) []byte {
	if e.Action == "delete" {
		return b
	}
	from := len(b)
	b = appendText(b, `{"name":`, e.Manager.Name)
	b = appendText(b, `,"displayName":`, e.Manager.Name)
	b = appendText(b, `,"type":`, e.Manager.Type)
	b = appendBool(b, `,"enabled":`, e.Manager.Enabled)
	b = appendText(b, `,"organization":`, string(e.Manager.Tenant))
	b = append(b, `,"tokenType":"DIRECT","additionalProperties":{}}`...)
	return encodeTail(b, from)
}

// parseKeyManager takes the key manager from the members beside value, which hold all that the
// simulator knows of one; value must be base64 all the same, and not empty unless the key manager goes.
func parseKeyManager(b []byte) (Message, error) {
	r := jsonReader{b: b}
	var e KeyManagerEvent
	var kind string
	valued := false
	for name := range r.payload {
		switch string(name) {
		case "event_type":
			kind = r.text()
		case "action":
			e.Action = r.text()
		case "name":
			e.Manager.Name = r.text()
		case "type":
			e.Manager.Type = r.text()
		case "enabled":
			e.Manager.Enabled = r.boolean()
		case "value":
			valued = len(r.encoded()) > 0
		case "organization", "tenantDomain": // the latter before 4.2
			e.Manager.Tenant = Tenant(r.text())
		case "eventId":
			e.EventID = r.text()
		default:
			r.skip()
		}
	}
	switch {
	case e.Action == "":
		r.missing("action")
	case e.Manager.Name == "":
		r.missing("name")
	case !valued && e.Action != "delete" && kind == KeyManagerEventType: // the listener registers nothing of an empty one
		r.missing("value")
	}
	if err := r.err("read a key manager event"); err != nil {
		return nil, err
	}
	if kind != KeyManagerEventType {
		return nil, &FormError{Doing: "read a key manager event", Kind: ErrUnknownType, Member: "event_type",
			Detail: `"` + KeyManagerEventType + `" was expected, found "` + kind + `"`}
	}
	return &e, nil
}
