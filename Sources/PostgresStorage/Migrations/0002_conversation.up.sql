-- What is said: channels, threads, forks and messages. A channel has one audience, and all that is in it inherits it:
-- the foreign keys carry the audience along, so that a row cannot have another one.

CREATE TABLE mneme.channels (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    audience_id uuid NOT NULL,
    name text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT channels_pkey PRIMARY KEY (workspace_id, id),
    CONSTRAINT channels_audience_key UNIQUE (workspace_id, id, audience_id),
    CONSTRAINT channels_audience_fkey FOREIGN KEY (workspace_id, audience_id)
        REFERENCES mneme.audiences ON DELETE CASCADE
);
CREATE INDEX channels_by_creation ON mneme.channels (workspace_id, created_at DESC, id DESC);
CREATE INDEX channels_by_audience ON mneme.channels (workspace_id, audience_id);

CREATE TABLE mneme.threads (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    channel_id uuid NOT NULL,
    audience_id uuid NOT NULL,
    title text NOT NULL,
    status text NOT NULL CHECK (status IN ('active', 'resolved', 'archived')),
    created_at timestamptz NOT NULL,
    -- The position given last on the thread itself.
    last_position bigint NOT NULL DEFAULT 0,
    CONSTRAINT threads_pkey PRIMARY KEY (workspace_id, id),
    CONSTRAINT threads_audience_key UNIQUE (workspace_id, id, channel_id, audience_id),
    CONSTRAINT threads_channel_fkey FOREIGN KEY (workspace_id, channel_id, audience_id)
        REFERENCES mneme.channels (workspace_id, id, audience_id) ON DELETE CASCADE
);
CREATE INDEX threads_by_creation ON mneme.threads (workspace_id, created_at DESC, id DESC);
CREATE INDEX threads_by_channel ON mneme.threads (workspace_id, channel_id, created_at DESC, id DESC);

CREATE TABLE mneme.forks (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    channel_id uuid NOT NULL,
    thread_id uuid NOT NULL,
    audience_id uuid NOT NULL,
    parent_fork_id uuid,
    -- The last visible message of the parent. It may have been deleted since; its position still tells what is visible.
    fork_point_id uuid NOT NULL,
    fork_point_position bigint NOT NULL,
    title text NOT NULL,
    status text NOT NULL CHECK (status IN ('active', 'resolved', 'abandoned')),
    summary text,
    created_at timestamptz NOT NULL,
    ended_at timestamptz,
    -- Positions in a fork go on from its fork point, so that they rise along what is visible from it.
    last_position bigint NOT NULL,
    CONSTRAINT forks_pkey PRIMARY KEY (workspace_id, id),
    CONSTRAINT forks_thread_key UNIQUE (workspace_id, thread_id, id),
    CONSTRAINT forks_thread_fkey FOREIGN KEY (workspace_id, thread_id, channel_id, audience_id)
        REFERENCES mneme.threads (workspace_id, id, channel_id, audience_id) ON DELETE CASCADE,
    CONSTRAINT forks_parent_fkey FOREIGN KEY (workspace_id, thread_id, parent_fork_id)
        REFERENCES mneme.forks (workspace_id, thread_id, id) ON DELETE CASCADE
);
CREATE INDEX forks_by_thread ON mneme.forks (workspace_id, thread_id, created_at DESC, id DESC);
CREATE INDEX forks_by_parent ON mneme.forks (workspace_id, parent_fork_id) WHERE parent_fork_id IS NOT NULL;

CREATE TABLE mneme.messages (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    channel_id uuid NOT NULL,
    thread_id uuid NOT NULL,
    fork_id uuid,
    audience_id uuid NOT NULL,
    position bigint NOT NULL,
    author_type text NOT NULL CHECK (author_type IN ('human', 'agent', 'system')),
    author text NOT NULL,
    author_id text,
    content text NOT NULL,
    reply_to uuid,
    metadata jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    edited_at timestamptz,
    -- Words stemmed in the workspace's language, then bigrams of scripts without spaces as they are.
    fts tsvector NOT NULL,
    CONSTRAINT messages_pkey PRIMARY KEY (workspace_id, id),
    CONSTRAINT messages_position_key UNIQUE NULLS NOT DISTINCT (workspace_id, thread_id, fork_id, position),
    CONSTRAINT messages_thread_key UNIQUE (workspace_id, thread_id, id),
    CONSTRAINT messages_thread_fkey FOREIGN KEY (workspace_id, thread_id, channel_id, audience_id)
        REFERENCES mneme.threads (workspace_id, id, channel_id, audience_id) ON DELETE CASCADE,
    CONSTRAINT messages_fork_fkey FOREIGN KEY (workspace_id, thread_id, fork_id)
        REFERENCES mneme.forks (workspace_id, thread_id, id) ON DELETE CASCADE,
    CONSTRAINT messages_reply_fkey FOREIGN KEY (workspace_id, thread_id, reply_to)
        REFERENCES mneme.messages (workspace_id, thread_id, id) ON DELETE SET NULL (reply_to)
);
CREATE INDEX messages_by_creation ON mneme.messages (workspace_id, created_at DESC, id DESC);
CREATE INDEX messages_by_channel ON mneme.messages (workspace_id, channel_id, created_at DESC, id DESC);
CREATE INDEX messages_by_reply ON mneme.messages (workspace_id, thread_id, reply_to) WHERE reply_to IS NOT NULL;
-- Without pending list: a search never pays for what others have written since.
CREATE INDEX messages_by_words ON mneme.messages USING gin (workspace_id, fts) WITH (fastupdate = off);

CALL mneme.protect('channels', 'audience_id', '{admin,member}');
CALL mneme.protect('threads', 'audience_id', '{admin,member}');
CALL mneme.protect('forks', 'audience_id', '{admin,member}');
CALL mneme.protect('messages', 'audience_id', '{admin,member}');

-- The text-search configuration of the present workspace.
CREATE FUNCTION mneme.text_language() RETURNS regconfig
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT language::regconfig FROM mneme.workspaces
    WHERE workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid
$$;
REVOKE ALL ON FUNCTION mneme.text_language FROM PUBLIC;
GRANT EXECUTE ON FUNCTION mneme.text_language TO mneme_app, mneme_worker;

-- The search words of a message: its text, stemmed, and its bigrams, whole and in order.
CREATE FUNCTION mneme.search_words(language regconfig, content text, bigrams text[]) RETURNS tsvector
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT to_tsvector(language, content) || coalesce(
        (SELECT string_agg(
            '''' || replace(replace(b.word, '\', '\\'), '''', '''''') || ''':' || least(b.place, 16383), ' ')
         FROM unnest(bigrams) WITH ORDINALITY AS b (word, place) WHERE b.word <> '')::tsvector,
        '')
$$;
REVOKE ALL ON FUNCTION mneme.search_words FROM PUBLIC;
GRANT EXECUTE ON FUNCTION mneme.search_words TO mneme_app, mneme_worker;

-- Words that follow one another just as they are, as a query.
CREATE FUNCTION mneme.bigram_query(bigrams text[]) RETURNS tsquery
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(
        (SELECT string_agg('''' || replace(replace(b.word, '\', '\\'), '''', '''''') || '''', ' <-> ' ORDER BY b.place)
         FROM unnest(bigrams) WITH ORDINALITY AS b (word, place) WHERE b.word <> ''),
        '')::tsquery
$$;
REVOKE ALL ON FUNCTION mneme.bigram_query FROM PUBLIC;
GRANT EXECUTE ON FUNCTION mneme.bigram_query TO mneme_app, mneme_worker;
