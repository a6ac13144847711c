-- +goose Up
-- A copy of another database into this one that has begun and not ended: as
-- long as the row is there, no instance starts on what is only a part.
CREATE TABLE moves (
    one          INTEGER PRIMARY KEY CHECK (one = 1),
    installation TEXT NOT NULL, -- whose content is being copied
    began_at     INTEGER NOT NULL
) STRICT;
