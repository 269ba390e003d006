-- Records of what happened, which the operator may have forgotten after a time: by default none is.

-- Deletes records from before a time, of all workspaces, at most so many, and returns how many there were. Each kind is
-- walked by the index that begins with its workspace, oldest first.
CREATE FUNCTION mneme.forget_records(kind text, before timestamptz, most integer) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    forgotten bigint;
BEGIN
    CASE kind
    WHEN 'traces' THEN
        DELETE FROM mneme.context_traces AS t WHERE t.ctid = ANY (ARRAY(
            SELECT o.ctid FROM mneme.workspaces AS w CROSS JOIN LATERAL (
                SELECT r.ctid FROM mneme.context_traces AS r
                WHERE r.workspace_id = w.workspace_id AND r.created_at < before
                ORDER BY r.created_at LIMIT most) AS o
            LIMIT most));
    WHEN 'events' THEN
        DELETE FROM mneme.events AS t WHERE t.ctid = ANY (ARRAY(
            SELECT o.ctid FROM mneme.workspaces AS w CROSS JOIN LATERAL (
                SELECT r.ctid, r.created_at FROM mneme.events AS r
                WHERE r.workspace_id = w.workspace_id
                ORDER BY r.sequence_num LIMIT most) AS o
            WHERE o.created_at < before LIMIT most));
    WHEN 'audit' THEN
        DELETE FROM mneme.audit_entries AS t WHERE t.ctid = ANY (ARRAY(
            SELECT o.ctid FROM mneme.workspaces AS w CROSS JOIN LATERAL (
                SELECT r.ctid FROM mneme.audit_entries AS r
                WHERE r.workspace_id = w.workspace_id AND r.created_at < before
                ORDER BY r.created_at, r.id LIMIT most) AS o
            LIMIT most));
    WHEN 'usage' THEN
        DELETE FROM mneme.usage AS t WHERE t.ctid = ANY (ARRAY(
            SELECT o.ctid FROM mneme.workspaces AS w CROSS JOIN LATERAL (
                SELECT r.ctid FROM mneme.usage AS r
                WHERE r.workspace_id = w.workspace_id AND r.day < (before AT TIME ZONE 'UTC')::date
                ORDER BY r.day LIMIT most) AS o
            LIMIT most));
    END CASE;
    GET DIAGNOSTICS forgotten = ROW_COUNT;
    RETURN forgotten;
END $$;
REVOKE ALL ON FUNCTION mneme.forget_records FROM PUBLIC;

GRANT SELECT, DELETE ON mneme.context_traces, mneme.events, mneme.audit_entries, mneme.usage TO mneme_gate;
CREATE POLICY gate ON mneme.context_traces TO mneme_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON mneme.events TO mneme_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON mneme.audit_entries TO mneme_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON mneme.usage TO mneme_gate USING (true) WITH CHECK (true);
GRANT CREATE ON SCHEMA mneme TO mneme_gate;
ALTER FUNCTION mneme.forget_records OWNER TO mneme_gate;
REVOKE CREATE ON SCHEMA mneme FROM mneme_gate;
GRANT EXECUTE ON FUNCTION mneme.forget_records TO mneme_worker;
