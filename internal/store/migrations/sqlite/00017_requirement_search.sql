-- +goose Up
-- Search finds requirements too. Those that are there get entries without
-- terms; the terms are made from their texts when the program starts.
INSERT INTO entries (kind, document_id, version, thread_id, item_id)
SELECT 'requirement', '', 0, '', id FROM requirements;
