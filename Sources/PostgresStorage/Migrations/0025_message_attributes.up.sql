-- What an index needs to rank turns of conversation: who said it, where, in which place, in answer to what.
ALTER TABLE mneme.index_entries
    ADD COLUMN author_id text,
    ADD COLUMN author_type text CHECK (author_type IN ('human', 'agent', 'system')),
    ADD COLUMN channel_id uuid,
    ADD COLUMN position bigint,
    ADD COLUMN reply_to uuid,
    DROP CONSTRAINT index_entries_live_check,
    ADD CONSTRAINT index_entries_live_check CHECK (CASE WHEN live
        THEN num_nulls(scope_kind, tags, source, importance, pinned, trust, state, valid_from, created_at, terms) = 0
        ELSE num_nonnulls(kind, scope_kind, scope_id, tags, source, author, author_id, author_type, channel_id,
            thread_id, fork_id, position, reply_to, importance, pinned, trust, state, valid_from, invalid_at,
            expires_at, created_at, terms) = 0 END);

-- As before, with the new columns.
CREATE OR REPLACE FUNCTION mneme.write_feed(
    collections uuid[], sources uuid[], versions integer[], lives boolean[], attributes jsonb[], has_terms boolean[],
    terms bytea[], analyzers integer[],
    -- Vectors, each with the place of its change in the arrays above.
    vector_changes integer[], generations integer[], views smallint[], parts smallint[], text_hashes bytea[],
    vectors bytea[])
RETURNS TABLE (collection_id uuid, last_seq bigint)
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    w uuid := nullif(current_setting('app.workspace_id', true), '')::uuid;
    wanted integer;
    locked integer;
    places integer[];
    keys bigint[];
    seqs bigint[];
    stays boolean[];
BEGIN
    SELECT count(DISTINCT c) INTO wanted FROM unnest(collections) AS c;
    PERFORM 1 FROM mneme.collection_heads AS h
        WHERE h.workspace_id = w AND h.collection_id = ANY (collections)
        ORDER BY h.collection_id FOR UPDATE;
    GET DIAGNOSTICS locked = ROW_COUNT;
    IF locked < wanted THEN
        RAISE EXCEPTION 'a collection is gone' USING ERRCODE = 'MN001', TABLE = 'collections';
    END IF;

    -- Each change's key and seq; one that is known keeps its key.
    SELECT array_agg(n.place ORDER BY n.place), array_agg(n.key ORDER BY n.place), array_agg(n.seq ORDER BY n.place),
        array_agg(n.live ORDER BY n.place)
    INTO places, keys, seqs, stays
    FROM (
        SELECT c.place, c.live AND coalesce(e.live, true) AS live,
            coalesce(e.key, h.last_key + row_number() OVER (
                PARTITION BY c.collection_id, e.key IS NULL ORDER BY c.place)) AS key,
            h.last_seq + row_number() OVER (PARTITION BY c.collection_id ORDER BY c.place) AS seq
        FROM unnest(collections, sources, versions, lives)
            WITH ORDINALITY AS c (collection_id, source_id, version, live, place)
        JOIN mneme.collection_heads AS h ON h.workspace_id = w AND h.collection_id = c.collection_id
        LEFT JOIN mneme.index_entries AS e ON e.workspace_id = w AND e.collection_id = c.collection_id
            AND e.source_id = c.source_id AND e.version = c.version) AS n;

    INSERT INTO mneme.index_entries AS e (
        workspace_id, collection_id, key, audience_id, source_id, version, seq, live, kind, scope_kind, scope_id, tags,
        source, author, author_id, author_type, channel_id, thread_id, fork_id, position, reply_to, importance, pinned,
        trust, state, valid_from, invalid_at, expires_at, created_at, terms, analyzer_version)
    SELECT w, c.collection_id, c.key, h.audience_id, c.source_id, c.version, c.seq, c.live,
        a.kind, a.scope_kind, a.scope_id, a.tags, a.source, a.author, a.author_id, a.author_type, a.channel_id,
        a.thread_id, a.fork_id, a.position, a.reply_to, a.importance, a.pinned, a.trust, a.state, a.valid_from,
        a.invalid_at, a.expires_at, a.created_at, a.terms, a.analyzer_version
    FROM unnest(collections, sources, versions, stays, attributes, has_terms, terms, analyzers, keys, seqs)
        AS c (collection_id, source_id, version, live, attributes, has_terms, terms, analyzer_version, key, seq)
    JOIN mneme.collection_heads AS h ON h.workspace_id = w AND h.collection_id = c.collection_id
    LEFT JOIN mneme.index_entries AS o
        ON o.workspace_id = w AND o.collection_id = c.collection_id AND o.key = c.key
    CROSS JOIN LATERAL (
        SELECT n.kind, n."scopeKind" AS scope_kind, n."scopeID" AS scope_id, n.tags, n.source, n.author,
            n."authorID" AS author_id, n."authorType" AS author_type, n."channelID" AS channel_id,
            n."threadID" AS thread_id, n."forkID" AS fork_id, n.position, n."replyTo" AS reply_to, n.importance, n."isPinned" AS pinned, n.trust, n.state,
            n."validFrom" AS valid_from, n."invalidAt" AS invalid_at, n."expiresAt" AS expires_at,
            n."createdAt" AS created_at,
            CASE WHEN c.has_terms THEN c.terms ELSE coalesce(o.terms, '') END AS terms,
            CASE WHEN c.has_terms THEN c.analyzer_version ELSE coalesce(o.analyzer_version, 0) END AS analyzer_version
        FROM jsonb_to_record(c.attributes) AS n (
            kind text, "scopeKind" text, "scopeID" text, tags text[], source text, author text, "authorID" text,
            "authorType" text, "channelID" uuid, "threadID" uuid, "forkID" uuid, position bigint, "replyTo" uuid,
            importance real, "isPinned" boolean, trust smallint, state text, "validFrom" timestamptz,
            "invalidAt" timestamptz, "expiresAt" timestamptz, "createdAt" timestamptz)
        WHERE c.live AND jsonb_typeof(c.attributes) = 'object'
        UNION ALL
        SELECT o.kind, o.scope_kind, o.scope_id, o.tags, o.source, o.author, o.author_id, o.author_type, o.channel_id,
            o.thread_id, o.fork_id, o.position, o.reply_to, o.importance, o.pinned, o.trust, o.state, o.valid_from, o.invalid_at, o.expires_at, o.created_at,
            CASE WHEN c.has_terms THEN c.terms ELSE coalesce(o.terms, '') END,
            CASE WHEN c.has_terms THEN c.analyzer_version ELSE coalesce(o.analyzer_version, 0) END
        WHERE c.live AND jsonb_typeof(c.attributes) <> 'object'
        UNION ALL
        SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
            NULL, NULL, NULL, NULL, NULL, 0
        WHERE NOT c.live) AS a
    ON CONFLICT ON CONSTRAINT index_entries_pkey DO UPDATE SET
        seq = excluded.seq, live = excluded.live, kind = excluded.kind, scope_kind = excluded.scope_kind,
        scope_id = excluded.scope_id, tags = excluded.tags, source = excluded.source, author = excluded.author,
        author_id = excluded.author_id, author_type = excluded.author_type, channel_id = excluded.channel_id,
        thread_id = excluded.thread_id, fork_id = excluded.fork_id, position = excluded.position,
        reply_to = excluded.reply_to, importance = excluded.importance,
        pinned = excluded.pinned, trust = excluded.trust, state = excluded.state, valid_from = excluded.valid_from,
        invalid_at = excluded.invalid_at, expires_at = excluded.expires_at, created_at = excluded.created_at,
        terms = excluded.terms, analyzer_version = excluded.analyzer_version;

    DELETE FROM mneme.item_vectors AS v
    USING unnest(collections, keys, stays) AS c (collection_id, key, live)
    WHERE NOT c.live AND v.workspace_id = w AND v.collection_id = c.collection_id AND v.key = c.key;

    INSERT INTO mneme.item_vectors AS v (
        workspace_id, collection_id, generation, key, view, part, audience_id, text_hash, vector)
    SELECT w, collections[n.place], n.generation, keys[n.place], n.view, n.part, h.audience_id, n.text_hash, n.vector
    FROM unnest(vector_changes, generations, views, parts, text_hashes, vectors)
        AS n (place, generation, view, part, text_hash, vector)
    JOIN mneme.collection_heads AS h ON h.workspace_id = w AND h.collection_id = collections[n.place]
    WHERE stays[n.place]
    ON CONFLICT ON CONSTRAINT item_vectors_pkey DO UPDATE SET
        text_hash = excluded.text_hash, vector = excluded.vector;

    RETURN QUERY
        UPDATE mneme.collection_heads AS h
        SET last_seq = n.last_seq, last_key = greatest(h.last_key, n.last_key)
        FROM (SELECT c.collection_id, max(c.seq) AS last_seq, max(c.key) AS last_key
              FROM unnest(collections, keys, seqs) AS c (collection_id, key, seq) GROUP BY c.collection_id) AS n
        WHERE h.workspace_id = w AND h.collection_id = n.collection_id
        RETURNING h.collection_id, h.last_seq;
END $$;
