ALTER TABLE mneme.item_versions DROP COLUMN quarantine_reasons;
