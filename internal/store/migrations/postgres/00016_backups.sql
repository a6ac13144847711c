-- +goose Up
-- The backups that were made or tried, for the page that lists them.
CREATE TABLE backups (
    id          text COLLATE "C" PRIMARY KEY,
    origin      text COLLATE "C" NOT NULL,
    state       text COLLATE "C" NOT NULL,
    slot        bigint UNIQUE, -- the time that the schedule named: one backup for each; null for others
    owner       text COLLATE "C" NOT NULL,
    place       bytea NOT NULL,
    size        bigint NOT NULL,
    row_count   bigint NOT NULL,
    failure     bytea,
    started_at  bigint NOT NULL,
    finished_at bigint NOT NULL
);
CREATE INDEX backups_by_time ON backups (started_at, id);
CREATE INDEX backups_running ON backups (started_at) WHERE state = 'running';
