package event

// Topic is a topic of an event hub, spelled as WSO2 spells it. The product's broker compares
// topics without regard to case (wso2/andes QueueBindHandler); ours keeps the spelling.
type Topic string

// The topics of an event hub, with the JMS publishers' files of carbon-apimgt's
// throttling.siddhi.extension.feature/…/eventpublishers as their source.
const (
	ThrottleData      Topic = "throttleData"
	TokenRevocation   Topic = "tokenRevocation"
	NotificationTopic Topic = "notification"
	KeyManagerTopic   Topic = "keyManager"
	AsyncWebhooksData Topic = "asyncWebhooksData"
	CacheInvalidation Topic = "cacheInvalidation"
	// GlobalCacheInvalidation is for control planes: apim.cache_invalidation.topic_name.
	GlobalCacheInvalidation Topic = "globalCacheInvalidation"
)

// HubTopics are the topics that a gateway subscribes at the event hub, in the product's order
// (GatewayStartupListener.java), each on a connection of its own.
var HubTopics = [...]Topic{TokenRevocation, CacheInvalidation, NotificationTopic, ThrottleData, AsyncWebhooksData, KeyManagerTopic}
