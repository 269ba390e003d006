DROP FUNCTION mneme.workspace_tiers;
DROP FUNCTION mneme.exchange_rates;
DROP TABLE mneme.rate_buckets;
DROP POLICY gate ON mneme.workspaces;
REVOKE SELECT (workspace_id, tier) ON mneme.workspaces FROM mneme_gate;
ALTER TABLE mneme.workspaces DROP COLUMN tier;
