-- +goose Up
-- Who did what to which object, when and from where. The hash of an entry is
-- keyed and covers the entry before it; the head says which one is the last.
CREATE TABLE audit_entries (
    seq        bigint PRIMARY KEY, -- 1, 2, 3, without a gap
    id         text COLLATE "C" NOT NULL UNIQUE,
    at         bigint NOT NULL,
    action     text COLLATE "C" NOT NULL,
    actor_id   text COLLATE "C" NOT NULL, -- '' for nobody
    via        text COLLATE "C" NOT NULL,
    credential text COLLATE "C" NOT NULL, -- id of the session or token
    kind       text COLLATE "C" NOT NULL, -- of the object
    object_id  text COLLATE "C" NOT NULL,
    project_id text COLLATE "C" NOT NULL, -- '' for none
    request_id text COLLATE "C" NOT NULL,
    -- The sealed columns may be sealed again under other keys; what the chain
    -- covers are the keyed hashes of what is in them.
    detail      bytea NOT NULL, -- network and further words, under the key of the instance
    detail_hash bytea NOT NULL,
    name        bytea, -- of the object, under the key of its project
    name_hash   bytea NOT NULL,
    entry_hash  bytea NOT NULL
);
CREATE INDEX audit_by_actor ON audit_entries (actor_id, seq);
CREATE INDEX audit_by_action ON audit_entries (action, seq);
CREATE INDEX audit_by_object ON audit_entries (object_id, seq);
CREATE INDEX audit_by_project ON audit_entries (project_id, seq);

CREATE TABLE audit_head (
    one        bigint PRIMARY KEY CHECK (one = 1),
    seq        bigint NOT NULL,
    entry_hash bytea NOT NULL,
    head_hash  bytea NOT NULL -- keyed, of the two
);

-- +goose StatementBegin
CREATE FUNCTION audit_entry_stays() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the audit log is only added to'; END $$;
-- +goose StatementEnd
CREATE TRIGGER audit_entry_stays BEFORE DELETE OR UPDATE OF seq, id, at, action, actor_id, via, credential, kind, object_id, project_id, request_id, detail_hash, name_hash, entry_hash ON audit_entries
    FOR EACH ROW EXECUTE FUNCTION audit_entry_stays();

-- What administrators decided in place of the configuration: for 'instance',
-- for 'each' user, or for the user of the id. -1 is no limit.
CREATE TABLE spending_limits (
    scope     text COLLATE "C" PRIMARY KEY,
    micro_usd bigint NOT NULL
);

-- What each model cost in a month.
CREATE TABLE spending_by_model (
    month          bigint NOT NULL,
    provider       text COLLATE "C" NOT NULL,
    model          text COLLATE "C" NOT NULL,
    calls          bigint NOT NULL,
    used_micro_usd bigint NOT NULL,
    PRIMARY KEY (month, provider, model)
);
