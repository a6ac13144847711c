-- +goose Up
-- The question of the same conversation in whose place this one was asked.
ALTER TABLE messages ADD COLUMN replaces TEXT NOT NULL DEFAULT '';

-- When a conversation was deleted; it can come back until it is purged.
ALTER TABLE threads ADD COLUMN deleted_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX threads_deleted ON threads (deleted_at) WHERE deleted_at > 0;
