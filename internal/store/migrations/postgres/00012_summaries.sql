-- +goose Up
-- What the oldest messages of a long conversation came to, for models that
-- cannot be shown all of it.
CREATE TABLE summaries (
    thread_id  text COLLATE "C" PRIMARY KEY REFERENCES threads (id) ON DELETE CASCADE,
    through    bigint NOT NULL, -- the last message that it covers
    body       bytea NOT NULL,
    created_at bigint NOT NULL
);
