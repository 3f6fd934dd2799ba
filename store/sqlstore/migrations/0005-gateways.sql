-- Gateways that have registered, and what they said of each deployment and when.
CREATE TABLE am_gw_instances (
	gateway_id TEXT PRIMARY KEY, row_version BIGINT NOT NULL, deleted BOOLEAN NOT NULL,
	env_labels TEXT NOT NULL, last_updated BIGINT NOT NULL
);
CREATE INDEX am_gw_instances_version ON am_gw_instances (row_version);
ALTER TABLE am_gw_revision_deployment ADD COLUMN last_updated BIGINT NOT NULL DEFAULT 0;
ALTER TABLE am_gw_revision_deployment ADD COLUMN failed BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE am_gw_revision_deployment ADD COLUMN undeployed BOOLEAN NOT NULL DEFAULT FALSE;
