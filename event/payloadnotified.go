package event

import (
	"cmp"
	"strconv"
)

// The event within a notification.

// family is what a type of notification is about; each has members of its own.
type family uint8

const (
	unknownFamily family = iota
	deployFamily         // DeployAPIInGatewayEvent.java
	apiFamily            // APIEvent.java
	applicationFamily
	subscriptionFamily
	policyFamily
	templateFamily // KeyTemplateEvent.java
	mappingFamily
	scopeFamily // ScopeEvent.java
	scopesFamily
	resetFamily // ApplicationPolicyResetEvent.java
	thingFamily
)

func (t Type) family() family {
	switch t {
	case DeployAPI, RemoveAPI:
		return deployFamily
	case APIUpdate, APICreate, APILifecycle, APIDelete:
		return apiFamily
	case ApplicationCreate, ApplicationUpdate, ApplicationDelete:
		return applicationFamily
	case SubscriptionCreate, SubscriptionUpdate, SubscriptionDelete:
		return subscriptionFamily
	case PolicyCreate, PolicyUpdate, PolicyDelete:
		return policyFamily
	case CustomPolicyAdd, CustomPolicyUpdate, CustomPolicyDelete:
		return templateFamily
	case KeyMappingCreate, KeyMappingRemove:
		return mappingFamily
	case ScopeCreate, ScopeUpdate, ScopeDelete:
		return scopeFamily
	case ScopesUpdate:
		return scopesFamily
	case PolicyReset:
		return resetFamily
	}
	if t.Thing().Kind != "" {
		return thingFamily
	}
	return unknownFamily
}

func appendNotified(b []byte, n *Notification) ([]byte, error) {
	start := len(b)
	if n.Type.family() == unknownFamily {
		return b, unknownType("write a notification", n.Type)
	}
	b, complete := appendAbout(b, n)
	if !complete {
		return b[:start], &FormError{Doing: "write a notification", Kind: ErrNoForm,
			Detail: string(n.Type) + " needs what it is about: its API, application, subscription, template, key mapping, scope, thing or policy (of a level that it can name)"}
	}
	base := len(b)
	b = appendText(b, `,"eventId":`, n.EventID)
	if b[base-1] == '{' {
		b = dropComma(b, base)
	}
	b = appendLong(b, `,"timeStamp":`, int64(n.At))
	b = appendText(b, `,"type":`, string(n.Type))
	b = appendLong(b, `,"tenantId":`, int64(n.TenantID))
	b = appendText(b, `,"tenantDomain":`, string(n.Tenant))
	b = appendExtras(b, n)
	return append(b, '}'), nil
}

// appendAbout writes the members of the type's own class, and reports false if the notification does
// not have what they are of.
func appendAbout(b []byte, n *Notification) ([]byte, bool) {
	switch f := n.Type.family(); {
	case f == deployFamily && n.API != nil:
		return appendDeploy(b, n), true
	case f == apiFamily && n.API != nil:
		return appendAPIEvent(b, n), true
	case f == applicationFamily && n.Application != nil:
		return appendApplicationEvent(b, n.Application), true
	case f == subscriptionFamily && n.Subscription != nil:
		return appendSubscriptionEvent(b, n.Subscription), true
	case f == policyFamily && n.Policy != nil:
		return appendPolicyEvent(b, n)
	case f == templateFamily && n.Template != nil:
		return appendTemplateEvent(b, n), true
	case f == mappingFamily && n.KeyMapping != nil:
		return appendKeyMapping(b, n.KeyMapping), true
	case f == scopeFamily && len(n.Scopes) == 1:
		return appendScope(b, &n.Scopes[0]), true
	case f == scopesFamily:
		return appendScopes(b, n.Scopes), true
	case f == resetFamily && n.Reset != nil:
		return appendReset(b, n.Reset), true
	case f == thingFamily && n.Thing != nil:
		return appendThing(b, n.Type.Thing(), n.Thing), true
	}
	return b, false
}

func unknownType(doing string, t Type) error {
	return &FormError{Doing: doing, Kind: ErrUnknownType, Detail: "event type " + string(t) + " is not modelled"}
}

func appendReset(b []byte, q *QuotaReset) []byte {
	b = appendText(b, `{"uuid":`, q.UUID)
	b = appendText(b, `,"appId":`, q.AppID)
	b = appendText(b, `,"userId":`, q.User)
	b = appendText(b, `,"appTier":`, q.Tier)
	return append(b, `,"policyType":"APPLICATION"`...)
}

func (q *QuotaReset) readMember(r *jsonReader, name []byte) bool {
	switch string(name) {
	case "uuid":
		q.UUID = r.text()
	case "appId":
		q.AppID = r.scalar()
	case "userId":
		q.User = r.text()
	case "appTier":
		q.Tier = r.text()
	default:
		return false
	}
	return true
}

func appendDeploy(b []byte, n *Notification) []byte {
	a := n.API
	b = appendLong(b, `{"apiId":`, int64(a.ID))
	b = appendText(b, `,"uuid":`, a.UUID)
	b = appendText(b, `,"name":`, a.Name)
	b = appendText(b, `,"version":`, a.Version)
	b = appendText(b, `,"provider":`, a.Provider)
	b = appendText(b, `,"apiType":`, apiType(a))
	b = appendTexts(b, `,"gatewayLabels":`, a.Labels)
	b = appendParts(b, a.Of)
	b = appendText(b, `,"context":`, a.Context)
	return appendBool(b, `,"deleted":`, n.Deleted)
}

// appendParts writes the APIs of a product as the events that they are in the product's class: what its
// constructor leaves is 0.
func appendParts(b []byte, all []APIPart) []byte {
	b = append(b, `,"associatedApis":[`...)
	for i, a := range all {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendText(b, `{"apiName":`, a.Name)
		b = appendText(b, `,"apiId":0,"uuid":`, a.UUID)
		b = appendText(b, `,"apiVersion":`, a.Version)
		b = appendText(b, `,"apiProvider":`, a.Provider)
		b = appendText(b, `,"apiType":`, cmp.Or(a.Type, httpType))
		b = appendText(b, `,"apiStatus":`, a.Status)
		b = append(b, `,"timeStamp":0,"tenantId":0}`...)
	}
	return append(b, ']')
}

func appendAPIEvent(b []byte, n *Notification) []byte {
	a := n.API
	b = appendText(b, `{"apiName":`, a.Name)
	b = appendLong(b, `,"apiId":`, int64(a.ID))
	b = appendText(b, `,"uuid":`, a.UUID)
	b = appendText(b, `,"apiVersion":`, a.Version)
	b = appendText(b, `,"apiContext":`, a.Context)
	b = appendText(b, `,"apiProvider":`, a.Provider)
	b = appendText(b, `,"apiType":`, apiType(a))
	b = appendText(b, `,"apiStatus":`, a.Status)
	return appendTextIf(b, `,"action":`, n.Action)
}

func appendApplicationEvent(b []byte, a *Application) []byte {
	b = appendText(b, `{"uuid":`, a.UUID)
	b = appendLong(b, `,"applicationId":`, int64(a.ID))
	b = appendText(b, `,"applicationName":`, a.Name)
	b = appendText(b, `,"tokenType":`, cmp.Or(a.TokenType, JWT))
	b = appendText(b, `,"applicationPolicy":`, a.Tier)
	b = appendText(b, `,"groupId":`, a.Group)
	b = appendPairs(b, `,"attributes":`, a.Attributes)
	return appendText(b, `,"subscriber":`, a.Subscriber)
}

// appendSubscriptionEvent leaves out apiUUID and applicationUUID where they are not known: the product's
// writer leaves out what is null.
func appendSubscriptionEvent(b []byte, s *Subscription) []byte {
	b = appendLong(b, `{"subscriptionId":`, int64(s.ID))
	b = appendText(b, `,"subscriptionUUID":`, s.UUID)
	b = appendLong(b, `,"apiId":`, int64(s.APIID))
	b = appendTextIf(b, `,"apiUUID":`, s.APIUUID)
	b = appendLong(b, `,"applicationId":`, int64(s.AppID))
	b = appendTextIf(b, `,"applicationUUID":`, s.AppUUID)
	b = appendText(b, `,"policyId":`, s.Tier)
	return appendText(b, `,"subscriptionState":`, s.State)
}

// policyTypes are the policyType of each level that a policy event can name.
var policyTypes = [...]string{APILevel: "API", SubscriptionLevel: "SUBSCRIPTION", ApplicationLevel: "APPLICATION", CustomLevel: "GLOBAL"}

// appendPolicyEvent reports false for a level that has no policies of its own.
func appendPolicyEvent(b []byte, n *Notification) ([]byte, bool) {
	p := n.Policy
	if int(p.Level) >= len(policyTypes) || policyTypes[p.Level] == "" {
		return b, false
	}
	b = appendLong(b, `{"policyId":`, int64(p.ID))
	b = appendText(b, `,"policyName":`, p.Name)
	if p.Level != CustomLevel {
		b = appendText(b, `,"quotaType":`, p.Counts.String())
	}
	switch p.Level {
	case SubscriptionLevel:
		b = appendLong(b, `,"subscriberCount":`, int64(p.Subscribers))
		b = appendLong(b, `,"rateLimitCount":`, int64(p.Burst.Count))
		b = appendText(b, `,"rateLimitTimeUnit":`, cmp.Or(p.Burst.Unit, "sec"))
		b = appendBool(b, `,"stopOnQuotaReach":`, !p.ContinueOverQuota)
		b = appendLong(b, `,"graphQLMaxDepth":`, int64(p.GraphQL.Depth))
		b = appendLong(b, `,"graphQLMaxComplexity":`, int64(p.GraphQL.Complexity))
	case APILevel:
		b = appendIDs(b, `,"addedConditionGroupIds":`, p.Groups)
		b = appendIDs(b, `,"deletedConditionGroupIds":`, n.GroupsGone)
	}
	return appendText(b, `,"policyType":`, policyTypes[p.Level]), true
}

// appendIDs writes the numbers of condition groups.
func appendIDs(b []byte, name string, groups []ConditionGroup) []byte {
	b = append(append(b, name...), '[')
	for i, g := range groups {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, int64(g.ID), 10)
	}
	return append(b, ']')
}

// appendTemplateEvent names the template and what becomes of it. That a removed one is called delete
// is not verified; no gateway looks.
func appendTemplateEvent(b []byte, n *Notification) []byte {
	b = append(b, `{"keyTemplateState":`...)
	switch n.Type {
	case CustomPolicyAdd:
		b = append(b, `"add"`...)
	case CustomPolicyUpdate:
		b = appendText(b, `"update","oldKeyTemplate":`, n.Template.Old)
		return appendText(b, `,"newKeyTemplate":`, n.Template.New)
	default:
		b = append(b, `"delete"`...)
	}
	return appendText(b, `,"keyTemplate":`, n.Template.New)
}

// appendExtras writes what an API or an application holds beyond the product's event, where it is
// not zero. The product tells these things in the pull that follows, or in other events.
func appendExtras(b []byte, n *Notification) []byte {
	switch n.Type.family() {
	case deployFamily:
		b = appendTextIf(b, `,"apiStatus":`, n.API.Status)
		b = appendAPIExtras(b, n.API)
	case apiFamily:
		if len(n.API.Labels) > 0 {
			b = appendTexts(b, `,"gatewayLabels":`, n.API.Labels)
		}
		b = appendAPIExtras(b, n.API)
	case applicationFamily:
		if len(n.Application.ConsumerKeys) > 0 {
			b = appendTexts(b, `,"consumerKeys":`, n.Application.ConsumerKeys)
		}
	}
	return b
}

func appendAPIExtras(b []byte, a *API) []byte {
	b = appendTextIf(b, `,"policy":`, a.Tier)
	if a.Revision != 0 {
		b = appendLong(b, `,"revisionId":`, int64(a.Revision))
	}
	return b
}

func appendTextIf(b []byte, name, v string) []byte {
	if v == "" {
		return b
	}
	return appendText(b, name, v)
}
