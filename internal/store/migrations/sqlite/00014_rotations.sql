-- +goose Up
-- When keys were replaced: of the kind 'master' the key that wraps the data
-- keys, of the kind 'data' the data keys themselves. One that was cut short goes on.
CREATE TABLE key_rotations (
    id          TEXT PRIMARY KEY,
    kind        TEXT NOT NULL,
    started_at  INTEGER NOT NULL,
    finished_at INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX key_rotations_by_kind ON key_rotations (kind, started_at);
