package event

// TokenRevoked is the message on topic tokenRevocation (stream org.wso2.apimgt.token.revocation.stream:1.0.0,
// TokenRevocationNotifierImpl.java).
type TokenRevoked struct {
	EventID  string
	Token    TokenID // jti; for the event types of a consumer key or a subject, base64 of JSON
	TTL      string  // not used by the gateway
	Expiry   Wall    // the token's own expiry
	Type     string  // "JWT" for a token
	TenantID int
}

// Class implements Message.
func (*TokenRevoked) Class() Class { return ClassRevocation }
