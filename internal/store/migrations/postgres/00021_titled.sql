-- +goose Up
-- Who gave a conversation its title: 0 nobody yet, 1 rules, 2 a model, 3 a
-- person. Titles from before count as a person's, so that none is lost.
ALTER TABLE threads ADD COLUMN titled bigint NOT NULL DEFAULT 3;
