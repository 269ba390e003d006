CREATE OR REPLACE FUNCTION mneme.hold_usage(
    hold uuid, of_job uuid, of_lease bigint, for_user uuid, for_agent uuid, by_provider text, by_model text,
    some_texts bigint, some_tokens bigint, some_cost bigint, today date, lifetime interval, limits jsonb)
RETURNS text
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    w uuid := nullif(current_setting('app.workspace_id', true), '')::uuid;
    quotas jsonb := (
        SELECT limits -> coalesce(o.tier, limits ->> 'standard') FROM mneme.workspaces AS o WHERE o.workspace_id = w);
    over text;
BEGIN
    WITH gone AS (
        DELETE FROM mneme.usage_holds AS h
        WHERE h.workspace_id = w AND (h.expires_at < now() OR h.job_id = of_job AND h.lease < of_lease)
        RETURNING h.*),
    lists AS (
        SELECT array_agg(day) AS days, array_agg(user_id) AS users, array_agg(agent_id) AS agents,
            array_agg(provider) AS providers, array_agg(model) AS models, array_agg(1::bigint) AS calls,
            array_agg(texts) AS texts, array_agg(tokens) AS tokens, array_agg(0::bigint) AS bytes,
            array_agg(cost) AS costs
        FROM gone HAVING count(*) > 0)
    SELECT mneme.add_usage(days, users, agents, providers, models, calls, texts, tokens, bytes, costs)::text
    INTO over FROM lists;
    over := NULL;

    IF quotas ? 'vectors' OR quotas ? 'tokens_per_day'
        OR EXISTS (SELECT FROM mneme.spending_limits AS l WHERE l.workspace_id = w)
    THEN
        PERFORM pg_advisory_xact_lock(7302, hashtext(w::text));
    END IF;
    IF quotas ? 'vectors' THEN
        SELECT 'vectors' INTO over FROM mneme.workspace_counts AS c
        WHERE c.workspace_id = w AND c.vectors + some_texts > (quotas ->> 'vectors')::bigint;
    END IF;
    IF over IS NULL AND quotas ? 'tokens_per_day' THEN
        SELECT 'tokens_per_day' INTO over WHERE (quotas ->> 'tokens_per_day')::bigint <= (
                SELECT coalesce(sum(u.tokens), 0) FROM mneme.usage AS u WHERE u.workspace_id = w AND u.day = today) + (
                SELECT coalesce(sum(h.tokens), 0) FROM mneme.usage_holds AS h WHERE h.workspace_id = w);
    END IF;
    IF over IS NULL AND some_cost > 0 THEN
        SELECT CASE WHEN s.agent_id IS NULL THEN 'spending' ELSE 'agent_spending' END INTO over
        FROM mneme.spending(for_agent, false, today) AS s WHERE s.spent >= s.amount
        ORDER BY s.agent_id NULLS FIRST LIMIT 1;
    END IF;
    IF over IS NULL THEN
        INSERT INTO mneme.usage_holds (
            workspace_id, id, job_id, lease, day, user_id, agent_id, provider, model, texts, tokens, cost, expires_at)
        VALUES (w, hold, of_job, of_lease, today, for_user, for_agent, by_provider, by_model, some_texts, some_tokens,
            some_cost, now() + lifetime);
    END IF;
    RETURN over;
END $$;
