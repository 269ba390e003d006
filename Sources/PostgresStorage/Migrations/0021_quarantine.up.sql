-- Why items are held back.
ALTER TABLE mneme.item_versions ADD COLUMN quarantine_reasons text[] NOT NULL DEFAULT '{}';
