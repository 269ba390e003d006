DROP TABLE mneme.pruned_items, mneme.item_uses, mneme.retention_policies;

-- Erasures of what was pruned stay, as what was done.
ALTER TABLE mneme.erasures DROP CONSTRAINT erasures_target_kind_check;
ALTER TABLE mneme.erasures ADD CONSTRAINT erasures_target_kind_check CHECK (
    target_kind IN ('item', 'message', 'thread', 'channel', 'collection', 'agent', 'user', 'workspace')) NOT VALID;
