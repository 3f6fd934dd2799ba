package event

// parseNotified reads the event within a notification; the envelope's type says what it is
// (GatewayJMSMessageListener.java looks at no other).
func parseNotified(t Type, at Wall, body []byte) (*Notification, error) {
	const doing = "read a notification's event"
	if t.family() == unknownFamily {
		return nil, unknownType(doing, t)
	}
	n := &Notification{Type: t, At: at}
	r := jsonReader{b: body}
	read := n.about()
	for name := range r.members {
		if !read(&r, name) {
			n.readMember(&r, name)
		}
	}
	r.end()
	n.complete(&r)
	if err := r.err(doing); err != nil {
		return nil, err
	}
	return n, nil
}

// about makes what the type is about, and returns what reads its members.
func (n *Notification) about() func(r *jsonReader, name []byte) bool {
	switch n.Type.family() {
	case deployFamily, apiFamily:
		n.API = new(API)
		return n.readAPI
	case applicationFamily:
		n.Application = new(Application)
		return n.Application.readMember
	case subscriptionFamily:
		n.Subscription = new(Subscription)
		return n.Subscription.readMember
	case policyFamily:
		n.Policy = new(Policy)
		return n.readPolicy
	case templateFamily:
		n.Template = new(Template)
		return n.Template.readMember
	case mappingFamily:
		n.KeyMapping = new(KeyMapping)
		return n.KeyMapping.readMember
	case scopeFamily:
		n.Scopes = make([]Scope, 1)
		return func(r *jsonReader, name []byte) bool { return n.Scopes[0].readMember(r, string(name)) }
	case scopesFamily:
		return n.readScopes
	case resetFamily:
		n.Reset = new(QuotaReset)
		return n.Reset.readMember
	}
	n.Thing = new(Thing)
	form := n.Type.Thing()
	return func(r *jsonReader, name []byte) bool { return n.Thing.readMember(form, r, string(name)) }
}

func (n *Notification) readScopes(r *jsonReader, name []byte) bool {
	if string(name) != "scopes" {
		return false
	}
	n.Scopes = readScopes(r)
	return true
}

// complete makes sure that the event says what it is about.
func (n *Notification) complete(r *jsonReader) {
	switch {
	case n.API != nil && n.API.UUID == "":
		r.missing("uuid")
	case n.Application != nil && n.Application.ID == 0 && n.Application.UUID == "":
		r.missing("applicationId")
	case n.Subscription != nil && n.Subscription.AppID == 0 && n.Subscription.APIID == 0:
		r.missing("applicationId") // a gateway knows a subscription by application and API
	case n.Policy != nil && n.Policy.Name == "":
		r.missing("policyName")
	case n.Policy != nil && n.Policy.Level == 0:
		r.missing("policyType")
	case n.Template != nil && n.Template.New == "":
		r.missing("keyTemplate")
	case n.KeyMapping != nil && n.KeyMapping.ConsumerKey == "":
		r.missing("consumerKey")
	case n.Type.family() == scopeFamily && n.Scopes[0].Name == "":
		r.missing("name")
	case n.Reset != nil && n.Reset.AppID == "":
		r.missing("appId")
	case n.Reset != nil && n.Reset.User == "":
		r.missing("userId")
	case n.Thing != nil && n.Thing.Name == "" && n.Type.Thing().name != "":
		r.missing(n.Type.Thing().name)
	}
	if n.Policy != nil {
		n.Policy.Tenant = n.Tenant
		if n.Policy.Burst.Count == 0 { // the unit of no limit
			n.Policy.Burst = Burst{}
		}
	}
}

// readMember reads one of the five members that every event has.
func (n *Notification) readMember(r *jsonReader, name []byte) {
	switch string(name) {
	case "eventId":
		n.EventID = r.text()
	case "timeStamp":
		n.At = Wall(r.long())
	case "tenantId":
		n.TenantID = int(r.long())
	case "tenantDomain":
		n.Tenant = Tenant(r.text())
	default:
		r.skip()
	}
}

// readAPI reads a member of an event about an API.
func (n *Notification) readAPI(r *jsonReader, name []byte) bool {
	switch family := n.Type.family(); {
	case family == apiFamily && string(name) == "action":
		n.Action = r.text()
	case family == deployFamily && string(name) == "deleted":
		n.Deleted = r.boolean()
	default:
		return n.API.readMember(r, name)
	}
	return true
}

// readMember reads a member of the deploy events or, under their other names, of the API events.
func (a *API) readMember(r *jsonReader, name []byte) bool {
	switch string(name) {
	case "apiId":
		a.ID = int(r.long())
	case "uuid":
		a.UUID = r.text()
	case "name", "apiName":
		a.Name = r.text()
	case "version", "apiVersion":
		a.Version = r.text()
	case "provider", "apiProvider":
		a.Provider = r.text()
	case "context", "apiContext":
		a.Context = r.text()
	case "apiStatus":
		a.Status = r.text()
	case "apiType":
		a.Product, a.Type = typeOf(r.text())
	case "gatewayLabels":
		a.Labels = r.texts()
	case "associatedApis":
		a.Of = readParts(r)
	case "policy":
		a.Tier = r.text()
	case "revisionId":
		a.Revision = int(r.long())
	default:
		return false
	}
	return true
}

// readParts reads the APIs of a product.
func readParts(r *jsonReader) []APIPart {
	if r.null() {
		return nil
	}
	var all []APIPart
	for range r.elements {
		var one API
		for name := range r.members {
			if !one.readMember(r, name) {
				r.skip()
			}
		}
		all = append(all, APIPart{UUID: one.UUID, Name: one.Name, Version: one.Version, Provider: one.Provider, Type: one.Type, Status: one.Status})
	}
	return all
}

func (a *Application) readMember(r *jsonReader, name []byte) bool {
	switch string(name) {
	case "uuid":
		a.UUID = r.text()
	case "applicationId":
		a.ID = int(r.long())
	case "applicationName":
		a.Name = r.text()
	case "applicationPolicy":
		a.Tier = r.text()
	case "subscriber":
		a.Subscriber = r.text()
	case "tokenType":
		a.TokenType = tokenType(r.text())
	case "groupId":
		a.Group = r.text()
	case "attributes":
		a.Attributes = r.pairs()
	case "consumerKeys":
		a.ConsumerKeys = r.texts()
	default:
		return false
	}
	return true
}

// tokenType is the type of an application's tokens, "" for the one that they have unless said.
func tokenType(text string) string {
	if text == JWT {
		return ""
	}
	return text
}

func (s *Subscription) readMember(r *jsonReader, name []byte) bool {
	switch string(name) {
	case "subscriptionId":
		s.ID = int(r.long())
	case "subscriptionUUID":
		s.UUID = r.text()
	case "apiId":
		s.APIID = int(r.long())
	case "applicationId":
		s.AppID = int(r.long())
	case "apiUUID":
		s.APIUUID = r.text()
	case "applicationUUID":
		s.AppUUID = r.text()
	case "policyId":
		s.Tier = r.text()
	case "subscriptionState":
		s.State = r.text()
	default:
		return false
	}
	return true
}

func (n *Notification) readPolicy(r *jsonReader, name []byte) bool {
	p := n.Policy
	switch string(name) {
	case "quotaType":
		p.Counts = quotaTypeOf(r.text())
	case "rateLimitCount":
		p.Burst.Count = int(r.long())
	case "subscriberCount":
		p.Subscribers = int(r.long())
	case "graphQLMaxDepth":
		p.GraphQL.Depth = int(r.long())
	case "graphQLMaxComplexity":
		p.GraphQL.Complexity = int(r.long())
	case "rateLimitTimeUnit":
		p.Burst.Unit = r.text()
	case "addedConditionGroupIds":
		p.Groups = readIDs(r)
	case "deletedConditionGroupIds":
		n.GroupsGone = readIDs(r)
	case "policyId":
		p.ID = int(r.long())
	case "policyName":
		p.Name = r.text()
	case "stopOnQuotaReach":
		p.ContinueOverQuota = !r.boolean()
	case "policyType":
		p.Level = policyLevel(r.text())
	default:
		return false
	}
	return true
}

// readIDs reads the numbers of condition groups.
func readIDs(r *jsonReader) []ConditionGroup {
	if r.null() {
		return nil
	}
	var all []ConditionGroup
	for range r.elements {
		all = append(all, ConditionGroup{ID: int(r.long())})
	}
	return all
}

// quotaTypeOf is the type of a name; one that nobody knows is taken for requests.
func quotaTypeOf(name string) QuotaType {
	for t, known := range quotaTypes {
		if known == name {
			return QuotaType(t)
		}
	}
	return RequestCount
}

func (t *Template) readMember(r *jsonReader, name []byte) bool {
	switch string(name) {
	case "keyTemplate", "newKeyTemplate":
		t.New = r.text()
	case "oldKeyTemplate":
		t.Old = r.text()
	default:
		return false
	}
	return true
}

// policyLevel is the level of a policyType, or 0.
func policyLevel(kind string) Level {
	for level, name := range policyTypes {
		if name != "" && name == kind {
			return Level(level)
		}
	}
	return 0
}
