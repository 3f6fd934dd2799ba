-- Whose a subscription is: the tenant of its application.
ALTER TABLE am_subscription ADD COLUMN tenant_domain TEXT NOT NULL DEFAULT 'carbon.super';
