-- +goose Up
-- Who did what to which object, when and from where. The hash of an entry is
-- keyed and covers the entry before it; the head says which one is the last.
CREATE TABLE audit_entries (
    seq        INTEGER PRIMARY KEY, -- 1, 2, 3, without a gap
    id         TEXT NOT NULL UNIQUE,
    at         INTEGER NOT NULL,
    action     TEXT NOT NULL,
    actor_id   TEXT NOT NULL, -- '' for nobody
    via        TEXT NOT NULL,
    credential TEXT NOT NULL, -- id of the session or token
    kind       TEXT NOT NULL, -- of the object
    object_id  TEXT NOT NULL,
    project_id TEXT NOT NULL, -- '' for none
    request_id TEXT NOT NULL,
    -- The sealed columns may be sealed again under other keys; what the chain
    -- covers are the keyed hashes of what is in them.
    detail      BLOB NOT NULL, -- network and further words, under the key of the instance
    detail_hash BLOB NOT NULL,
    name        BLOB, -- of the object, under the key of its project
    name_hash   BLOB NOT NULL,
    entry_hash  BLOB NOT NULL
) STRICT;
CREATE INDEX audit_by_actor ON audit_entries (actor_id, seq);
CREATE INDEX audit_by_action ON audit_entries (action, seq);
CREATE INDEX audit_by_object ON audit_entries (object_id, seq);
CREATE INDEX audit_by_project ON audit_entries (project_id, seq);

CREATE TABLE audit_head (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    seq        INTEGER NOT NULL,
    entry_hash BLOB NOT NULL,
    head_hash  BLOB NOT NULL -- keyed, of the two
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER audit_entry_stays BEFORE DELETE ON audit_entries
BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_entry_stays_as_it_is BEFORE UPDATE OF seq, id, at, action, actor_id, via, credential, kind, object_id, project_id, request_id, detail_hash, name_hash, entry_hash ON audit_entries
BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
-- +goose StatementEnd

-- What administrators decided in place of the configuration: for 'instance',
-- for 'each' user, or for the user of the id. -1 is no limit.
CREATE TABLE spending_limits (
    scope     TEXT PRIMARY KEY,
    micro_usd INTEGER NOT NULL
) STRICT;

-- What each model cost in a month.
CREATE TABLE spending_by_model (
    month          INTEGER NOT NULL,
    provider       TEXT NOT NULL,
    model          TEXT NOT NULL,
    calls          INTEGER NOT NULL,
    used_micro_usd INTEGER NOT NULL,
    PRIMARY KEY (month, provider, model)
) STRICT;
