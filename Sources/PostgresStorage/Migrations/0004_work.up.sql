-- What is to be done and what was done: jobs, events, usage, repeated requests, traces. None of it carries text of a
-- memory, but for the answers kept for repeated requests, which only their caller sees.

CREATE TABLE mneme.jobs (
    workspace_id uuid NOT NULL REFERENCES mneme.workspaces ON DELETE CASCADE,
    id uuid NOT NULL,
    job_key text NOT NULL,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    -- Claims so far; the number of a claim is its lease.
    attempts bigint NOT NULL DEFAULT 0,
    leased boolean NOT NULL DEFAULT false,
    dead boolean NOT NULL DEFAULT false,
    -- From when on it may be claimed, by the database's clock: while it is leased, when the lease ends.
    available_at timestamptz NOT NULL DEFAULT now(),
    last_failure text,
    created_at timestamptz NOT NULL,
    CONSTRAINT jobs_pkey PRIMARY KEY (workspace_id, id),
    CONSTRAINT jobs_key UNIQUE (workspace_id, job_key)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500);
CREATE INDEX jobs_claimable ON mneme.jobs (workspace_id, available_at) WHERE NOT dead;

CREATE TABLE mneme.event_heads (
    workspace_id uuid PRIMARY KEY REFERENCES mneme.workspaces ON DELETE CASCADE,
    last_sequence_num bigint NOT NULL
) WITH (fillfactor = 50);

CREATE TABLE mneme.events (
    workspace_id uuid NOT NULL REFERENCES mneme.workspaces ON DELETE CASCADE,
    -- Strict within the workspace, in the order of commits.
    sequence_num bigint NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    details jsonb NOT NULL,
    user_id uuid,
    agent_id uuid,
    created_at timestamptz NOT NULL,
    CONSTRAINT events_pkey PRIMARY KEY (workspace_id, sequence_num)
);

CREATE TABLE mneme.usage (
    workspace_id uuid NOT NULL REFERENCES mneme.workspaces ON DELETE CASCADE,
    day date NOT NULL,
    agent_id uuid,
    provider text NOT NULL,
    model text NOT NULL,
    calls bigint NOT NULL,
    texts bigint NOT NULL,
    tokens bigint NOT NULL,
    CONSTRAINT usage_key UNIQUE NULLS NOT DISTINCT (workspace_id, day, agent_id, provider, model)
) WITH (fillfactor = 70);

-- Answers to requests with an Idempotency-Key. A key is its caller's own.
CREATE TABLE mneme.requests (
    workspace_id uuid NOT NULL REFERENCES mneme.workspaces ON DELETE CASCADE,
    caller text NOT NULL,
    request_key text NOT NULL,
    route text NOT NULL,
    fingerprint bytea NOT NULL,
    status integer NOT NULL,
    body bytea NOT NULL,
    -- The positions of the consistency token, by collection; filled in by the closing step.
    token jsonb,
    created_at timestamptz NOT NULL,
    CONSTRAINT requests_pkey PRIMARY KEY (workspace_id, caller, request_key)
);
CREATE INDEX requests_by_creation ON mneme.requests (workspace_id, created_at);

CREATE TABLE mneme.context_traces (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    -- That of the agent it was for, or else of the principal.
    audience_id uuid NOT NULL,
    agent_id uuid,
    thread_id uuid,
    body jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT context_traces_pkey PRIMARY KEY (workspace_id, id),
    CONSTRAINT context_traces_audience_fkey FOREIGN KEY (workspace_id, audience_id)
        REFERENCES mneme.audiences ON DELETE CASCADE
);
CREATE INDEX context_traces_by_creation ON mneme.context_traces (workspace_id, created_at);
CREATE INDEX context_traces_by_audience ON mneme.context_traces (workspace_id, audience_id);

-- Viewers leave these behind as well by asking.
CALL mneme.protect('event_heads', NULL, NULL);
CALL mneme.protect('events', NULL, NULL);
CALL mneme.protect('usage', NULL, NULL);
CALL mneme.protect('requests', NULL, NULL);
CALL mneme.protect('context_traces', 'audience_id', NULL);
CALL mneme.protect('jobs', NULL, '{admin,member}');
CREATE POLICY caller ON mneme.requests AS RESTRICTIVE TO mneme_app, mneme_worker
    USING (caller = (select current_setting('app.caller', true)))
    WITH CHECK (caller = (select current_setting('app.caller', true)));
-- Events are never changed.
REVOKE UPDATE, DELETE ON mneme.events FROM mneme_app, mneme_worker;
REVOKE DELETE ON mneme.event_heads FROM mneme_app, mneme_worker;

-- Claims up to n jobs for a lease, in turn over the workspaces that come after a given one (and, where that leaves
-- room, before it). A workspace with many jobs does not keep the others waiting: each gets an equal share first.
CREATE FUNCTION mneme.claim_jobs(n integer, lease interval, after_workspace uuid)
RETURNS TABLE (workspace_id uuid, id uuid, payload jsonb, attempts bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    waiting uuid[];
    share integer;
    room integer := n;
    turn uuid;
    taken integer;
BEGIN
    -- One probe of the index for each workspace that has work, at most n of them on each side of the given one.
    WITH RECURSIVE
        later AS (
            (SELECT j.workspace_id FROM mneme.jobs AS j WHERE NOT j.dead AND j.workspace_id > after_workspace
             ORDER BY j.workspace_id LIMIT 1)
            UNION ALL
            SELECT (SELECT j.workspace_id FROM mneme.jobs AS j WHERE NOT j.dead AND j.workspace_id > l.workspace_id
                    ORDER BY j.workspace_id LIMIT 1)
            FROM later AS l WHERE l.workspace_id IS NOT NULL),
        earlier AS (
            (SELECT j.workspace_id FROM mneme.jobs AS j WHERE NOT j.dead AND j.workspace_id <= after_workspace
             ORDER BY j.workspace_id LIMIT 1)
            UNION ALL
            SELECT (SELECT j.workspace_id FROM mneme.jobs AS j
                    WHERE NOT j.dead AND j.workspace_id > e.workspace_id AND j.workspace_id <= after_workspace
                    ORDER BY j.workspace_id LIMIT 1)
            FROM earlier AS e WHERE e.workspace_id IS NOT NULL),
        due AS (
            (SELECT 1 AS side, l.workspace_id FROM later AS l WHERE l.workspace_id IS NOT NULL AND EXISTS (
                SELECT 1 FROM mneme.jobs AS j
                WHERE j.workspace_id = l.workspace_id AND NOT j.dead AND j.available_at <= now()) LIMIT n)
            UNION ALL
            (SELECT 2, e.workspace_id FROM earlier AS e WHERE e.workspace_id IS NOT NULL AND EXISTS (
                SELECT 1 FROM mneme.jobs AS j
                WHERE j.workspace_id = e.workspace_id AND NOT j.dead AND j.available_at <= now()) LIMIT n))
    SELECT array_agg(d.workspace_id ORDER BY d.side, d.workspace_id) INTO waiting
    FROM (SELECT * FROM due ORDER BY due.side, due.workspace_id LIMIT n) AS d;

    IF waiting IS NULL THEN
        RETURN;
    END IF;
    share := greatest(1, n / cardinality(waiting));
    -- Twice around: an equal share for each, then what is left over to whoever has more.
    FOR pass IN 1..2 LOOP
        FOREACH turn IN ARRAY waiting LOOP
            EXIT WHEN room <= 0;
            RETURN QUERY
                WITH claimable AS MATERIALIZED (
                    SELECT j.id FROM mneme.jobs AS j
                    WHERE j.workspace_id = turn AND NOT j.dead AND j.available_at <= now()
                    ORDER BY j.available_at
                    LIMIT CASE pass WHEN 1 THEN least(share, room) ELSE room END
                    FOR UPDATE SKIP LOCKED)
                UPDATE mneme.jobs AS j
                SET leased = true, attempts = j.attempts + 1, available_at = clock_timestamp() + lease
                FROM claimable AS c
                WHERE j.workspace_id = turn AND j.id = c.id
                RETURNING j.workspace_id, j.id, j.payload, j.attempts;
            GET DIAGNOSTICS taken = ROW_COUNT;
            room := room - taken;
        END LOOP;
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION mneme.claim_jobs FROM PUBLIC;

-- How many jobs are ready, leased and dead, over all workspaces.
CREATE FUNCTION mneme.job_counts(OUT ready bigint, OUT leased bigint, OUT dead bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT count(*) FILTER (WHERE NOT j.dead AND (NOT j.leased OR j.available_at <= now())),
        count(*) FILTER (WHERE NOT j.dead AND j.leased AND j.available_at > now()),
        count(*) FILTER (WHERE j.dead)
    FROM mneme.jobs AS j
$$;
REVOKE ALL ON FUNCTION mneme.job_counts FROM PUBLIC;

GRANT SELECT ON mneme.jobs TO mneme_gate;
GRANT UPDATE (leased, attempts, available_at) ON mneme.jobs TO mneme_gate;
CREATE POLICY gate ON mneme.jobs TO mneme_gate USING (true) WITH CHECK (true);
GRANT CREATE ON SCHEMA mneme TO mneme_gate;
ALTER FUNCTION mneme.claim_jobs OWNER TO mneme_gate;
ALTER FUNCTION mneme.job_counts OWNER TO mneme_gate;
REVOKE CREATE ON SCHEMA mneme FROM mneme_gate;
GRANT EXECUTE ON FUNCTION mneme.claim_jobs, mneme.job_counts TO mneme_worker;
