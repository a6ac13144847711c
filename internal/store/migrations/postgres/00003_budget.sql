-- +goose Up
-- What was spent in a month (such as 202611), and what is set aside for calls
-- under way; the row of user '' is that of all users together.
CREATE TABLE spending (
    month              bigint NOT NULL,
    user_id            text COLLATE "C" NOT NULL,
    used_micro_usd     bigint NOT NULL,
    reserved_micro_usd bigint NOT NULL,
    PRIMARY KEY (month, user_id)
);

-- One row for each call of a provider that is under way.
CREATE TABLE reservations (
    id         text COLLATE "C" PRIMARY KEY,
    user_id    text COLLATE "C" NOT NULL,
    turn_id    text COLLATE "C" NOT NULL, -- '' for work of no turn
    epoch      bigint NOT NULL,
    owner      text COLLATE "C" NOT NULL,
    month      bigint NOT NULL,
    provider   text COLLATE "C" NOT NULL,
    model      text COLLATE "C" NOT NULL,
    micro_usd  bigint NOT NULL,
    created_at bigint NOT NULL
);
CREATE INDEX reservations_by_turn ON reservations (turn_id);
