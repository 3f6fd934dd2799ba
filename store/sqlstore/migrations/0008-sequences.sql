-- The last number of each sequence, and who has which integer id.
CREATE TABLE hubsim_sequences (name TEXT PRIMARY KEY, last_value BIGINT NOT NULL);
CREATE INDEX am_api_id ON am_api (api_id);
CREATE INDEX am_application_id ON am_application (application_id);
CREATE INDEX am_subscription_id ON am_subscription (subscription_id);
CREATE INDEX am_policy_id ON am_policy (policy_id);
CREATE INDEX am_block_conditions_id ON am_block_conditions (condition_id);
