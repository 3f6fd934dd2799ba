package event

import (
	"cmp"
	"encoding/base64"
)

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
	b = appendText(b, `,"tokenType":`, e.Manager.tokenType())
	if e.EventID != "" {
		b = appendText(b, `,"eventId":`, e.EventID)
	}
	return append(b, payloadTail...)
}

// KeyManagerValue is the attribute value of a key manager event: base64 of the key manager as JSON,
// empty when it is deleted (KeyMgtNotificationSender.java; KeyManagerConfigurationDTO.java, of which description
// and externalReferenceId are null here, and left out as the product's writer does). An empty one would keep a gateway
// from registering the key manager.
func KeyManagerValue(e *KeyManagerEvent) string { return string(appendKeyManagerValue(nil, e)) }

func appendKeyManagerValue(b []byte, e *KeyManagerEvent) []byte {
	if e.Action == "delete" {
		return b
	}
	from := len(b)
	b = appendText(b, `{"uuid":`, e.Manager.UUID)
	b = appendText(b, `,"name":`, e.Manager.Name)
	b = appendText(b, `,"displayName":`, cmp.Or(e.Manager.Display, e.Manager.Name))
	b = appendText(b, `,"type":`, e.Manager.Type)
	b = appendBool(b, `,"enabled":`, e.Manager.Enabled)
	b = appendText(b, `,"organization":`, string(e.Manager.Tenant))
	b = appendText(b, `,"tokenType":`, e.Manager.tokenType())
	b = append(appendPairs(b, `,"additionalProperties":`, e.Manager.Properties), '}')
	return encodeTail(b, from)
}

// directToken is the tokenType of a key manager unless said.
const directToken = "DIRECT"

func (k *KeyManager) tokenType() string { return cmp.Or(k.TokenType, directToken) }

// setTokenType takes over a tokenType, "" for the one that holds unless said.
func (k *KeyManager) setTokenType(text string) {
	if k.TokenType = text; text == directToken {
		k.TokenType = ""
	}
}

// TokenType is the attribute tokenType.
func (e *KeyManagerEvent) TokenType() string { return e.Manager.tokenType() }

// ReadTokenType reads the attribute tokenType into the key manager.
func (e *KeyManagerEvent) ReadTokenType(text string) { e.Manager.setTokenType(text) }

// ReadValue reads the attribute value: what the attributes beside it do not say of the key manager.
func (e *KeyManagerEvent) ReadValue(text string) error {
	plain, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return &FormError{Doing: "read a key manager", Kind: ErrMalformed, Member: "value", Detail: "base64 was expected: " + err.Error()}
	}
	if len(plain) == 0 {
		return nil
	}
	return e.Manager.read(plain)
}

// read reads the document of a value.
func (k *KeyManager) read(document []byte) error {
	r := jsonReader{b: document}
	for name := range r.members {
		switch string(name) {
		case "uuid":
			k.UUID = r.text()
		case "displayName":
			k.Display = r.text()
		case "additionalProperties":
			k.Properties = r.pairs()
		default:
			r.skip()
		}
	}
	r.end()
	if k.Display == k.Name {
		k.Display = ""
	}
	return r.err("read a key manager's value")
}

// parseKeyManager takes what it can from the members beside value; value must be base64 of a document, and not
// empty unless the key manager goes.
func parseKeyManager(b []byte) (Message, error) {
	r := jsonReader{b: b}
	var e KeyManagerEvent
	var kind string
	var value []byte
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
			value = r.encoded()
		case "tokenType":
			e.Manager.setTokenType(r.text())
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
	case len(value) == 0 && e.Action != "delete" && kind == KeyManagerEventType: // the listener registers nothing of an empty one
		r.missing("value")
	}
	if err := r.err("read a key manager event"); err != nil {
		return nil, err
	}
	if kind != KeyManagerEventType {
		return nil, &FormError{Doing: "read a key manager event", Kind: ErrUnknownType, Member: "event_type",
			Detail: `"` + KeyManagerEventType + `" was expected, found "` + kind + `"`}
	}
	if len(value) > 0 {
		if err := e.Manager.read(value); err != nil {
			return nil, err
		}
	}
	return &e, nil
}
