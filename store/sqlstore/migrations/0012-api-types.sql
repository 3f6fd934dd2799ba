-- An API may be of type GRAPHQL or MCP; '' is HTTP, and an API product is told by is_product.
ALTER TABLE am_api ADD COLUMN api_type TEXT NOT NULL DEFAULT ''
