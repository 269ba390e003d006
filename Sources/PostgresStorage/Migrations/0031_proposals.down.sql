DROP TABLE mneme.extraction_positions, mneme.item_proposals;
