-- What is used and what it costs: provider calls and stored bytes by day, calls under way, limits of spending.

ALTER TABLE mneme.usage
    -- Whom it was for, where that is known.
    ADD COLUMN user_id uuid,
    -- Bytes of contents and vectors that were stored; provider is then `storage`, and model what was stored.
    ADD COLUMN bytes bigint NOT NULL DEFAULT 0,
    -- In billionths of the currency's unit, by the prices of the day.
    ADD COLUMN cost bigint NOT NULL DEFAULT 0;
ALTER TABLE mneme.usage DROP CONSTRAINT usage_key;
ALTER TABLE mneme.usage ADD CONSTRAINT usage_key
    UNIQUE NULLS NOT DISTINCT (workspace_id, day, user_id, agent_id, provider, model);

-- A provider call that is about to be made, or is under way: held before it, settled after it.
CREATE TABLE mneme.usage_holds (
    workspace_id uuid NOT NULL REFERENCES mneme.workspaces ON DELETE CASCADE,
    id uuid NOT NULL,
    -- The job that makes the call, and under which lease: a later lease of it means that this call's worker is gone.
    job_id uuid NOT NULL,
    lease bigint NOT NULL,
    day date NOT NULL,
    user_id uuid,
    agent_id uuid,
    provider text NOT NULL,
    model text NOT NULL,
    -- An estimate, not below what the provider will count.
    texts bigint NOT NULL,
    tokens bigint NOT NULL,
    cost bigint NOT NULL,
    -- By the database's clock: until when its worker may still settle it.
    expires_at timestamptz NOT NULL,
    CONSTRAINT usage_holds_pkey PRIMARY KEY (workspace_id, id)
);

CREATE TABLE mneme.spending_limits (
    workspace_id uuid NOT NULL REFERENCES mneme.workspaces ON DELETE CASCADE,
    -- The agent it holds for; the whole workspace where absent.
    agent_id uuid,
    period text NOT NULL CHECK (period IN ('day', 'month')),
    -- In billionths of the currency's unit.
    amount bigint NOT NULL CHECK (amount >= 0),
    updated_at timestamptz NOT NULL,
    CONSTRAINT spending_limits_key UNIQUE NULLS NOT DISTINCT (workspace_id, agent_id),
    CONSTRAINT spending_limits_agent_fkey FOREIGN KEY (workspace_id, agent_id)
        REFERENCES mneme.agents ON DELETE CASCADE
);

CALL mneme.protect('usage_holds', NULL, NULL);
CALL mneme.protect('spending_limits', NULL, '{admin}');

-- Adds to the usage of a day.
CREATE FUNCTION mneme.add_usage(
    days date[], users uuid[], agents uuid[], providers text[], models text[], calls bigint[], texts bigint[],
    tokens bigint[], bytes bigint[], costs bigint[])
RETURNS void
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
    -- Summed and sorted, so that each row is locked once and in one order.
    INSERT INTO mneme.usage AS u (
        workspace_id, day, user_id, agent_id, provider, model, calls, texts, tokens, bytes, cost)
    SELECT nullif(current_setting('app.workspace_id', true), '')::uuid, n.day, n.user_id, n.agent_id, n.provider,
        n.model, sum(n.calls), sum(n.texts), sum(n.tokens), sum(n.bytes), sum(n.cost)
    FROM unnest(days, users, agents, providers, models, calls, texts, tokens, bytes, costs)
        AS n (day, user_id, agent_id, provider, model, calls, texts, tokens, bytes, cost)
    GROUP BY n.day, n.user_id, n.agent_id, n.provider, n.model
    ORDER BY n.day, n.user_id, n.agent_id, n.provider, n.model
    ON CONFLICT ON CONSTRAINT usage_key DO UPDATE SET
        calls = u.calls + excluded.calls, texts = u.texts + excluded.texts, tokens = u.tokens + excluded.tokens,
        bytes = u.bytes + excluded.bytes, cost = u.cost + excluded.cost
$$;
REVOKE ALL ON FUNCTION mneme.add_usage FROM PUBLIC;

-- The limits of spending that hold for an agent and for the workspace, and what of them is spent: calls under way
-- count as what they are held at. With all_agents, also those of every other agent.
CREATE FUNCTION mneme.spending(of_agent uuid, all_agents boolean, today date)
RETURNS TABLE (agent_id uuid, period text, amount bigint, spent bigint)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT l.agent_id, l.period, l.amount, (
            SELECT coalesce(sum(u.cost), 0) FROM mneme.usage AS u
            WHERE u.workspace_id = l.workspace_id AND (l.agent_id IS NULL OR u.agent_id = l.agent_id)
                AND u.day BETWEEN date_trunc(l.period, today::timestamp)::date AND today)::bigint + (
            SELECT coalesce(sum(h.cost), 0) FROM mneme.usage_holds AS h
            WHERE h.workspace_id = l.workspace_id AND (l.agent_id IS NULL OR h.agent_id = l.agent_id))::bigint
    FROM mneme.spending_limits AS l
    WHERE l.workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid
        AND (all_agents OR l.agent_id IS NULL OR l.agent_id = of_agent)
$$;
REVOKE ALL ON FUNCTION mneme.spending FROM PUBLIC;

-- Ends a held call with what it came to. One whose hold is gone was counted already, by its estimate.
CREATE FUNCTION mneme.settle_usage(
    hold uuid, made_calls bigint, made_texts bigint, made_tokens bigint, made_cost bigint)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    h mneme.usage_holds;
BEGIN
    DELETE FROM mneme.usage_holds AS o
    WHERE o.workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid AND o.id = hold
    RETURNING o.* INTO h;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    IF made_calls > 0 THEN
        PERFORM mneme.add_usage(
            ARRAY[h.day], ARRAY[h.user_id], ARRAY[h.agent_id], ARRAY[h.provider], ARRAY[h.model],
            ARRAY[made_calls], ARRAY[made_texts], ARRAY[made_tokens], ARRAY[0::bigint], ARRAY[made_cost]);
    END IF;
    RETURN true;
END $$;
REVOKE ALL ON FUNCTION mneme.settle_usage FROM PUBLIC;

GRANT EXECUTE ON FUNCTION mneme.add_usage, mneme.spending, mneme.settle_usage TO mneme_app, mneme_worker;
