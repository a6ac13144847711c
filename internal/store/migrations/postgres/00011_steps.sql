-- +goose Up
-- What an answer's tools did, in their order; sealed as the answer is.
ALTER TABLE messages ADD COLUMN steps bytea;
