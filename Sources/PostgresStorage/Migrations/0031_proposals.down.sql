DROP TABLE mneme.extraction_settings, mneme.extraction_positions, mneme.item_proposals;
