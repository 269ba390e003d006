-- What a workspace may use: its tier, and the token buckets that the API processes share.

-- Given by the operator alone; null stands for the standard tier of the configuration.
ALTER TABLE mneme.workspaces ADD COLUMN tier text CHECK (tier IN ('free', 'starter', 'pro', 'enterprise'));

-- Requests let through, over all API processes. Unlogged: after a crash of the database every bucket is full again.
CREATE UNLOGGED TABLE mneme.rate_buckets (
    workspace_id uuid NOT NULL REFERENCES mneme.workspaces ON DELETE CASCADE,
    -- Whose requests, and of which class: user:<id>, key:<id>/search, workspace.
    bucket text NOT NULL,
    -- Requests it holds; as many flow in every minute.
    capacity double precision NOT NULL,
    -- Requests left when it was updated; below zero where processes let through more than there were.
    level double precision NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT rate_buckets_pkey PRIMARY KEY (workspace_id, bucket)
) WITH (fillfactor = 50);

-- Takes what was spent from buckets, each once, and returns where they then stand. Those of a workspace that is gone
-- are left out. Rows are locked in the order of their keys.
CREATE FUNCTION mneme.exchange_rates(
    workspaces uuid[], buckets text[], capacities double precision[], spent double precision[])
RETURNS TABLE (workspace_id uuid, bucket text, level double precision)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    -- What was not used for an hour is full. One in a hundred calls looks for it.
    IF random() < 0.01 THEN
        DELETE FROM mneme.rate_buckets AS b
        WHERE (b.workspace_id, b.bucket) IN (
            SELECT o.workspace_id, o.bucket FROM mneme.rate_buckets AS o
            WHERE o.workspace_id = ANY (workspaces) AND o.updated_at < clock_timestamp() - interval '1 hour'
            LIMIT 1000 FOR UPDATE SKIP LOCKED);
    END IF;
    RETURN QUERY
        INSERT INTO mneme.rate_buckets AS b (workspace_id, bucket, capacity, level, updated_at)
        SELECT n.workspace_id, n.bucket, n.capacity, n.capacity - n.spent, clock_timestamp()
        FROM unnest(workspaces, buckets, capacities, spent) AS n (workspace_id, bucket, capacity, spent)
        JOIN mneme.workspaces AS w ON w.workspace_id = n.workspace_id
        ORDER BY n.workspace_id, n.bucket
        ON CONFLICT ON CONSTRAINT rate_buckets_pkey DO UPDATE SET
            capacity = excluded.capacity,
            level = least(excluded.capacity, b.level + excluded.capacity / 60
                * greatest(0, extract(epoch FROM excluded.updated_at - b.updated_at)::double precision))
                - (excluded.capacity - excluded.level),
            updated_at = greatest(b.updated_at, excluded.updated_at)
        RETURNING b.workspace_id, b.bucket, b.level;
END $$;
REVOKE ALL ON FUNCTION mneme.exchange_rates FROM PUBLIC;

-- The tiers of workspaces; those that are gone are left out.
CREATE FUNCTION mneme.workspace_tiers(ids uuid[]) RETURNS TABLE (workspace_id uuid, tier text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT w.workspace_id, w.tier FROM mneme.workspaces AS w WHERE w.workspace_id = ANY (ids)
$$;
REVOKE ALL ON FUNCTION mneme.workspace_tiers FROM PUBLIC;

-- Buckets are reached through the gate alone, which tells of many workspaces in one call.
CALL mneme.protect('rate_buckets', NULL, NULL);
REVOKE ALL ON mneme.rate_buckets FROM mneme_app, mneme_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON mneme.rate_buckets TO mneme_gate;
GRANT SELECT (workspace_id, tier) ON mneme.workspaces TO mneme_gate;
CREATE POLICY gate ON mneme.rate_buckets TO mneme_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON mneme.workspaces FOR SELECT TO mneme_gate USING (true);
GRANT CREATE ON SCHEMA mneme TO mneme_gate;
ALTER FUNCTION mneme.exchange_rates OWNER TO mneme_gate;
ALTER FUNCTION mneme.workspace_tiers OWNER TO mneme_gate;
REVOKE CREATE ON SCHEMA mneme FROM mneme_gate;
GRANT EXECUTE ON FUNCTION mneme.exchange_rates, mneme.workspace_tiers TO mneme_app;
