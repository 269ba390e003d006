-- What was erased: requests with their receipts, marks that keep it from coming back, and the nodes that hold copies
-- outside the database. None of it carries text.

CREATE TABLE mneme.erasures (
    workspace_id uuid NOT NULL REFERENCES mneme.workspaces ON DELETE CASCADE,
    id uuid NOT NULL,
    target_kind text NOT NULL CHECK (
        target_kind IN ('item', 'message', 'thread', 'channel', 'collection', 'agent', 'user', 'workspace')),
    target_id uuid NOT NULL,
    includes_derived boolean NOT NULL,
    requested_by text,
    created_at timestamptz NOT NULL,
    rows_erased_at timestamptz,
    -- The same moment by the database's clock, which nodes are seen by.
    followable_at timestamptz,
    completed_at timestamptz,
    -- Collections whose indexes lost entries, and collections that are gone: what nodes follow up.
    touched uuid[] NOT NULL DEFAULT '{}',
    gone uuid[] NOT NULL DEFAULT '{}',
    stores jsonb NOT NULL DEFAULT '[]',
    receipt text,
    CONSTRAINT erasures_pkey PRIMARY KEY (workspace_id, id)
);
CREATE INDEX erasures_by_creation ON mneme.erasures (workspace_id, created_at DESC, id DESC);

-- Keyed hashes of what must not come back unasked; the key is the workspace's own secret.
CREATE TABLE mneme.erased_marks (
    workspace_id uuid NOT NULL REFERENCES mneme.workspaces ON DELETE CASCADE,
    digest bytea NOT NULL CHECK (octet_length(digest) = 32),
    erasure_id uuid NOT NULL,
    CONSTRAINT erased_marks_pkey PRIMARY KEY (workspace_id, digest)
);

-- Which nodes have followed an erasure up, and what each had.
CREATE TABLE mneme.erasure_acknowledgements (
    workspace_id uuid NOT NULL,
    erasure_id uuid NOT NULL,
    node_id uuid NOT NULL,
    stores jsonb NOT NULL,
    acknowledged_at timestamptz NOT NULL,
    CONSTRAINT erasure_acknowledgements_pkey PRIMARY KEY (workspace_id, erasure_id, node_id),
    CONSTRAINT erasure_acknowledgements_erasure_fkey FOREIGN KEY (workspace_id, erasure_id)
        REFERENCES mneme.erasures ON DELETE CASCADE
);

CALL mneme.protect('erasures', NULL, '{admin,member}');
CALL mneme.protect('erased_marks', NULL, '{admin,member}');
CALL mneme.protect('erasure_acknowledgements', NULL, '{admin,member}');

-- Processes that keep indexes in memory and snapshots on disk. They serve every workspace and belong to none; only the
-- gate's functions touch this table.
CREATE TABLE mneme.nodes (
    node_id uuid PRIMARY KEY,
    name text NOT NULL,
    first_seen_at timestamptz NOT NULL DEFAULT now(),
    seen_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50);
ALTER TABLE mneme.nodes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY gate ON mneme.nodes TO mneme_gate USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON mneme.nodes TO mneme_gate;

-- Items that were made of others, for finding what was derived of what is erased.
CREATE INDEX item_versions_derived ON mneme.item_versions (workspace_id, item_id)
    WHERE cardinality(derived_from) > 0;

-- Says that a node lives, and returns what it has yet to follow up. A node is told of what was erased since shortly
-- before it was first seen: it has nothing of what is older. Nodes that were away for 30 days are forgotten.
CREATE FUNCTION mneme.report_node(node uuid, node_name text)
RETURNS TABLE (workspace_id uuid, id uuid, touched uuid[], gone uuid[])
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    since timestamptz;
BEGIN
    INSERT INTO mneme.nodes AS n (node_id, name) VALUES (node, left(node_name, 200))
    ON CONFLICT (node_id) DO UPDATE SET seen_at = now(), name = excluded.name
    RETURNING n.first_seen_at - interval '1 hour' INTO since;
    DELETE FROM mneme.nodes AS n WHERE n.seen_at < now() - interval '30 days';
    RETURN QUERY
        SELECT e.workspace_id, e.id, e.touched, e.gone FROM mneme.erasures AS e
        WHERE e.followable_at > greatest(since, now() - interval '30 days') AND NOT EXISTS (
            SELECT 1 FROM mneme.erasure_acknowledgements AS a
            WHERE a.workspace_id = e.workspace_id AND a.erasure_id = e.id AND a.node_id = node)
        ORDER BY e.followable_at LIMIT 100;
END $$;
REVOKE ALL ON FUNCTION mneme.report_node FROM PUBLIC;

-- The nodes that are known, and whether each was seen within the last ten minutes.
CREATE FUNCTION mneme.known_nodes()
RETURNS TABLE (node_id uuid, name text, first_seen_at timestamptz, seen_at timestamptz, is_live boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT n.node_id, n.name, n.first_seen_at, n.seen_at, n.seen_at > now() - interval '10 minutes'
    FROM mneme.nodes AS n
$$;
REVOKE ALL ON FUNCTION mneme.known_nodes FROM PUBLIC;

-- Deletes the answers kept for repeated requests of the present workspace that hold one of some texts (ids), whoever
-- asked; all of them where none is given.
CREATE FUNCTION mneme.forget_answers(texts text[]) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    w uuid := nullif(current_setting('app.workspace_id', true), '')::uuid;
    forgotten bigint;
BEGIN
    DELETE FROM mneme.requests AS r
    WHERE r.workspace_id = w AND (texts IS NULL OR EXISTS (
        SELECT 1 FROM unnest(texts) AS t (text) WHERE position(convert_to(t.text, 'UTF8') IN r.body) > 0));
    GET DIAGNOSTICS forgotten = ROW_COUNT;
    RETURN forgotten;
END $$;
REVOKE ALL ON FUNCTION mneme.forget_answers FROM PUBLIC;

GRANT SELECT ON mneme.erasures, mneme.erasure_acknowledgements TO mneme_gate;
GRANT SELECT, DELETE ON mneme.requests TO mneme_gate;
CREATE POLICY gate ON mneme.erasures TO mneme_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON mneme.erasure_acknowledgements TO mneme_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON mneme.requests TO mneme_gate USING (true) WITH CHECK (true);
GRANT CREATE ON SCHEMA mneme TO mneme_gate;
ALTER FUNCTION mneme.report_node OWNER TO mneme_gate;
ALTER FUNCTION mneme.known_nodes OWNER TO mneme_gate;
ALTER FUNCTION mneme.forget_answers OWNER TO mneme_gate;
REVOKE CREATE ON SCHEMA mneme FROM mneme_gate;
GRANT EXECUTE ON FUNCTION mneme.report_node TO mneme_app;
GRANT EXECUTE ON FUNCTION mneme.known_nodes, mneme.forget_answers TO mneme_app, mneme_worker;

-- The planner's statistics are samples of the rows: of what people wrote they would keep words and whole texts, also
-- after those are erased. No query of ours is planned by them.
ALTER TABLE mneme.workspaces ALTER COLUMN name SET STATISTICS 0;
ALTER TABLE mneme.users ALTER COLUMN name SET STATISTICS 0, ALTER COLUMN email SET STATISTICS 0;
ALTER TABLE mneme.audiences ALTER COLUMN name SET STATISTICS 0;
ALTER TABLE mneme.agents ALTER COLUMN name SET STATISTICS 0, ALTER COLUMN metadata SET STATISTICS 0;
ALTER TABLE mneme.api_keys ALTER COLUMN name SET STATISTICS 0;
ALTER TABLE mneme.channels ALTER COLUMN name SET STATISTICS 0;
ALTER TABLE mneme.threads ALTER COLUMN title SET STATISTICS 0;
ALTER TABLE mneme.forks ALTER COLUMN title SET STATISTICS 0, ALTER COLUMN summary SET STATISTICS 0;
ALTER TABLE mneme.messages
    ALTER COLUMN author SET STATISTICS 0,
    ALTER COLUMN author_id SET STATISTICS 0,
    ALTER COLUMN content SET STATISTICS 0,
    ALTER COLUMN metadata SET STATISTICS 0,
    ALTER COLUMN fts SET STATISTICS 0;
ALTER TABLE mneme.collections ALTER COLUMN name SET STATISTICS 0;
ALTER TABLE mneme.item_versions
    ALTER COLUMN content SET STATISTICS 0,
    ALTER COLUMN scope_id SET STATISTICS 0,
    ALTER COLUMN tags SET STATISTICS 0,
    ALTER COLUMN source SET STATISTICS 0,
    ALTER COLUMN from_task SET STATISTICS 0,
    ALTER COLUMN from_url SET STATISTICS 0,
    ALTER COLUMN metadata SET STATISTICS 0;
ALTER TABLE mneme.requests ALTER COLUMN request_key SET STATISTICS 0, ALTER COLUMN body SET STATISTICS 0;
ALTER TABLE mneme.index_entries
    ALTER COLUMN scope_id SET STATISTICS 0,
    ALTER COLUMN tags SET STATISTICS 0,
    ALTER COLUMN source SET STATISTICS 0,
    ALTER COLUMN author SET STATISTICS 0,
    ALTER COLUMN terms SET STATISTICS 0;
