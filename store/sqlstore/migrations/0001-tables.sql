-- The first tables, named for WSO2's. Lists are JSON. row_version and deleted are replication's.
CREATE TABLE am_api (
	api_uuid TEXT PRIMARY KEY, row_version BIGINT NOT NULL, deleted BOOLEAN NOT NULL,
	api_id BIGINT NOT NULL, api_name TEXT NOT NULL, api_version TEXT NOT NULL, context TEXT NOT NULL, api_provider TEXT NOT NULL,
	api_tier TEXT NOT NULL, status TEXT NOT NULL, gateway_labels TEXT NOT NULL, revision_id BIGINT NOT NULL, url_mappings TEXT NOT NULL,
	is_product BOOLEAN NOT NULL, is_subscriptionless BOOLEAN NOT NULL, production_limit TEXT NOT NULL, sandbox_limit TEXT NOT NULL
);
CREATE TABLE am_application (
	uuid TEXT PRIMARY KEY, row_version BIGINT NOT NULL, deleted BOOLEAN NOT NULL,
	application_id BIGINT NOT NULL, name TEXT NOT NULL, subscriber TEXT NOT NULL, application_tier TEXT NOT NULL, consumer_keys TEXT NOT NULL
);
CREATE TABLE am_subscription (
	uuid TEXT PRIMARY KEY, row_version BIGINT NOT NULL, deleted BOOLEAN NOT NULL,
	subscription_id BIGINT NOT NULL, api_id BIGINT NOT NULL, application_id BIGINT NOT NULL, tier_id TEXT NOT NULL, sub_status TEXT NOT NULL
);
CREATE TABLE am_policy (
	policy_key TEXT PRIMARY KEY, row_version BIGINT NOT NULL, deleted BOOLEAN NOT NULL,
	policy_id BIGINT NOT NULL, name TEXT NOT NULL, throttle_level BIGINT NOT NULL, tenant_domain TEXT NOT NULL, quota BIGINT NOT NULL,
	unit_time_ns BIGINT NOT NULL, quota_type BIGINT NOT NULL, bandwidth_unit TEXT NOT NULL, ai_tokens TEXT NOT NULL,
	continue_over_quota BOOLEAN NOT NULL, burst_limit TEXT NOT NULL, per_user BOOLEAN NOT NULL, condition_groups TEXT NOT NULL,
	key_template TEXT NOT NULL, siddhi_query TEXT NOT NULL
);
CREATE TABLE am_key_manager (
	name_key TEXT PRIMARY KEY, row_version BIGINT NOT NULL, deleted BOOLEAN NOT NULL,
	name TEXT NOT NULL, type TEXT NOT NULL, enabled BOOLEAN NOT NULL, tenant_domain TEXT NOT NULL
);
-- As WSO2's, whose uuid is the id of the revocation's event (protocol/eventhub.md 4.2).
CREATE TABLE am_revoked_jwt (
	uuid TEXT PRIMARY KEY, row_version BIGINT NOT NULL, deleted BOOLEAN NOT NULL,
	signature TEXT NOT NULL, expiry_timestamp BIGINT NOT NULL, tenant_id INTEGER DEFAULT -1, token_type TEXT DEFAULT 'DEFAULT',
	time_created TIMESTAMP DEFAULT CURRENT_TIMESTAMP
);
CREATE TABLE am_block_conditions (
	condition_key TEXT PRIMARY KEY, row_version BIGINT NOT NULL, deleted BOOLEAN NOT NULL,
	condition_id BIGINT NOT NULL, type TEXT NOT NULL, value TEXT NOT NULL, enabled BOOLEAN NOT NULL, tenant_domain TEXT NOT NULL
);
CREATE TABLE am_gw_revision_deployment (
	deployment_key TEXT PRIMARY KEY, row_version BIGINT NOT NULL, deleted BOOLEAN NOT NULL,
	gateway TEXT NOT NULL, api_uuid TEXT NOT NULL, revision_id BIGINT NOT NULL
);
CREATE TABLE hubsim_released (one INTEGER PRIMARY KEY, upto BIGINT NOT NULL);
