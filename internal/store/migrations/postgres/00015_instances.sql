-- +goose Up
-- The instances that run on this database, by when each was last heard of.
CREATE TABLE instances (
    id         text COLLATE "C" PRIMARY KEY,
    started_at bigint NOT NULL,
    seen_at    bigint NOT NULL
);
CREATE INDEX instances_seen ON instances (seen_at);
