-- What events say of an API, an application, a key manager, a policy and a scope besides: lists and objects as JSON.
ALTER TABLE am_api ADD COLUMN is_default_version BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE am_api ADD COLUMN product_apis TEXT NOT NULL DEFAULT 'null';
ALTER TABLE am_application ADD COLUMN token_type TEXT NOT NULL DEFAULT '';
ALTER TABLE am_application ADD COLUMN group_id TEXT NOT NULL DEFAULT '';
ALTER TABLE am_application ADD COLUMN attributes TEXT NOT NULL DEFAULT 'null';
ALTER TABLE am_policy ADD COLUMN connections_count BIGINT NOT NULL DEFAULT 0;
ALTER TABLE am_policy ADD COLUMN graphql_limits TEXT NOT NULL DEFAULT '{}';
ALTER TABLE am_key_manager ADD COLUMN uuid TEXT NOT NULL DEFAULT '';
ALTER TABLE am_key_manager ADD COLUMN display_name TEXT NOT NULL DEFAULT '';
ALTER TABLE am_key_manager ADD COLUMN token_type TEXT NOT NULL DEFAULT '';
ALTER TABLE am_key_manager ADD COLUMN configuration TEXT NOT NULL DEFAULT 'null';
ALTER TABLE am_scope ADD COLUMN mappings TEXT NOT NULL DEFAULT 'null';
