-- Who is there: workspaces, people, agents, audiences and keys; and how every later table is protected.
-- Runs as mneme_owner. Roles, the schema and the extension btree_gin come from the bootstrap.

-- Enables and forces row-level security on a table and gives it the policies of docs/database.md.
--
-- Everybody is held to the workspace; where audience_column is given also to the audiences of the principal. The
-- policies are flat and their (select ...) parts are evaluated once a statement, so indexes stay in use.
-- writers are the roles that may change rows; null leaves it to the first policy alone.
CREATE PROCEDURE mneme.protect(table_name text, audience_column text, writers text[])
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    visible text := '(workspace_id = (select nullif(current_setting(''app.workspace_id'', true), '''')::uuid))';
    writer text := format('((select current_setting(''app.role'', true)) = ANY (%L::text[]))', writers);
BEGIN
    IF audience_column IS NOT NULL THEN
        visible := format('(%s AND %I = ANY ((select mneme.audiences())::uuid[]))', visible, audience_column);
    END IF;
    EXECUTE format('ALTER TABLE mneme.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', table_name);
    EXECUTE format(
        'CREATE POLICY principal ON mneme.%I TO mneme_app, mneme_worker USING (%s) WITH CHECK (%s)',
        table_name, visible, visible);
    IF writers IS NOT NULL THEN
        EXECUTE format(
            'CREATE POLICY writer_insert ON mneme.%I AS RESTRICTIVE FOR INSERT TO mneme_app, mneme_worker '
            'WITH CHECK (%s)', table_name, writer);
        EXECUTE format(
            'CREATE POLICY writer_update ON mneme.%I AS RESTRICTIVE FOR UPDATE TO mneme_app, mneme_worker '
            'USING (%s) WITH CHECK (%s)', table_name, writer, writer);
        EXECUTE format(
            'CREATE POLICY writer_delete ON mneme.%I AS RESTRICTIVE FOR DELETE TO mneme_app, mneme_worker '
            'USING (%s)', table_name, writer);
    END IF;
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON mneme.%I TO mneme_app, mneme_worker', table_name);
END $$;
REVOKE ALL ON PROCEDURE mneme.protect FROM PUBLIC;

CREATE TABLE mneme.workspaces (
    workspace_id uuid PRIMARY KEY,
    name text NOT NULL,
    -- A text-search configuration by its Snowball name; messages are analysed with it.
    language text NOT NULL,
    -- Keys the fences of context packs; never leaves the service.
    fence_secret bytea NOT NULL CHECK (octet_length(fence_secret) = 32),
    created_at timestamptz NOT NULL
);

CREATE TABLE mneme.users (
    workspace_id uuid NOT NULL REFERENCES mneme.workspaces ON DELETE CASCADE,
    id uuid NOT NULL,
    name text NOT NULL,
    email text,
    role text NOT NULL CHECK (role IN ('admin', 'member', 'viewer')),
    created_at timestamptz NOT NULL,
    CONSTRAINT users_pkey PRIMARY KEY (workspace_id, id),
    CONSTRAINT users_email_key UNIQUE (workspace_id, email)
);
CREATE INDEX users_by_creation ON mneme.users (workspace_id, created_at DESC, id DESC);

CREATE TABLE mneme.audiences (
    workspace_id uuid NOT NULL REFERENCES mneme.workspaces ON DELETE CASCADE,
    id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('workspace', 'user', 'agent', 'group')),
    name text,
    user_id uuid,
    agent_id uuid,
    -- The user an agent belongs to: sees what the agent sees. Absent for an agent of the workspace.
    owner_id uuid,
    created_at timestamptz NOT NULL,
    CONSTRAINT audiences_pkey PRIMARY KEY (workspace_id, id),
    CONSTRAINT audiences_user_key UNIQUE (workspace_id, user_id),
    CONSTRAINT audiences_agent_key UNIQUE (workspace_id, agent_id),
    CONSTRAINT audiences_identity_key UNIQUE (workspace_id, id, agent_id),
    CONSTRAINT audiences_user_fkey FOREIGN KEY (workspace_id, user_id)
        REFERENCES mneme.users ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT audiences_owner_fkey FOREIGN KEY (workspace_id, owner_id)
        REFERENCES mneme.users ON DELETE CASCADE,
    CONSTRAINT audiences_shape_check CHECK (
        (kind = 'user') = (user_id IS NOT NULL)
        AND (kind = 'agent') = (agent_id IS NOT NULL)
        AND (kind = 'group') = (name IS NOT NULL)
        AND (owner_id IS NULL OR kind = 'agent'))
);
CREATE UNIQUE INDEX audiences_workspace_key ON mneme.audiences (workspace_id) WHERE kind = 'workspace';
CREATE INDEX audiences_by_owner ON mneme.audiences (workspace_id, owner_id) WHERE kind = 'agent';
CREATE INDEX audiences_by_creation ON mneme.audiences (workspace_id, created_at DESC, id DESC);

CREATE TABLE mneme.agents (
    workspace_id uuid NOT NULL REFERENCES mneme.workspaces ON DELETE CASCADE,
    id uuid NOT NULL,
    audience_id uuid NOT NULL,
    name text NOT NULL,
    owner_id uuid,
    status text NOT NULL CHECK (status IN ('ready', 'busy', 'error')),
    metadata jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT agents_pkey PRIMARY KEY (workspace_id, id),
    CONSTRAINT agents_name_key UNIQUE (workspace_id, name),
    CONSTRAINT agents_audience_key UNIQUE (workspace_id, id, audience_id),
    CONSTRAINT agents_owner_fkey FOREIGN KEY (workspace_id, owner_id)
        REFERENCES mneme.users ON DELETE CASCADE
);
CREATE INDEX agents_by_creation ON mneme.agents (workspace_id, created_at DESC, id DESC);
CREATE INDEX agents_by_owner ON mneme.agents (workspace_id, owner_id);
-- An agent and its audience name each other, and go together: with the audience goes everything that it holds.
ALTER TABLE mneme.audiences ADD CONSTRAINT audiences_agent_fkey
    FOREIGN KEY (workspace_id, agent_id, id) REFERENCES mneme.agents (workspace_id, id, audience_id)
    ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE mneme.agents ADD CONSTRAINT agents_audience_fkey
    FOREIGN KEY (workspace_id, audience_id, id) REFERENCES mneme.audiences (workspace_id, id, agent_id)
    DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE mneme.audience_members (
    workspace_id uuid NOT NULL,
    audience_id uuid NOT NULL,
    user_id uuid,
    agent_id uuid,
    CONSTRAINT audience_members_key UNIQUE NULLS NOT DISTINCT (workspace_id, audience_id, user_id, agent_id),
    CONSTRAINT audience_members_audience_fkey FOREIGN KEY (workspace_id, audience_id)
        REFERENCES mneme.audiences ON DELETE CASCADE,
    CONSTRAINT audience_members_user_fkey FOREIGN KEY (workspace_id, user_id)
        REFERENCES mneme.users ON DELETE CASCADE,
    CONSTRAINT audience_members_agent_fkey FOREIGN KEY (workspace_id, agent_id)
        REFERENCES mneme.agents ON DELETE CASCADE,
    CONSTRAINT audience_members_one_check CHECK (num_nonnulls(user_id, agent_id) = 1)
);
CREATE INDEX audience_members_by_user ON mneme.audience_members (workspace_id, user_id) WHERE user_id IS NOT NULL;
CREATE INDEX audience_members_by_agent ON mneme.audience_members (workspace_id, agent_id) WHERE agent_id IS NOT NULL;

CREATE TABLE mneme.api_keys (
    workspace_id uuid NOT NULL REFERENCES mneme.workspaces ON DELETE CASCADE,
    id uuid NOT NULL,
    name text NOT NULL,
    user_id uuid,
    agent_id uuid,
    role text NOT NULL CHECK (role IN ('admin', 'member', 'viewer')),
    scopes text[] NOT NULL,
    -- HMAC-SHA-256 under the service's pepper; the secret itself is kept nowhere.
    secret_hash bytea NOT NULL CHECK (octet_length(secret_hash) = 32),
    created_at timestamptz NOT NULL,
    -- Expiry, revocation and use are judged by the database's clock.
    expires_at timestamptz,
    revoked_at timestamptz,
    last_used_at timestamptz,
    CONSTRAINT api_keys_pkey PRIMARY KEY (workspace_id, id),
    CONSTRAINT api_keys_user_fkey FOREIGN KEY (workspace_id, user_id) REFERENCES mneme.users ON DELETE CASCADE,
    CONSTRAINT api_keys_agent_fkey FOREIGN KEY (workspace_id, agent_id) REFERENCES mneme.agents ON DELETE CASCADE
);
CREATE INDEX api_keys_by_creation ON mneme.api_keys (workspace_id, created_at DESC, id DESC);
CREATE INDEX api_keys_by_user ON mneme.api_keys (workspace_id, user_id) WHERE user_id IS NOT NULL;
CREATE INDEX api_keys_by_agent ON mneme.api_keys (workspace_id, agent_id) WHERE agent_id IS NOT NULL;
-- The one index that does not start with the workspace: a key is looked up before its workspace is known.
CREATE INDEX api_keys_by_id ON mneme.api_keys (id);

-- The audiences the present principal sees. It reads the directory with the gate's own policies, because the policies
-- of the directory cannot call it for themselves.
--
-- An agent: the workspace's, its own, its groups'. A user: also those of the agents it owns and of the workspace's
-- agents. An admin who acts for nobody: all of the workspace.
CREATE FUNCTION mneme.audiences() RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    w uuid := nullif(current_setting('app.workspace_id', true), '')::uuid;
    u uuid := nullif(current_setting('app.user_id', true), '')::uuid;
    a uuid := nullif(current_setting('app.agent_id', true), '')::uuid;
BEGIN
    IF w IS NULL THEN
        RETURN '{}';
    ELSIF a IS NOT NULL THEN
        RETURN ARRAY(
            SELECT id FROM mneme.audiences WHERE workspace_id = w AND kind = 'workspace'
            UNION ALL SELECT id FROM mneme.audiences WHERE workspace_id = w AND agent_id = a
            UNION ALL SELECT audience_id FROM mneme.audience_members WHERE workspace_id = w AND agent_id = a);
    ELSIF u IS NOT NULL THEN
        RETURN ARRAY(
            SELECT id FROM mneme.audiences WHERE workspace_id = w AND kind = 'workspace'
            UNION ALL SELECT id FROM mneme.audiences WHERE workspace_id = w AND user_id = u
            UNION ALL SELECT id FROM mneme.audiences WHERE workspace_id = w AND kind = 'agent' AND owner_id = u
            UNION ALL SELECT id FROM mneme.audiences WHERE workspace_id = w AND kind = 'agent' AND owner_id IS NULL
            UNION ALL SELECT audience_id FROM mneme.audience_members WHERE workspace_id = w AND user_id = u);
    ELSIF current_setting('app.role', true) = 'admin' THEN
        RETURN ARRAY(SELECT id FROM mneme.audiences WHERE workspace_id = w);
    ELSE
        RETURN ARRAY(SELECT id FROM mneme.audiences WHERE workspace_id = w AND kind = 'workspace');
    END IF;
END $$;
REVOKE ALL ON FUNCTION mneme.audiences FROM PUBLIC;

-- The key with this id, before there is a principal.
CREATE FUNCTION mneme.find_key(key_id uuid)
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
REVOKE ALL ON FUNCTION mneme.find_key FROM PUBLIC;

-- Notes that keys were used, to the minute.
CREATE FUNCTION mneme.touch_keys(key_ids uuid[]) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE mneme.api_keys SET last_used_at = now()
    WHERE id = ANY (key_ids) AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')
$$;
REVOKE ALL ON FUNCTION mneme.touch_keys FROM PUBLIC;

-- The directory is open to the whole workspace, and managed by admins; members may bring agents of their own.
CALL mneme.protect('workspaces', NULL, '{admin}');
CALL mneme.protect('users', NULL, '{admin}');
CALL mneme.protect('audiences', NULL, '{admin,member}');
CALL mneme.protect('audience_members', NULL, '{admin}');
CALL mneme.protect('agents', NULL, '{admin,member}');
CALL mneme.protect('api_keys', NULL, '{admin}');

CREATE POLICY member_insert ON mneme.audiences AS RESTRICTIVE FOR INSERT TO mneme_app, mneme_worker
    WITH CHECK (kind = 'agent' OR (select current_setting('app.role', true)) = 'admin');
CREATE POLICY member_insert ON mneme.agents AS RESTRICTIVE FOR INSERT TO mneme_app, mneme_worker
    WITH CHECK ((select current_setting('app.role', true)) = 'admin'
        OR audience_id = ANY ((select mneme.audiences())::uuid[]));
CREATE POLICY member_update ON mneme.agents AS RESTRICTIVE FOR UPDATE TO mneme_app, mneme_worker
    USING ((select current_setting('app.role', true)) = 'admin'
        OR audience_id = ANY ((select mneme.audiences())::uuid[]));
CREATE POLICY member_delete ON mneme.agents AS RESTRICTIVE FOR DELETE TO mneme_app, mneme_worker
    USING ((select current_setting('app.role', true)) = 'admin'
        OR audience_id = ANY ((select mneme.audiences())::uuid[]));
CREATE POLICY member_read ON mneme.api_keys AS RESTRICTIVE FOR SELECT TO mneme_app, mneme_worker
    USING ((select current_setting('app.role', true)) = 'admin');
-- Audiences are never changed, and go only with what they stand for.
REVOKE UPDATE, DELETE ON mneme.audiences FROM mneme_app, mneme_worker;

-- What the gate may touch.
GRANT SELECT ON mneme.audiences, mneme.audience_members, mneme.api_keys TO mneme_gate;
GRANT UPDATE (last_used_at) ON mneme.api_keys TO mneme_gate;
CREATE POLICY gate ON mneme.audiences TO mneme_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON mneme.audience_members TO mneme_gate USING (true) WITH CHECK (true);
CREATE POLICY gate ON mneme.api_keys TO mneme_gate USING (true) WITH CHECK (true);

-- Only an owner may give a function away, and only to a role that could have made it.
GRANT CREATE ON SCHEMA mneme TO mneme_gate;
ALTER FUNCTION mneme.audiences OWNER TO mneme_gate;
ALTER FUNCTION mneme.find_key OWNER TO mneme_gate;
ALTER FUNCTION mneme.touch_keys OWNER TO mneme_gate;
REVOKE CREATE ON SCHEMA mneme FROM mneme_gate;
GRANT EXECUTE ON FUNCTION mneme.audiences TO mneme_app, mneme_worker;
GRANT EXECUTE ON FUNCTION mneme.find_key, mneme.touch_keys TO mneme_app;
