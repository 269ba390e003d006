-- Groups can be deleted while nothing is shared with them; no other audience goes but with what it stands for.

GRANT DELETE, UPDATE (name) ON mneme.audiences TO mneme_app;
CREATE POLICY group_update ON mneme.audiences AS RESTRICTIVE FOR UPDATE TO mneme_app, mneme_worker
    USING (kind = 'group' AND (select current_setting('app.role', true)) = 'admin');
CREATE POLICY group_delete ON mneme.audiences AS RESTRICTIVE FOR DELETE TO mneme_app, mneme_worker
    USING (kind = 'group' AND (select current_setting('app.role', true)) = 'admin');

-- Whether a collection or channel of the present workspace has an audience, also one that the principal does not see.
CREATE FUNCTION mneme.group_is_used(group_id uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM mneme.collections AS c
        WHERE c.workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid AND c.audience_id = group_id)
    OR EXISTS (
        SELECT 1 FROM mneme.channels AS c
        WHERE c.workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid AND c.audience_id = group_id)
$$;
REVOKE ALL ON FUNCTION mneme.group_is_used FROM PUBLIC;
GRANT SELECT (workspace_id, audience_id) ON mneme.collections, mneme.channels TO mneme_gate;
CREATE POLICY gate ON mneme.collections TO mneme_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON mneme.channels TO mneme_gate USING (true) WITH CHECK (true);
GRANT CREATE ON SCHEMA mneme TO mneme_gate;
ALTER FUNCTION mneme.group_is_used OWNER TO mneme_gate;
REVOKE CREATE ON SCHEMA mneme FROM mneme_gate;
GRANT EXECUTE ON FUNCTION mneme.group_is_used TO mneme_app;
