-- How long items are kept: a policy a collection, when each item was last used, and what was pruned and may come back.

CREATE TABLE mneme.retention_policies (
    workspace_id uuid NOT NULL,
    collection_id uuid NOT NULL,
    audience_id uuid NOT NULL,
    -- Each absent one asks for nothing. Durations in seconds.
    maximum_age bigint CHECK (maximum_age > 0),
    maximum_count integer CHECK (maximum_count > 0),
    maximum_unused bigint CHECK (maximum_unused > 0),
    -- From when on uses are noted; before that, nothing is known of them.
    uses_noted_from timestamptz,
    minimum_importance real CHECK (minimum_importance BETWEEN 0 AND 1),
    importance_age bigint NOT NULL CHECK (importance_age >= 0),
    -- For how long what is pruned may be brought back.
    undo_window bigint NOT NULL CHECK (undo_window >= 0),
    updated_at timestamptz NOT NULL,
    CONSTRAINT retention_policies_pkey PRIMARY KEY (workspace_id, collection_id),
    CONSTRAINT retention_policies_uses_check CHECK ((maximum_unused IS NULL) = (uses_noted_from IS NULL)),
    CONSTRAINT retention_policies_collection_fkey FOREIGN KEY (workspace_id, collection_id, audience_id)
        REFERENCES mneme.collections (workspace_id, id, audience_id) ON DELETE CASCADE
);

-- Written with the traces of answered queries, in batches, never while a query waits; and only where a policy asks.
CREATE TABLE mneme.item_uses (
    workspace_id uuid NOT NULL,
    item_id uuid NOT NULL,
    collection_id uuid NOT NULL,
    audience_id uuid NOT NULL,
    last_used_at timestamptz NOT NULL,
    CONSTRAINT item_uses_pkey PRIMARY KEY (workspace_id, item_id),
    CONSTRAINT item_uses_item_fkey FOREIGN KEY (workspace_id, item_id, collection_id, audience_id)
        REFERENCES mneme.items (workspace_id, id, collection_id, audience_id) ON DELETE CASCADE
) WITH (fillfactor = 70);

-- What was pruned: out of use until its window has passed, then erased. What came back is as new from then on.
CREATE TABLE mneme.pruned_items (
    workspace_id uuid NOT NULL,
    item_id uuid NOT NULL,
    collection_id uuid NOT NULL,
    audience_id uuid NOT NULL,
    reason text NOT NULL CHECK (reason IN ('age', 'count', 'unused', 'importance')),
    pruned_at timestamptz NOT NULL,
    final_at timestamptz NOT NULL,
    restored_at timestamptz,
    CONSTRAINT pruned_items_pkey PRIMARY KEY (workspace_id, item_id),
    CONSTRAINT pruned_items_item_fkey FOREIGN KEY (workspace_id, item_id, collection_id, audience_id)
        REFERENCES mneme.items (workspace_id, id, collection_id, audience_id) ON DELETE CASCADE
);
CREATE INDEX pruned_items_waiting ON mneme.pruned_items (workspace_id, collection_id, final_at)
    WHERE restored_at IS NULL;

CALL mneme.protect('retention_policies', 'audience_id', '{admin,member}');
CALL mneme.protect('item_uses', 'audience_id', '{admin,member}');
CALL mneme.protect('pruned_items', 'audience_id', '{admin,member}');

-- What was pruned of a collection is erased in the end; the target is the collection.
ALTER TABLE mneme.erasures DROP CONSTRAINT erasures_target_kind_check;
ALTER TABLE mneme.erasures ADD CONSTRAINT erasures_target_kind_check CHECK (
    target_kind IN (
        'item', 'message', 'thread', 'channel', 'collection', 'agent', 'user', 'workspace', 'pruned'));
