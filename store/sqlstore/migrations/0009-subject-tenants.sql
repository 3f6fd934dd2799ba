-- Whose a revoked consumer key or subject is.
ALTER TABLE am_revoked_subject ADD COLUMN tenant_id BIGINT NOT NULL DEFAULT -1234;
