-- People as an identity provider names them, and keys that never have more than the person they act for.

ALTER TABLE mneme.users ADD COLUMN external_id text;
ALTER TABLE mneme.users ADD CONSTRAINT users_external_key UNIQUE (workspace_id, external_id);

-- The role of a key is bounded by its user's present role: a demotion reaches keys that were made before it.
CREATE OR REPLACE FUNCTION mneme.find_key(key_id uuid)
RETURNS TABLE (
    workspace_id uuid, id uuid, name text, user_id uuid, agent_id uuid, role text, scopes text[], secret_hash bytea,
    created_at timestamptz, expires_at timestamptz, revoked_at timestamptz, last_used_at timestamptz, usable boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT k.workspace_id, k.id, k.name, k.user_id, k.agent_id,
        CASE WHEN 'viewer' IN (k.role, u.role) THEN 'viewer' WHEN 'member' IN (k.role, u.role) THEN 'member'
            ELSE k.role END,
        k.scopes, k.secret_hash, k.created_at, k.expires_at, k.revoked_at, k.last_used_at,
        (k.expires_at IS NULL OR k.expires_at > now()) AND k.revoked_at IS NULL
    FROM mneme.api_keys AS k
        LEFT JOIN mneme.users AS u ON u.workspace_id = k.workspace_id AND u.id = k.user_id
    WHERE k.id = key_id
    ORDER BY k.created_at LIMIT 1
$$;

GRANT SELECT ON mneme.users TO mneme_gate;
CREATE POLICY gate ON mneme.users TO mneme_gate USING (true) WITH CHECK (true);
