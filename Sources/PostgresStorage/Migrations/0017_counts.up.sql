-- How much there is in a workspace, and the quotas that bound it.
--
-- Triggers note what each statement adds and removes in a setting of the transaction; the closing step adds the notes
-- up in one row a workspace, checks the quotas and ends the transaction. So the row is locked for the length of a
-- commit, and a quota is exact.

CREATE TABLE mneme.workspace_counts (
    workspace_id uuid NOT NULL REFERENCES mneme.workspaces ON DELETE CASCADE,
    agents bigint NOT NULL DEFAULT 0,
    items bigint NOT NULL DEFAULT 0,
    messages bigint NOT NULL DEFAULT 0,
    vectors bigint NOT NULL DEFAULT 0,
    -- Of contents and vectors.
    bytes bigint NOT NULL DEFAULT 0,
    CONSTRAINT workspace_counts_pkey PRIMARY KEY (workspace_id)
) WITH (fillfactor = 20);

-- Notes what a statement changed: rows and bytes, and for whom. What is stored in a personal collection is stored for
-- its agent or user, all else for who stores it.
CREATE FUNCTION mneme.count_rows() RETURNS trigger
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    noted jsonb;
    agent uuid := nullif(current_setting('app.agent_id', true), '')::uuid;
    person uuid := nullif(current_setting('app.user_id', true), '')::uuid;
BEGIN
    CASE TG_TABLE_NAME || ' ' || TG_OP
    WHEN 'agents INSERT' THEN
        SELECT jsonb_build_array(jsonb_build_object('what', 'agents', 'rows', count(*), 'bytes', 0))
        INTO noted FROM new_rows HAVING count(*) > 0;
    WHEN 'agents DELETE' THEN
        SELECT jsonb_build_array(jsonb_build_object('what', 'agents', 'rows', -count(*), 'bytes', 0))
        INTO noted FROM old_rows HAVING count(*) > 0;
    WHEN 'items INSERT' THEN
        SELECT jsonb_agg(jsonb_build_object('what', 'items', 'rows', g.count, 'bytes', 0,
            'agent', coalesce(g.agent_id, CASE WHEN g.user_id IS NULL THEN agent END),
            'person', coalesce(g.user_id, CASE WHEN g.agent_id IS NULL THEN person END)))
        INTO noted FROM (
            SELECT c.agent_id, c.user_id, count(*) FROM new_rows AS n
            LEFT JOIN mneme.collections AS c ON c.workspace_id = n.workspace_id AND c.id = n.collection_id
            WHERE n.deleted_at IS NULL GROUP BY c.agent_id, c.user_id) AS g;
    WHEN 'items UPDATE' THEN
        SELECT jsonb_build_array(jsonb_build_object('what', 'items', 'bytes', 0, 'rows',
            count(*) FILTER (WHERE n.deleted_at IS NULL) - count(*) FILTER (WHERE o.deleted_at IS NULL)))
        INTO noted FROM new_rows AS n JOIN old_rows AS o ON o.workspace_id = n.workspace_id AND o.id = n.id
        HAVING count(*) FILTER (WHERE n.deleted_at IS NULL) <> count(*) FILTER (WHERE o.deleted_at IS NULL);
    WHEN 'items DELETE' THEN
        SELECT jsonb_build_array(jsonb_build_object('what', 'items', 'rows', -count(*), 'bytes', 0))
        INTO noted FROM old_rows WHERE deleted_at IS NULL HAVING count(*) > 0;
    WHEN 'item_versions INSERT' THEN
        SELECT jsonb_agg(jsonb_build_object('what', 'items', 'rows', 0, 'bytes', g.sum,
            'agent', coalesce(g.agent_id, CASE WHEN g.user_id IS NULL THEN agent END),
            'person', coalesce(g.user_id, CASE WHEN g.agent_id IS NULL THEN person END)))
        INTO noted FROM (
            SELECT c.agent_id, c.user_id, sum(octet_length(n.content)) FROM new_rows AS n
            LEFT JOIN mneme.collections AS c ON c.workspace_id = n.workspace_id AND c.id = n.collection_id
            GROUP BY c.agent_id, c.user_id) AS g;
    WHEN 'item_versions DELETE' THEN
        SELECT jsonb_build_array(
            jsonb_build_object('what', 'items', 'rows', 0, 'bytes', -sum(octet_length(content))))
        INTO noted FROM old_rows HAVING count(*) > 0;
    WHEN 'messages INSERT' THEN
        SELECT jsonb_build_array(jsonb_build_object('what', 'messages', 'rows', count(*),
            'bytes', sum(octet_length(content)), 'agent', agent, 'person', person))
        INTO noted FROM new_rows HAVING count(*) > 0;
    WHEN 'messages UPDATE' THEN
        SELECT jsonb_build_array(jsonb_build_object('what', 'messages', 'rows', 0,
            'bytes', sum(octet_length(n.content) - octet_length(o.content)), 'agent', agent, 'person', person))
        INTO noted FROM new_rows AS n JOIN old_rows AS o ON o.workspace_id = n.workspace_id AND o.id = n.id
        HAVING sum(octet_length(n.content) - octet_length(o.content)) <> 0;
    WHEN 'messages DELETE' THEN
        SELECT jsonb_build_array(jsonb_build_object('what', 'messages', 'rows', -count(*),
            'bytes', -sum(octet_length(content))))
        INTO noted FROM old_rows HAVING count(*) > 0;
    WHEN 'item_vectors INSERT' THEN
        SELECT jsonb_agg(jsonb_build_object('what', 'vectors', 'rows', g.count, 'bytes', g.sum,
            'agent', coalesce(g.agent_id, CASE WHEN g.user_id IS NULL THEN agent END),
            'person', coalesce(g.user_id, CASE WHEN g.agent_id IS NULL THEN person END)))
        INTO noted FROM (
            SELECT c.agent_id, c.user_id, count(*), sum(octet_length(n.vector)) FROM new_rows AS n
            LEFT JOIN mneme.collections AS c ON c.workspace_id = n.workspace_id AND c.id = n.collection_id
            GROUP BY c.agent_id, c.user_id) AS g;
    WHEN 'item_vectors DELETE' THEN
        SELECT jsonb_build_array(jsonb_build_object('what', 'vectors', 'rows', -count(*),
            'bytes', -sum(octet_length(vector))))
        INTO noted FROM old_rows HAVING count(*) > 0;
    END CASE;
    IF noted IS NOT NULL THEN
        PERFORM set_config('app.counted',
            (coalesce(nullif(current_setting('app.counted', true), ''), '[]')::jsonb || noted)::text, true);
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION mneme.count_rows FROM PUBLIC;

CREATE TRIGGER count_inserted AFTER INSERT ON mneme.agents
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION mneme.count_rows();
CREATE TRIGGER count_deleted AFTER DELETE ON mneme.agents
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION mneme.count_rows();
CREATE TRIGGER count_inserted AFTER INSERT ON mneme.items
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION mneme.count_rows();
CREATE TRIGGER count_updated AFTER UPDATE ON mneme.items
    REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION mneme.count_rows();
CREATE TRIGGER count_deleted AFTER DELETE ON mneme.items
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION mneme.count_rows();
CREATE TRIGGER count_inserted AFTER INSERT ON mneme.item_versions
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION mneme.count_rows();
CREATE TRIGGER count_deleted AFTER DELETE ON mneme.item_versions
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION mneme.count_rows();
CREATE TRIGGER count_inserted AFTER INSERT ON mneme.messages
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION mneme.count_rows();
CREATE TRIGGER count_updated AFTER UPDATE ON mneme.messages
    REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION mneme.count_rows();
CREATE TRIGGER count_deleted AFTER DELETE ON mneme.messages
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION mneme.count_rows();
CREATE TRIGGER count_inserted AFTER INSERT ON mneme.item_vectors
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION mneme.count_rows();
CREATE TRIGGER count_deleted AFTER DELETE ON mneme.item_vectors
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION mneme.count_rows();

-- Adds up what the transaction's statements noted, and refuses what goes above a quota of the workspace's tier: MN002,
-- with the quota's name as constraint. It holds the workspace's row to the end of the transaction: so it comes after
-- the heads of collections, and only the event counter comes later. limits has the quotas by tier, and the standard
-- tier's name as `standard`; null checks nothing.
CREATE FUNCTION mneme.write_counts(limits jsonb, today date) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    w uuid := nullif(current_setting('app.workspace_id', true), '')::uuid;
    noted jsonb := nullif(current_setting('app.counted', true), '')::jsonb;
    quotas jsonb;
    over text;
BEGIN
    IF noted IS NULL THEN
        RETURN;
    END IF;
    PERFORM set_config('app.counted', '', true);
    INSERT INTO mneme.usage AS u (
        workspace_id, day, user_id, agent_id, provider, model, calls, texts, tokens, bytes)
    SELECT w, today, n.person, n.agent, 'storage', n.what, 0, sum(greatest(n.rows, 0)), 0, sum(greatest(n.bytes, 0))
    FROM jsonb_to_recordset(noted) AS n (what text, rows bigint, bytes bigint, agent uuid, person uuid)
    WHERE n.what <> 'agents' AND (n.rows > 0 OR n.bytes > 0)
    GROUP BY n.person, n.agent, n.what ORDER BY n.person, n.agent, n.what
    ON CONFLICT ON CONSTRAINT usage_key DO UPDATE SET
        texts = u.texts + excluded.texts, bytes = u.bytes + excluded.bytes;

    WITH n AS (
        SELECT coalesce(sum(n.rows) FILTER (WHERE n.what = 'agents'), 0)::bigint AS agents,
            coalesce(sum(n.rows) FILTER (WHERE n.what = 'items'), 0)::bigint AS items,
            coalesce(sum(n.rows) FILTER (WHERE n.what = 'messages'), 0)::bigint AS messages,
            coalesce(sum(n.rows) FILTER (WHERE n.what = 'vectors'), 0)::bigint AS vectors,
            coalesce(sum(n.bytes), 0)::bigint AS bytes
        FROM jsonb_to_recordset(noted) AS n (what text, rows bigint, bytes bigint)),
    c AS (
        INSERT INTO mneme.workspace_counts AS c (workspace_id, agents, items, messages, vectors, bytes)
        -- Where the workspace itself is gone, there is nothing to count.
        SELECT w, n.agents, n.items, n.messages, n.vectors, n.bytes FROM n
        WHERE EXISTS (SELECT FROM mneme.workspaces AS o WHERE o.workspace_id = w)
        ON CONFLICT ON CONSTRAINT workspace_counts_pkey DO UPDATE SET
            agents = c.agents + excluded.agents, items = c.items + excluded.items,
            messages = c.messages + excluded.messages, vectors = c.vectors + excluded.vectors,
            bytes = c.bytes + excluded.bytes
        RETURNING c.agents, c.items, c.messages, c.vectors),
    q AS (
        SELECT limits -> coalesce(o.tier, limits ->> 'standard') AS quotas
        FROM mneme.workspaces AS o WHERE o.workspace_id = w)
    SELECT CASE
        WHEN n.agents > 0 AND c.agents > (q.quotas ->> 'agents')::bigint THEN 'agents'
        WHEN n.items > 0 AND c.items > (q.quotas ->> 'items')::bigint THEN 'items'
        WHEN n.messages > 0 AND c.messages > (q.quotas ->> 'messages')::bigint THEN 'messages'
        WHEN n.vectors > 0 AND c.vectors > (q.quotas ->> 'vectors')::bigint THEN 'vectors' END
    INTO over FROM n, c, q;
    IF over IS NOT NULL THEN
        RAISE EXCEPTION 'a quota is used up' USING ERRCODE = 'MN002', CONSTRAINT = over;
    END IF;
END $$;
REVOKE ALL ON FUNCTION mneme.write_counts FROM PUBLIC;
GRANT EXECUTE ON FUNCTION mneme.write_counts TO mneme_app, mneme_worker;

CALL mneme.protect('workspace_counts', NULL, NULL);
REVOKE DELETE ON mneme.workspace_counts FROM mneme_app, mneme_worker;

-- Holds a provider call of a job that is about to be made, unless the workspace's quota of vectors or of tokens a day
-- or a limit of spending is used up: then nothing is held, and the name of what is used up comes back. Calls that
-- cost nothing are not held to limits of spending.
--
-- Holds are taken one after the other where there is a limit, so that calls side by side see one another: together
-- they go beyond it by no more than one call. Calls whose worker is gone are counted as made, by their estimate.
CREATE FUNCTION mneme.hold_usage(
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
REVOKE ALL ON FUNCTION mneme.hold_usage FROM PUBLIC;
GRANT EXECUTE ON FUNCTION mneme.hold_usage TO mneme_worker;

-- What is there already. The owner's tables are opened to the owner for the length of this migration.
ALTER TABLE mneme.workspaces NO FORCE ROW LEVEL SECURITY;
ALTER TABLE mneme.agents NO FORCE ROW LEVEL SECURITY;
ALTER TABLE mneme.items NO FORCE ROW LEVEL SECURITY;
ALTER TABLE mneme.item_versions NO FORCE ROW LEVEL SECURITY;
ALTER TABLE mneme.messages NO FORCE ROW LEVEL SECURITY;
ALTER TABLE mneme.item_vectors NO FORCE ROW LEVEL SECURITY;
ALTER TABLE mneme.workspace_counts NO FORCE ROW LEVEL SECURITY;
INSERT INTO mneme.workspace_counts (workspace_id, agents, items, messages, vectors, bytes)
SELECT w.workspace_id,
    (SELECT count(*) FROM mneme.agents AS a WHERE a.workspace_id = w.workspace_id),
    (SELECT count(*) FROM mneme.items AS i WHERE i.workspace_id = w.workspace_id AND i.deleted_at IS NULL),
    m.count, v.count, m.sum + v.sum
        + (SELECT coalesce(sum(octet_length(i.content)), 0) FROM mneme.item_versions AS i
           WHERE i.workspace_id = w.workspace_id)
FROM mneme.workspaces AS w
CROSS JOIN LATERAL (
    SELECT count(*), coalesce(sum(octet_length(m.content)), 0) AS sum FROM mneme.messages AS m
    WHERE m.workspace_id = w.workspace_id) AS m
CROSS JOIN LATERAL (
    SELECT count(*), coalesce(sum(octet_length(v.vector)), 0) AS sum FROM mneme.item_vectors AS v
    WHERE v.workspace_id = w.workspace_id) AS v;
ALTER TABLE mneme.workspaces FORCE ROW LEVEL SECURITY;
ALTER TABLE mneme.agents FORCE ROW LEVEL SECURITY;
ALTER TABLE mneme.items FORCE ROW LEVEL SECURITY;
ALTER TABLE mneme.item_versions FORCE ROW LEVEL SECURITY;
ALTER TABLE mneme.messages FORCE ROW LEVEL SECURITY;
ALTER TABLE mneme.item_vectors FORCE ROW LEVEL SECURITY;
ALTER TABLE mneme.workspace_counts FORCE ROW LEVEL SECURITY;
