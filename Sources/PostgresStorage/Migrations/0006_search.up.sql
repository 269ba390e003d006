-- Full-text search over messages. Under row-level security Postgres does not use the index for @@, which is not
-- leakproof; so one narrow function of the gate looks for matches, filters by workspace and audiences itself, and
-- returns ids and ranks alone. The rows are then read by key under the caller's own policies.

-- The parts of a thread that are visible from a fork: the fork itself, then its parents up to the thread (null), each
-- up to the position at which the next one left it. Nothing where the fork is not visible.
CREATE FUNCTION mneme.fork_line(of_fork uuid) RETURNS TABLE (thread_id uuid, fork_id uuid, last_position bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH RECURSIVE line AS (
        SELECT f.thread_id, f.id AS fork_id, f.parent_fork_id, f.fork_point_position,
            9223372036854775807 AS last_position
        FROM mneme.forks AS f
        WHERE f.workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid AND f.id = of_fork
            AND f.audience_id = ANY ((select mneme.audiences())::uuid[])
        UNION ALL
        SELECT l.thread_id, p.id, p.parent_fork_id, p.fork_point_position, l.fork_point_position
        FROM line AS l
        LEFT JOIN mneme.forks AS p
            ON p.workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid AND p.id = l.parent_fork_id
        WHERE l.fork_id IS NOT NULL)
    SELECT l.thread_id, l.fork_id, l.last_position FROM line AS l
$$;
REVOKE ALL ON FUNCTION mneme.fork_line FROM PUBLIC;

-- Ids and ranks of the messages that match, best first. rank_order is the rank as an integer, for paging.
--
-- What is weighed is bounded: where the newest messages show that matches are common, only a window of the newest is
-- searched; else the index finds them, and the newest of them are weighed. Planned anew each time, because the best
-- plan depends on the word.
CREATE FUNCTION mneme.search_messages(
    query tsquery, in_channel uuid, in_thread uuid, in_fork uuid, by_author text, by_author_type text,
    from_time timestamptz, before_time timestamptz, after_order bigint, after_id uuid, row_limit integer)
RETURNS TABLE (message_id uuid, rank real, rank_order bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 20 SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan SET enable_bitmapscan = on AS $$
DECLARE
    w uuid := nullif(current_setting('app.workspace_id', true), '')::uuid;
    seen uuid[] := mneme.audiences();
    -- Matches that are weighed at most.
    bound constant integer := 5000;
    -- Newest messages that are searched at most for what is common.
    span constant integer := 25000;
    -- Matches among this many of the newest messages make a query a common one.
    probe constant integer := 1000;
    common_hits constant integer := 15;
    is_common boolean := false;
    thread uuid := in_thread;
    line_forks uuid[];
    line_ends bigint[];
BEGIN
    IF w IS NULL OR numnode(query) = 0 THEN
        RETURN;
    END IF;
    IF in_fork IS NOT NULL THEN
        SELECT (array_agg(l.thread_id))[1], array_agg(l.fork_id), array_agg(l.last_position)
        INTO thread, line_forks, line_ends FROM mneme.fork_line(in_fork) AS l;
        IF thread IS NULL OR thread <> coalesce(in_thread, thread) THEN
            RETURN;
        END IF;
    END IF;
    IF thread IS NULL THEN
        -- Newest first means along the index of that order, and not sorting a workspace. Ends with the function.
        PERFORM set_config('enable_bitmapscan', 'off', true);
        SELECT count(*) >= common_hits INTO is_common
        FROM (
            SELECT * FROM mneme.messages AS m
            WHERE m.workspace_id = w AND (in_channel IS NULL OR m.channel_id = in_channel)
                AND (from_time IS NULL OR m.created_at >= from_time)
                AND (before_time IS NULL OR m.created_at < before_time)
            ORDER BY m.created_at DESC, m.id DESC LIMIT probe) AS m
        WHERE m.audience_id = ANY (seen) AND m.fts @@ query
            AND (by_author IS NULL OR m.author = by_author)
            AND (by_author_type IS NULL OR m.author_type = by_author_type);
        PERFORM set_config('enable_bitmapscan', CASE WHEN is_common THEN 'off' ELSE 'on' END, true);
    END IF;
    RETURN QUERY
        WITH candidate AS MATERIALIZED (
            (SELECT m.id, m.fts
             FROM (
                 SELECT * FROM mneme.messages AS m
                 WHERE is_common AND m.workspace_id = w AND (in_channel IS NULL OR m.channel_id = in_channel)
                     AND (from_time IS NULL OR m.created_at >= from_time)
                     AND (before_time IS NULL OR m.created_at < before_time)
                 ORDER BY m.created_at DESC, m.id DESC LIMIT span) AS m
             WHERE m.audience_id = ANY (seen) AND m.fts @@ query
                 AND (by_author IS NULL OR m.author = by_author)
                 AND (by_author_type IS NULL OR m.author_type = by_author_type)
             LIMIT bound)
            UNION ALL
            (SELECT m.id, m.fts FROM mneme.messages AS m
             WHERE NOT is_common AND m.workspace_id = w AND m.fts @@ query AND m.audience_id = ANY (seen)
                 AND (in_channel IS NULL OR m.channel_id = in_channel)
                 AND (thread IS NULL OR m.thread_id = thread)
                 AND (from_time IS NULL OR m.created_at >= from_time)
                 AND (before_time IS NULL OR m.created_at < before_time)
                 AND (by_author IS NULL OR m.author = by_author)
                 AND (by_author_type IS NULL OR m.author_type = by_author_type)
                 AND (in_fork IS NULL OR EXISTS (
                     SELECT 1 FROM unnest(line_forks, line_ends) AS l (fork_id, last_position)
                     WHERE m.fork_id IS NOT DISTINCT FROM l.fork_id AND m.position <= l.last_position))
             ORDER BY m.created_at DESC, m.id DESC LIMIT bound)),
        -- Divided by the logarithm of the length, so that long messages do not win by length.
        weighed AS (
            SELECT c.id, ts_rank(c.fts, query, 1) AS rank, (ts_rank(c.fts, query, 1) * 1e9)::bigint AS rank_order
            FROM candidate AS c)
        SELECT r.id, r.rank, r.rank_order FROM weighed AS r
        WHERE after_order IS NULL OR (r.rank_order, r.id) < (after_order, after_id)
        ORDER BY r.rank_order DESC, r.id DESC
        LIMIT row_limit;
END $$;
REVOKE ALL ON FUNCTION mneme.search_messages FROM PUBLIC;

GRANT SELECT ON mneme.messages, mneme.forks TO mneme_gate;
CREATE POLICY gate ON mneme.messages TO mneme_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON mneme.forks TO mneme_gate USING (true) WITH CHECK (true);
GRANT CREATE ON SCHEMA mneme TO mneme_gate;
ALTER FUNCTION mneme.fork_line OWNER TO mneme_gate;
ALTER FUNCTION mneme.search_messages OWNER TO mneme_gate;
REVOKE CREATE ON SCHEMA mneme FROM mneme_gate;
GRANT EXECUTE ON FUNCTION mneme.fork_line, mneme.search_messages TO mneme_app, mneme_worker;
