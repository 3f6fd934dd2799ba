-- An API may be one of AI (its subtype is AIAPI).
ALTER TABLE am_api ADD COLUMN is_ai BOOLEAN NOT NULL DEFAULT FALSE
