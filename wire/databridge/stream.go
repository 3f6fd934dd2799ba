package databridge

import "hubsim/event"

// Attribute is a name and a type in a stream's definition.
type Attribute struct {
	Name string
	Kind Kind
}

// Stream is the definition of a stream: what the values of its events are, in order.
type Stream struct {
	ID                         event.Stream
	Meta, Correlation, Payload []Attribute
}

// Streams are definitions by id. Nobody changes them once they are in use.
type Streams map[event.Stream]*Stream

// Product returns the streams of the product that cross a node's border here.
func Product() Streams {
	all := make(Streams, len(product))
	for i := range product {
		all[product[i].ID] = &product[i]
	}
	return all
}

func stringsNamed(names ...string) []Attribute {
	all := make([]Attribute, len(names))
	for i, name := range names {
		all[i] = Attribute{Name: name}
	}
	return all
}

// product holds the definitions: the request stream as the agent fills it
// (DataProcessAndPublishingAgent.java; the stored stream JSON is an older one with 11 attributes),
// the others from carbon-apimgt, throttling.siddhi.extension.feature/…/eventstreams/*.json. None has
// meta or correlation attributes.
var product = [...]Stream{
	{ID: event.RequestStream, Payload: stringsNamed("messageID", "appKey", "appTier", "apiKey", "apiTier", "subscriptionKey",
		"subscriptionTier", "resourceKey", "resourceTier", "userId", "apiContext", "apiVersion", "appTenant", "apiTenant", "appId",
		"apiName", "properties")},
	{ID: event.BlockingStream, Payload: []Attribute{{"id", KindInt}, {"blockingCondition", KindString}, {"conditionValue", KindString},
		{"state", KindString}, {"tenantDomain", KindString}}},
	{ID: event.NotificationStream, Payload: []Attribute{{"eventType", KindString}, {"timestamp", KindLong}, {"event", KindString}}},
	{ID: event.RevocationStream, Payload: []Attribute{{"eventId", KindString}, {"revokedToken", KindString}, {"ttl", KindString},
		{"expiryTime", KindLong}, {"type", KindString}, {"tenantId", KindInt}}},
	{ID: event.KeyManagerStream, Payload: []Attribute{{"event_type", KindString}, {"action", KindString}, {"name", KindString},
		{"type", KindString}, {"enabled", KindBool}, {"value", KindString}, {"organization", KindString}, {"tokenType", KindString}}},
	{ID: event.WebhookStream, Payload: []Attribute{{"apiUUID", KindString}, {"apiName", KindString}, {"apiContext", KindString},
		{"apiVersion", KindString}, {"appID", KindString}, {"tenantDomain", KindString}, {"tenantId", KindInt}, {"callback", KindString},
		{"topic", KindString}, {"mode", KindString}, {"secret", KindString}, {"expireAt", KindLong}, {"subscriberName", KindString},
		{"applicationTier", KindString}, {"tier", KindString}, {"apiTier", KindString}, {"isThrottled", KindBool}}},
	{ID: event.CacheStream, Payload: []Attribute{{"cacheManagerName", KindString}, {"cacheName", KindString}, {"cacheKey", KindString},
		{"tenantDomain", KindString}, {"tenantId", KindInt}, {"clusterDomain", KindString}, {"nodeId", KindString}}},
}

// definition finds one of the product's streams.
func definition(id event.Stream) *Stream {
	for i := range product {
		if product[i].ID == id {
			return &product[i]
		}
	}
	return nil
}
