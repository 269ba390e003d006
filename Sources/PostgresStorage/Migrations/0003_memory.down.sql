DROP TABLE mneme.item_versions, mneme.items, mneme.collections;
