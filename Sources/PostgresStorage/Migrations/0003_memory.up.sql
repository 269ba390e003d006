-- What is known: collections, items and their versions.

CREATE TABLE mneme.collections (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    audience_id uuid NOT NULL,
    name text NOT NULL,
    content text NOT NULL CHECK (content IN ('items', 'messages')),
    -- Whose personal collection it is, if anybody's.
    agent_id uuid,
    user_id uuid,
    -- The embedding profile; absent where the service runs on words alone.
    profile_provider text,
    profile_model text,
    profile_dimensions integer,
    profile_document_prefix text,
    profile_query_prefix text,
    generation integer NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT collections_pkey PRIMARY KEY (workspace_id, id),
    CONSTRAINT collections_audience_key UNIQUE (workspace_id, id, audience_id),
    CONSTRAINT collections_audience_fkey FOREIGN KEY (workspace_id, audience_id)
        REFERENCES mneme.audiences ON DELETE CASCADE,
    -- An agent's personal collection has the agent's own audience.
    CONSTRAINT collections_agent_fkey FOREIGN KEY (workspace_id, agent_id, audience_id)
        REFERENCES mneme.agents (workspace_id, id, audience_id) ON DELETE CASCADE,
    CONSTRAINT collections_user_fkey FOREIGN KEY (workspace_id, user_id) REFERENCES mneme.users ON DELETE CASCADE,
    CONSTRAINT collections_owner_check CHECK (num_nonnulls(agent_id, user_id) <= 1),
    CONSTRAINT collections_profile_check CHECK (
        num_nulls(profile_provider, profile_model, profile_dimensions, profile_document_prefix, profile_query_prefix)
            IN (0, 5))
);
CREATE UNIQUE INDEX collections_agent_key ON mneme.collections (workspace_id, agent_id, content)
    WHERE agent_id IS NOT NULL;
CREATE UNIQUE INDEX collections_user_key ON mneme.collections (workspace_id, user_id, content)
    WHERE user_id IS NOT NULL;
-- The messages of one audience live in one collection.
CREATE UNIQUE INDEX collections_messages_key ON mneme.collections (workspace_id, audience_id)
    WHERE content = 'messages';
CREATE INDEX collections_by_creation ON mneme.collections (workspace_id, created_at DESC, id DESC);
CREATE INDEX collections_by_audience ON mneme.collections (workspace_id, audience_id);

CREATE TABLE mneme.items (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    collection_id uuid NOT NULL,
    audience_id uuid NOT NULL,
    -- The present version.
    version integer NOT NULL,
    created_at timestamptz NOT NULL,
    -- A deleted item leaves this row alone: no versions, no content.
    deleted_at timestamptz,
    CONSTRAINT items_pkey PRIMARY KEY (workspace_id, id),
    CONSTRAINT items_collection_key UNIQUE (workspace_id, id, collection_id, audience_id),
    CONSTRAINT items_collection_fkey FOREIGN KEY (workspace_id, collection_id, audience_id)
        REFERENCES mneme.collections (workspace_id, id, audience_id) ON DELETE CASCADE
);
CREATE INDEX items_by_creation ON mneme.items (workspace_id, created_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX items_by_collection ON mneme.items (workspace_id, collection_id, created_at DESC, id DESC);

CREATE TABLE mneme.item_versions (
    workspace_id uuid NOT NULL,
    item_id uuid NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    collection_id uuid NOT NULL,
    audience_id uuid NOT NULL,
    content text NOT NULL,
    kind text NOT NULL CHECK (
        kind IN ('decision', 'discovery', 'status', 'fact', 'preference', 'summary', 'instruction', 'note')),
    scope_kind text NOT NULL CHECK (scope_kind IN ('global', 'channel', 'thread', 'task')),
    scope_id text,
    tags text[] NOT NULL,
    source text NOT NULL,
    -- Where it came from. No foreign keys: what it came from may be gone.
    from_message uuid,
    from_thread uuid,
    from_fork uuid,
    from_task text,
    from_url text,
    from_principal text,
    derived_from uuid[] NOT NULL,
    importance real NOT NULL CHECK (importance BETWEEN 0 AND 1),
    pinned boolean NOT NULL,
    trust smallint NOT NULL CHECK (trust BETWEEN 0 AND 4),
    state text NOT NULL CHECK (state IN ('active', 'quarantined', 'superseded', 'expired', 'deleted')),
    valid_from timestamptz NOT NULL,
    invalid_at timestamptz,
    superseded_by uuid,
    expires_at timestamptz,
    content_hash bytea NOT NULL CHECK (octet_length(content_hash) = 32),
    metadata jsonb NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT item_versions_pkey PRIMARY KEY (workspace_id, item_id, version),
    CONSTRAINT item_versions_item_fkey FOREIGN KEY (workspace_id, item_id, collection_id, audience_id)
        REFERENCES mneme.items (workspace_id, id, collection_id, audience_id) ON DELETE CASCADE,
    CONSTRAINT item_versions_scope_check CHECK ((scope_kind = 'global') = (scope_id IS NULL))
);
CREATE INDEX item_versions_pinned ON mneme.item_versions (workspace_id, collection_id)
    WHERE pinned AND state = 'active';
CREATE INDEX item_versions_by_message ON mneme.item_versions (workspace_id, from_message)
    WHERE from_message IS NOT NULL;
CREATE INDEX item_versions_by_collection ON mneme.item_versions (workspace_id, collection_id);

CALL mneme.protect('collections', 'audience_id', '{admin,member}');
CALL mneme.protect('items', 'audience_id', '{admin,member}');
CALL mneme.protect('item_versions', 'audience_id', '{admin,member}');
