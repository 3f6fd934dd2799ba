package event

func appendDecision(b []byte, d *Decision) []byte {
	b = append(b, payloadHead...)
	b = appendText(b, `"throttleKey":`, string(d.Key))
	b = appendBool(b, `,"isThrottled":`, d.IsThrottled)
	b = appendLong(b, `,"expiryTimeStamp":`, int64(d.Expiry))
	if d.Conditions != "" { // stream version 1.1.0, API and resource plans
		b = appendText(b, `,"evaluatedConditions":`, d.Conditions)
	}
	if d.Remaining != 0 {
		b = appendLong(b, `,"remaining":`, int64(d.Remaining))
	}
	return append(b, payloadTail...)
}

func appendBlocking(b []byte, c *BlockingCondition) []byte {
	b = append(b, payloadHead...)
	b = appendLong(b, `"id":`, int64(c.ID))
	b = appendText(b, `,"blockingCondition":`, c.Kind)
	b = appendText(b, `,"conditionValue":`, c.Value)
	b = appendText(b, `,"state":`, stateText(c.On))
	b = appendText(b, `,"tenantDomain":`, string(c.Tenant))
	return append(b, payloadTail...)
}

func stateText(on bool) string {
	if on {
		return "true"
	}
	return "false"
}

// throttleData is all that a message on topic throttleData may hold.
type throttleData struct {
	decision               Decision
	condition              BlockingCondition
	template               KeyTemplate
	hasThrottled, hasState bool
	hasExpiry, hasValue    bool
	hasTemplateState       bool
}

// parseThrottleData tells decisions and blocking conditions apart as the gateway does: what has a
// throttleKey is a decision, else what has a blockingCondition is one, else what has a keyTemplateValue
// changes a key template (JMSMessageListener.java).
func parseThrottleData(b []byte) (Message, error) {
	r := jsonReader{b: b}
	var data throttleData
	for name := range r.payload {
		data.read(&r, name)
	}
	switch {
	case data.decision.Key != "":
		return data.asDecision(&r)
	case data.condition.Kind != "":
		return data.asCondition(&r)
	case data.template.Text != "":
		return data.asTemplate(&r)
	}
	return data.asDecision(&r)
}

func (t *throttleData) read(r *jsonReader, name []byte) {
	switch string(name) {
	case "throttleKey":
		t.decision.Key = ThrottleKey(r.text())
	case "isThrottled":
		t.decision.IsThrottled, t.hasThrottled = r.boolean(), true
	case "expiryTimeStamp":
		t.decision.Expiry, t.hasExpiry = Wall(r.long()), true
	case "evaluatedConditions":
		t.decision.Conditions = r.text()
	case "remaining":
		t.decision.Remaining = Duration(r.long())
	case "id":
		t.condition.ID = int(r.long())
	case "blockingCondition":
		t.condition.Kind = r.text()
	case "conditionValue":
		t.condition.Value, t.hasValue = r.text(), true
	case "state":
		t.condition.On, t.hasState = r.text() == "true", true
	case "tenantDomain":
		t.condition.Tenant = Tenant(r.text())
	case "keyTemplateValue":
		t.template.Text = r.text()
	case "keyTemplateState":
		t.template.On, t.hasTemplateState = r.text() == "add", true
	default:
		r.skip()
	}
}

func (t *throttleData) asDecision(r *jsonReader) (Message, error) {
	switch {
	case t.decision.Key == "":
		r.missing("throttleKey")
	case !t.hasThrottled:
		r.missing("isThrottled")
	case !t.hasExpiry:
		r.missing("expiryTimeStamp")
	}
	if err := r.err("read a decision"); err != nil {
		return nil, err
	}
	d := t.decision
	return &d, nil
}

func (t *throttleData) asCondition(r *jsonReader) (Message, error) {
	switch {
	case !t.hasValue:
		r.missing("conditionValue")
	case !t.hasState:
		r.missing("state")
	}
	if err := r.err("read a blocking condition"); err != nil {
		return nil, err
	}
	c := t.condition
	return &c, nil
}

func (t *throttleData) asTemplate(r *jsonReader) (Message, error) {
	if !t.hasTemplateState {
		r.missing("keyTemplateState")
	}
	if err := r.err("read a key template"); err != nil {
		return nil, err
	}
	k := t.template
	return &k, nil
}

func appendKeyTemplate(b []byte, k *KeyTemplate) []byte {
	b = append(b, payloadHead...)
	b = appendText(b, `"keyTemplateValue":`, k.Text)
	state := "remove"
	if k.On {
		state = "add"
	}
	b = appendText(b, `,"keyTemplateState":`, state)
	return append(b, payloadTail...)
}
