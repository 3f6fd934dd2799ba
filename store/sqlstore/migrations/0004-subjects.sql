-- Consumer keys and users whose tokens were revoked, and the secret with which a webhook is signed.
CREATE TABLE am_revoked_subject (
	subject_key TEXT PRIMARY KEY, row_version BIGINT NOT NULL, deleted BOOLEAN NOT NULL,
	consumer_key TEXT NOT NULL, entity_id TEXT NOT NULL, entity_type TEXT NOT NULL, revocation_time BIGINT NOT NULL
);
CREATE INDEX am_revoked_subject_version ON am_revoked_subject (row_version);
ALTER TABLE am_webhooks_subscription ADD COLUMN secret TEXT NOT NULL DEFAULT '';
