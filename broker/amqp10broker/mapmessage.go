package amqp10broker

import (
	"encoding/json"

	"github.com/Azure/go-amqp"

	"hubsim/event"
)

// The annotation by which JMS clients know of which kind a message is, and its value for a MapMessage (OASIS, AMQP JMS
// Mapping 1.0, section 3.2).
const (
	jmsKind      = "x-opt-jms-msg-type"
	jmsMap  int8 = 2
)

// mapMessage is a cache invalidation as the JMS MapMessage that the product makes of it
// (APIMgtCacheInvalidationRequestSender.java; cacheInvalidationEventJMSPublisher maps to map).
func mapMessage(c *event.GlobalCacheInvalidated) *amqp.Message {
	return &amqp.Message{
		Annotations: amqp.Annotations{jmsKind: jmsMap},
		Value: map[string]any{
			"cacheManagerName": c.Manager, "cacheName": c.Cache, "cacheKey": c.Key,
			"tenantDomain": string(c.Tenant), "tenantId": int32(c.TenantID), "clusterDomain": c.Domain, "nodeId": c.Node,
		},
	}
}

// textOfMap is the text that would say the same as a map, or nothing if a member has no such form.
func textOfMap(members map[string]any) []byte {
	text, err := json.Marshal(map[string]any{"event": map[string]any{"payloadData": members}})
	if err != nil {
		return nil
	}
	return text
}
