-- What GET /webhooks-subscriptions lists.
CREATE TABLE am_webhooks_subscription (
	subscription_key TEXT PRIMARY KEY, row_version BIGINT NOT NULL, deleted BOOLEAN NOT NULL,
	event_id TEXT NOT NULL, api_uuid TEXT NOT NULL, application_id TEXT NOT NULL, callback_url TEXT NOT NULL, topic TEXT NOT NULL,
	mode TEXT NOT NULL, expiry_at BIGINT NOT NULL, tenant_domain TEXT NOT NULL
);
