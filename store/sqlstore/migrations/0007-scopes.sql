-- What GET /scopes, /endpoint-certificates and /ga-config list, and the uuids by which subscriptions can be asked for.
CREATE TABLE am_scope (
	scope_key TEXT PRIMARY KEY, row_version BIGINT NOT NULL, deleted BOOLEAN NOT NULL,
	name TEXT NOT NULL, display_name TEXT NOT NULL, description TEXT NOT NULL, roles TEXT NOT NULL, tenant_domain TEXT NOT NULL
);
CREATE INDEX am_scope_version ON am_scope (row_version);
CREATE TABLE am_certificate_metadata (
	certificate_key TEXT PRIMARY KEY, row_version BIGINT NOT NULL, deleted BOOLEAN NOT NULL,
	alias TEXT NOT NULL, end_point TEXT NOT NULL, tenant_domain TEXT NOT NULL
);
CREATE INDEX am_certificate_metadata_version ON am_certificate_metadata (row_version);
CREATE TABLE am_analytics_settings (
	tenant_domain TEXT PRIMARY KEY, row_version BIGINT NOT NULL, deleted BOOLEAN NOT NULL,
	settings TEXT NOT NULL
);
CREATE INDEX am_analytics_settings_version ON am_analytics_settings (row_version);
ALTER TABLE am_subscription ADD COLUMN api_uuid TEXT NOT NULL DEFAULT '';
ALTER TABLE am_subscription ADD COLUMN application_uuid TEXT NOT NULL DEFAULT '';
