package event_test

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"hubsim/event"
)

// base are the members of every notification's event (Event.java).
const base = "eventId timeStamp type tenantId tenantDomain"

// The members of the product's classes that several types share.
const (
	deployMembers       = "apiId uuid name version provider apiType gatewayLabels associatedApis context deleted"
	apiMembers          = "apiName apiId uuid apiVersion apiContext apiProvider apiType apiStatus"
	applicationMembers  = "uuid applicationId applicationName tokenType applicationPolicy groupId attributes subscriber"
	mappingMembers      = "applicationId applicationUUID consumerKey keyType keyManager"
	subscriptionMembers = "subscriptionId subscriptionUUID apiId apiUUID applicationId applicationUUID policyId subscriptionState"
	scopeMembers        = "name displayName description roles mappings"
	llmMembers          = "id name apiVersion configuration"
	tenantMembers       = "admin active firstname lastName email"
	keyMembers          = "apiKeyHash uuid name keyType user properties timeCreated validityPeriod status permittedIP permittedReferer applicationUUId apiUUId apiId applicationId bound"
	associationMembers  = "apiKeyHash applicationUUId apiUUId apiId applicationId"
	gatewayMembers      = "gatewayLabels gatewayPolicyMappingUuid"
	labelMembers        = "labelId name"
)

// notificationMembers are the members of each type of notification beside base, from the classes of
// apimgt.impl, notifier/events. Ours are those that the product's event does not have.
var notificationMembers = map[event.Type]struct{ product, ours string }{
	event.DeployAPI:               {deployMembers, "apiStatus policy revisionId"},
	event.RemoveAPI:               {deployMembers, "apiStatus policy revisionId"},
	event.APICreate:               {apiMembers, "gatewayLabels policy revisionId"},
	event.APIUpdate:               {apiMembers + " action", "gatewayLabels policy revisionId"},
	event.APILifecycle:            {apiMembers, "gatewayLabels policy revisionId"},
	event.APIDelete:               {apiMembers, "gatewayLabels policy revisionId"},
	event.ApplicationCreate:       {applicationMembers, "consumerKeys"},
	event.ApplicationUpdate:       {applicationMembers, "consumerKeys"},
	event.ApplicationDelete:       {applicationMembers, "consumerKeys"},
	event.KeyMappingCreate:        {mappingMembers, ""},
	event.KeyMappingRemove:        {mappingMembers, ""},
	event.SubscriptionCreate:      {subscriptionMembers, ""},
	event.SubscriptionUpdate:      {subscriptionMembers, ""},
	event.SubscriptionDelete:      {subscriptionMembers, ""},
	event.PolicyReset:             {"uuid appId userId appTier policyType", ""},
	event.ScopeCreate:             {scopeMembers, ""},
	event.ScopeUpdate:             {scopeMembers, ""},
	event.ScopeDelete:             {scopeMembers, ""},
	event.ScopesUpdate:            {"scopes", ""},
	event.CustomPolicyAdd:         {"keyTemplateState keyTemplate", ""},
	event.CustomPolicyUpdate:      {"keyTemplateState oldKeyTemplate newKeyTemplate", ""},
	event.CustomPolicyDelete:      {"keyTemplateState keyTemplate", ""},
	event.CertificateAdd:          {"alias endpoint", ""},
	event.CertificateRemove:       {"alias endpoint", ""},
	event.GAConfigUpdate:          {"", ""},
	event.LogLevelUpdate:          {"apiId uuid apiContext logLevel resourceMethod resourcePath", ""},
	event.LLMProviderCreate:       {llmMembers, ""},
	event.LLMProviderUpdate:       {llmMembers, ""},
	event.LLMProviderDelete:       {llmMembers, ""},
	event.TenantCreate:            {tenantMembers, ""},
	event.TenantUpdate:            {tenantMembers, ""},
	event.TenantActivation:        {tenantMembers, ""},
	event.TenantDeactivation:      {tenantMembers, ""},
	event.APIKeyCreate:            {keyMembers, ""},
	event.APIKeyDelete:            {keyMembers, ""},
	event.APIKeyAssociationCreate: {associationMembers, ""},
	event.APIKeyAssociationDelete: {associationMembers, ""},
	event.APIKeyRegenerate:        {"oldApiKeyHash newApiKeyHash", ""},
	event.PolicyMappingDeploy:     {gatewayMembers, ""},
	event.PolicyMappingRemove:     {gatewayMembers, ""},
	event.LabelCreate:             {labelMembers, ""},
	event.LabelUpdate:             {labelMembers, ""},
	event.LabelDelete:             {labelMembers, ""},
}

// policyMembers are those of POLICY_CREATE, POLICY_UPDATE and POLICY_DELETE, by level.
var policyMembers = map[event.Level]string{
	event.APILevel:          "policyType policyId policyName quotaType addedConditionGroupIds deletedConditionGroupIds",
	event.SubscriptionLevel: "policyType policyId policyName quotaType subscriberCount rateLimitCount rateLimitTimeUnit stopOnQuotaReach graphQLMaxDepth graphQLMaxComplexity",
	event.ApplicationLevel:  "policyType policyId policyName quotaType",
	event.CustomLevel:       "policyType policyId policyName",
}

func TestMembersOfEveryNotification(t *testing.T) {
	for _, of := range notificationTypes {
		if of == event.PolicyCreate || of == event.PolicyUpdate || of == event.PolicyDelete {
			for level, members := range policyMembers {
				n := &event.Notification{Type: of, Policy: &event.Policy{Name: "p", Level: level}}
				holds(t, string(of)+" of level "+level.String(), n, base+" "+members)
			}
			continue
		}
		row, known := notificationMembers[of]
		if !known {
			t.Errorf("no row says what %s has", of)
			continue
		}
		holds(t, string(of), wholeNotification(t, of, row.product), base+" "+row.product+" "+row.ours)
		if of.Thing().Kind != "" {
			same(t, string(of)+" may have", of.Thing().Members(), row.product)
		}
	}
	for _, of := range event.ThingTypes() {
		if !slices.Contains(notificationTypes, of) {
			t.Errorf("%s is not among the types that the tests draw", of)
		}
	}
}

// wholeNotification is a notification in which nothing is left out.
func wholeNotification(t *testing.T, of event.Type, members string) *event.Notification {
	pairs := []event.Pair{{Name: "n", Value: "v"}}
	n := &event.Notification{Type: of, Tenant: event.Super, Action: event.DefaultVersionAction,
		API: &event.API{UUID: "u", Status: "PUBLISHED", Tier: "Gold", Revision: 2, Labels: []string{"Default"}}, Application: &event.Application{ID: 7, ConsumerKeys: []string{"k"}},
		Subscription: &event.Subscription{AppID: 7, APIUUID: "u", AppUUID: "a"}, KeyMapping: &event.KeyMapping{ConsumerKey: "k"},
		Template: &event.Template{New: "$userId", Old: "$appId"}, Scopes: []event.Scope{{Name: "s"}}, Reset: &event.QuotaReset{AppID: "7", User: "u"}}
	if of != event.APIUpdate {
		n.Action = ""
	}
	form := of.Thing()
	if form.Kind == "" {
		return n
	}
	n.Thing = &event.Thing{Labels: []string{"Default"}, Map: pairs}
	for _, name := range strings.Fields(members) {
		if name != "gatewayLabels" && name != "properties" && !n.Thing.Set(form, name, "1") {
			t.Errorf("%s has no member %s", of, name)
		}
	}
	return n
}

// holds says what the event of a notification has and should not have, and the other way round.
func holds(t *testing.T, what string, n *event.Notification, want string) {
	t.Helper()
	coded, err := event.NotificationText(n)
	text, bad := base64.StdEncoding.DecodeString(coded)
	if err != nil || bad != nil {
		t.Errorf("%s: %v, %v", what, err, bad)
		return
	}
	same(t, what, objectNames(t, text), want)
}

func same(t *testing.T, what string, got []string, want string) {
	t.Helper()
	wanted := strings.Fields(want)
	slices.Sort(got)
	slices.Sort(wanted)
	if !slices.Equal(got, wanted) {
		t.Errorf("%s has\n%v, want\n%v", what, got, wanted)
	}
}

// The attributes of the other streams, and the documents within them.
func TestMembersOfEveryStream(t *testing.T) {
	manager := &event.KeyManagerEvent{EventID: "e", Action: "add", Manager: event.KeyManager{Name: "Okta"}}
	part := &event.Notification{Type: event.RemoveAPI, API: &event.API{UUID: "u", Of: []event.APIPart{{UUID: "p"}}}}
	for _, row := range []struct {
		what    string
		message event.Message
		want    string
	}{
		{"notification", part, "eventType timestamp event"},
		{"token revocation", &event.TokenRevoked{EventID: "e"}, "eventId revokedToken ttl expiryTime type tenantId"},
		{"key manager, and our eventId", manager, "event_type action name type enabled value organization tokenType eventId"},
		{"webhook, and our eventId and timeStamp", &event.WebhookEvent{EventID: "e", At: 1},
			"apiUUID apiName apiContext apiVersion appID tenantDomain tenantId callback topic mode secret expireAt subscriberName applicationTier tier apiTier isThrottled eventId timeStamp"},
		{"blocking condition", &event.BlockingCondition{}, "id blockingCondition conditionValue state tenantDomain"},
		{"key template", &event.KeyTemplate{Text: "$userId"}, "keyTemplateValue keyTemplateState"},
		{"cache invalidation", &event.CacheInvalidated{Type: event.ResourceCache}, "type value"},
		{"global cache invalidation", &event.GlobalCacheInvalidated{}, "cacheManagerName cacheName cacheKey tenantDomain tenantId clusterDomain nodeId"},
	} {
		body, err := event.AppendPayload(nil, row.message)
		if err != nil {
			t.Errorf("%s: %v", row.what, err)
			continue
		}
		same(t, row.what, memberNames(t, body), row.want)
	}
	value, err := base64.StdEncoding.DecodeString(event.KeyManagerValue(manager))
	if err != nil {
		t.Fatal(err)
	}
	same(t, "the key manager of a value", objectNames(t, value), "uuid name displayName type enabled organization tokenType additionalProperties")
	for what, subject := range map[string]event.RevokedSubject{"consumerKey revocationTime": {ConsumerKey: "k"}, "entityId entityType revocationTime": {Entity: "u", Kind: event.SubjectUser}} {
		text, err := base64.StdEncoding.DecodeString(string(subject.Token()))
		if err != nil {
			t.Fatal(err)
		}
		same(t, "a revoked subject", objectNames(t, text), what)
	}
	var removed struct{ AssociatedApis []json.RawMessage }
	coded, _ := event.NotificationText(part)
	text, _ := base64.StdEncoding.DecodeString(coded)
	if err := json.Unmarshal(text, &removed); err != nil || len(removed.AssociatedApis) != 1 {
		t.Fatalf("%s: %v", text, err)
	}
	same(t, "an API of a product", objectNames(t, removed.AssociatedApis[0]), strings.Replace(apiMembers, "apiContext ", "", 1)+" timeStamp tenantId")
}
