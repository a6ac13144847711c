-- +goose Up
-- What was spent in a month (such as 202611), and what is set aside for calls
-- under way; the row of user '' is that of all users together.
CREATE TABLE spending (
    month              INTEGER NOT NULL,
    user_id            TEXT NOT NULL,
    used_micro_usd     INTEGER NOT NULL,
    reserved_micro_usd INTEGER NOT NULL,
    PRIMARY KEY (month, user_id)
) STRICT;

-- One row for each call of a provider that is under way.
CREATE TABLE reservations (
    id         TEXT PRIMARY KEY,
    user_id    TEXT NOT NULL,
    turn_id    TEXT NOT NULL, -- '' for work of no turn
    epoch      INTEGER NOT NULL,
    owner      TEXT NOT NULL,
    month      INTEGER NOT NULL,
    provider   TEXT NOT NULL,
    model      TEXT NOT NULL,
    micro_usd  INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX reservations_by_turn ON reservations (turn_id);
