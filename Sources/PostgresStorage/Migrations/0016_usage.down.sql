DROP FUNCTION mneme.settle_usage, mneme.spending, mneme.add_usage;
DROP TABLE mneme.spending_limits;
DROP TABLE mneme.usage_holds;
DELETE FROM mneme.usage;
ALTER TABLE mneme.usage DROP CONSTRAINT usage_key;
ALTER TABLE mneme.usage DROP COLUMN user_id, DROP COLUMN bytes, DROP COLUMN cost;
ALTER TABLE mneme.usage ADD CONSTRAINT usage_key
    UNIQUE NULLS NOT DISTINCT (workspace_id, day, agent_id, provider, model);
