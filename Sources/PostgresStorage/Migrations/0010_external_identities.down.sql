CREATE OR REPLACE FUNCTION mneme.find_key(key_id uuid)
RETURNS TABLE (
    workspace_id uuid, id uuid, name text, user_id uuid, agent_id uuid, role text, scopes text[], secret_hash bytea,
    created_at timestamptz, expires_at timestamptz, revoked_at timestamptz, last_used_at timestamptz, usable boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT k.workspace_id, k.id, k.name, k.user_id, k.agent_id, k.role, k.scopes, k.secret_hash,
        k.created_at, k.expires_at, k.revoked_at, k.last_used_at,
        (k.expires_at IS NULL OR k.expires_at > now()) AND k.revoked_at IS NULL
    FROM mneme.api_keys AS k WHERE k.id = key_id
    ORDER BY k.created_at LIMIT 1
$$;

DROP POLICY gate ON mneme.users;
REVOKE SELECT ON mneme.users FROM mneme_gate;
ALTER TABLE mneme.users DROP COLUMN external_id;
