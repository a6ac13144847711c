-- +goose Up
-- What the oldest messages of a long conversation came to, for models that
-- cannot be shown all of it.
CREATE TABLE summaries (
    thread_id  TEXT PRIMARY KEY REFERENCES threads (id) ON DELETE CASCADE,
    through    INTEGER NOT NULL, -- the last message that it covers
    body       BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
