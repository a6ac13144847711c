-- +goose Up
-- A copy of another database into this one that has begun and not ended: as
-- long as the row is there, no instance starts on what is only a part.
CREATE TABLE moves (
    one          bigint PRIMARY KEY CHECK (one = 1),
    installation text COLLATE "C" NOT NULL, -- whose content is being copied
    began_at     bigint NOT NULL
);
