-- +goose Up
-- The instances that run on this database, by when each was last heard of.
CREATE TABLE instances (
    id         TEXT PRIMARY KEY,
    started_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX instances_seen ON instances (seen_at);
