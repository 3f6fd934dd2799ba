package event

// AppendOrder appends the body of a request that orders something. The form is ours: the product
// speaks SOAP there, or Thrift at port 10397, of which nothing is simulated but that it is a call.
func AppendOrder(b []byte, o *Order) ([]byte, error) { return appendJSON(b, o) }

// ParseOrder reads what AppendOrder writes.
func ParseOrder(path Path, b []byte) (*PullRequest, error) {
	r := &PullRequest{Path: path, Order: &Order{}}
	if err := decode(path, b, r.Order); err != nil {
		return nil, err
	}
	return r, nil
}

// orderedJSON is the body of an answer to an order.
type orderedJSON struct {
	Code          Code             `json:"code,omitempty"`
	Applications  []Application    `json:"applications,omitempty"`
	Subscriptions []Subscription   `json:"subscriptions,omitempty"`
	Policies      []Policy         `json:"policies,omitempty"`
	Revoked       []RevokedToken   `json:"revoked,omitempty"`
	Subjects      []RevokedSubject `json:"subjects,omitempty"`
}

func orderedOf(p *PullResponse) orderedJSON {
	return orderedJSON{p.Code, p.Applications, p.Subscriptions, p.Policies, p.Revoked, p.Subjects}
}

// parseOrdered reads the answer to an order into p.
func parseOrdered(p *PullResponse, b []byte) error {
	var o orderedJSON
	err := decode(p.Path, b, &o)
	p.Code, p.Applications, p.Subscriptions, p.Policies, p.Revoked, p.Subjects = o.Code, o.Applications, o.Subscriptions, o.Policies, o.Revoked, o.Subjects
	return err
}
