package event

import "strconv"

// TokenRevoked is the message on topic tokenRevocation (stream org.wso2.apimgt.token.revocation.stream:1.0.0,
// TokenRevocationNotifierImpl.java).
type TokenRevoked struct {
	EventID  string
	Token    TokenID // jti; for the event types of a consumer key or a subject, base64 of JSON: Subject
	TTL      string  // not used by the gateway
	Expiry   Wall    // the token's own expiry; 0 of a consumer key or subject
	Type     string  // of a token "JWT", or what its key manager says; else an event type
	TenantID int
}

// Class implements Message.
func (*TokenRevoked) Class() Class { return ClassRevocation }

// The types of single tokens that gateways keep a list of (APIConstants.java).
const (
	JWT    = "JWT"
	APIKey = "API_KEY"
)

// The types of a revocation that is of no single token (AbstractKeyManagerEventHandler.java).
const (
	ConsumerAppRevoked = "consumer_app_revocation_event"
	SubjectRevoked     = "subject_entity_revocation_event"
)

// The kinds of subject (entityType). That they are spelled so is not verified.
const (
	SubjectUser   = "USER_ID"
	SubjectClient = "CLIENT_ID"
)

// RevokedSubject is whose tokens, all that were issued before an instant, are no longer good: those of
// a consumer key, or of a user or client.
type RevokedSubject struct {
	ConsumerKey string
	Entity      string
	Kind        string // of Entity: SubjectUser or SubjectClient
	At          Wall   // revocationTime; in a Step, 0 is the instant at which the control plane takes it
	TenantID    int    // whose it is; gateways do not look
}

// Type is the type of the subject's event.
func (s *RevokedSubject) Type() string {
	if s.ConsumerKey != "" {
		return ConsumerAppRevoked
	}
	return SubjectRevoked
}

// Name is the subject in notes and rows: "consumer-key:ck-7", "user:alice". A client is known by its
// consumer key.
func (s *RevokedSubject) Name() string {
	switch {
	case s.ConsumerKey != "":
		return "consumer-key:" + s.ConsumerKey
	case s.Kind == SubjectClient:
		return "consumer-key:" + s.Entity
	}
	return "user:" + s.Entity
}

// Valid tells whether it says whose tokens, and of one only.
func (s *RevokedSubject) Valid() bool {
	if s.ConsumerKey != "" {
		return s.Entity == "" && s.Kind == ""
	}
	return s.Entity != "" && (s.Kind == SubjectUser || s.Kind == SubjectClient)
}

// Token is the revokedToken of the subject's event: base64 of JSON whose values are all texts.
func (s *RevokedSubject) Token() TokenID {
	var b []byte
	if s.ConsumerKey != "" {
		b = appendText(b, `{"consumerKey":`, s.ConsumerKey)
	} else {
		b = appendText(b, `{"entityId":`, s.Entity)
		b = appendText(b, `,"entityType":`, s.Kind)
	}
	b = appendText(b, `,"revocationTime":`, strconv.FormatInt(int64(s.At), 10))
	return TokenID(encodeTail(append(b, '}'), 0))
}

// Subject reads whose tokens a revocation is of. It is nil for the revocation of one token.
func (t *TokenRevoked) Subject() (*RevokedSubject, error) {
	if t.Type != ConsumerAppRevoked && t.Type != SubjectRevoked {
		return nil, nil
	}
	const doing = "read a revocation's subject"
	plain, err := decodeBase64(string(t.Token))
	if err != nil {
		return nil, &FormError{Doing: doing, Kind: ErrMalformed, Member: "revokedToken", Detail: "base64 was expected: " + err.Error()}
	}
	r := jsonReader{b: plain}
	s := &RevokedSubject{}
	for name := range r.members {
		s.readMember(&r, string(name))
	}
	r.end()
	s.complete(&r, t.Type)
	if err := r.err(doing); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *RevokedSubject) readMember(r *jsonReader, name string) {
	switch name {
	case "consumerKey":
		s.ConsumerKey = r.text()
	case "entityId":
		s.Entity = r.text()
	case "entityType":
		s.Kind = r.text()
	case "revocationTime":
		from, text := r.i, r.scalar()
		at, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			r.expected("an instant in ms", from)
		}
		s.At = Wall(at)
	default:
		r.skip()
	}
}

func (s *RevokedSubject) complete(r *jsonReader, kind string) {
	switch {
	case kind == ConsumerAppRevoked && s.ConsumerKey == "":
		r.missing("consumerKey")
	case kind == SubjectRevoked && s.Entity == "":
		r.missing("entityId")
	case s.At == 0:
		r.missing("revocationTime")
	case kind == SubjectRevoked && s.Kind != SubjectUser && s.Kind != SubjectClient:
		r.name = []byte("entityType")
		r.expected(SubjectUser+" or "+SubjectClient, len(r.b))
	}
}
