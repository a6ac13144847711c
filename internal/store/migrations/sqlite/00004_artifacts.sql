-- +goose Up
-- Generated documents. The content of each version is sealed whole: sections,
-- the requirements as they were, and what is cited. A hash is of the content.

CREATE TABLE artifacts (
    id             TEXT PRIMARY KEY, -- made by the client: one request, one artifact
    project_id     TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    thread_id      TEXT NOT NULL, -- where it was asked for; empty for none. It outlives the thread
    kind           TEXT NOT NULL,
    state          TEXT NOT NULL,
    head           BLOB NOT NULL, -- title and instructions
    version        INTEGER NOT NULL, -- the newest
    revision       INTEGER NOT NULL, -- of the newest version's content and of head
    done           INTEGER NOT NULL, -- sections of the newest version that are written
    total          INTEGER NOT NULL,
    failure        BLOB,
    epoch          INTEGER NOT NULL,
    owner          TEXT NOT NULL,
    lease_until    INTEGER NOT NULL,
    stop_requested INTEGER NOT NULL,
    provider       TEXT NOT NULL,
    model          TEXT NOT NULL,
    input_tokens   INTEGER NOT NULL,
    cached_tokens  INTEGER NOT NULL,
    output_tokens  INTEGER NOT NULL,
    cost_micro_usd INTEGER NOT NULL,
    created_by     TEXT NOT NULL,
    created_at     INTEGER NOT NULL,
    updated_at     INTEGER NOT NULL
) STRICT;
CREATE INDEX artifacts_by_project ON artifacts (project_id, created_at, id);
CREATE INDEX artifacts_by_thread ON artifacts (thread_id, created_at, id);
CREATE INDEX artifacts_generating ON artifacts (lease_until) WHERE state = 'generating';

CREATE TABLE artifact_versions (
    artifact_id TEXT NOT NULL REFERENCES artifacts (id) ON DELETE CASCADE,
    version     INTEGER NOT NULL,
    revision    INTEGER NOT NULL,
    origin      TEXT NOT NULL,
    request     TEXT NOT NULL, -- the client's id of the request that generated it; empty for an edit
    hash        TEXT NOT NULL, -- of the content; empty while it is generated
    body        BLOB NOT NULL,
    created_by  TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    PRIMARY KEY (artifact_id, version)
) STRICT;

CREATE TABLE artifact_approvals (
    artifact_id TEXT NOT NULL,
    version     INTEGER NOT NULL,
    user_id     TEXT NOT NULL,
    hash        TEXT NOT NULL, -- of the content that was approved
    created_at  INTEGER NOT NULL,
    PRIMARY KEY (artifact_id, version, user_id, hash),
    FOREIGN KEY (artifact_id, version) REFERENCES artifact_versions (artifact_id, version) ON DELETE CASCADE
) STRICT;
