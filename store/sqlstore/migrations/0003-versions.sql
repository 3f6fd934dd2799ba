-- A replica that comes back asks for what lies above its highest version.
CREATE INDEX am_api_version ON am_api (row_version);
CREATE INDEX am_application_version ON am_application (row_version);
CREATE INDEX am_subscription_version ON am_subscription (row_version);
CREATE INDEX am_policy_version ON am_policy (row_version);
CREATE INDEX am_key_manager_version ON am_key_manager (row_version);
CREATE INDEX am_revoked_jwt_version ON am_revoked_jwt (row_version);
CREATE INDEX am_block_conditions_version ON am_block_conditions (row_version);
CREATE INDEX am_gw_revision_deployment_version ON am_gw_revision_deployment (row_version);
CREATE INDEX am_webhooks_subscription_version ON am_webhooks_subscription (row_version);
