DROP FUNCTION mneme.write_feed, mneme.write_events;
DROP TABLE mneme.item_vectors, mneme.index_entries, mneme.collection_heads;
