-- +goose Up
-- The backups that were made or tried, for the page that lists them.
CREATE TABLE backups (
    id          TEXT PRIMARY KEY,
    origin      TEXT NOT NULL,
    state       TEXT NOT NULL,
    slot        INTEGER UNIQUE, -- the time that the schedule named: one backup for each; null for others
    owner       TEXT NOT NULL,
    place       BLOB NOT NULL,
    size        INTEGER NOT NULL,
    row_count   INTEGER NOT NULL,
    failure     BLOB,
    started_at  INTEGER NOT NULL,
    finished_at INTEGER NOT NULL
) STRICT;
CREATE INDEX backups_by_time ON backups (started_at, id);
CREATE INDEX backups_running ON backups (started_at) WHERE state = 'running';
