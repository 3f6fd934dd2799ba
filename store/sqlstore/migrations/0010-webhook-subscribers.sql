-- Who subscribed a callback, to what, under which tiers: a JSON object.
ALTER TABLE am_webhooks_subscription ADD COLUMN subscriber TEXT NOT NULL DEFAULT '{}';
