-- +goose Up
-- Generated documents. The content of each version is sealed whole: sections,
-- the requirements as they were, and what is cited. A hash is of the content.

CREATE TABLE artifacts (
    id             text COLLATE "C" PRIMARY KEY, -- made by the client: one request, one artifact
    project_id     text COLLATE "C" NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    thread_id      text COLLATE "C" NOT NULL, -- where it was asked for; empty for none. It outlives the thread
    kind           text COLLATE "C" NOT NULL,
    state          text COLLATE "C" NOT NULL,
    head           bytea NOT NULL, -- title and instructions
    version        bigint NOT NULL, -- the newest
    revision       bigint NOT NULL, -- of the newest version's content and of head
    done           bigint NOT NULL, -- sections of the newest version that are written
    total          bigint NOT NULL,
    failure        bytea,
    epoch          bigint NOT NULL,
    owner          text COLLATE "C" NOT NULL,
    lease_until    bigint NOT NULL,
    stop_requested bigint NOT NULL,
    provider       text COLLATE "C" NOT NULL,
    model          text COLLATE "C" NOT NULL,
    input_tokens   bigint NOT NULL,
    cached_tokens  bigint NOT NULL,
    output_tokens  bigint NOT NULL,
    cost_micro_usd bigint NOT NULL,
    created_by     text COLLATE "C" NOT NULL,
    created_at     bigint NOT NULL,
    updated_at     bigint NOT NULL
);
CREATE INDEX artifacts_by_project ON artifacts (project_id, created_at, id);
CREATE INDEX artifacts_by_thread ON artifacts (thread_id, created_at, id);
CREATE INDEX artifacts_generating ON artifacts (lease_until) WHERE state = 'generating';

CREATE TABLE artifact_versions (
    artifact_id text COLLATE "C" NOT NULL REFERENCES artifacts (id) ON DELETE CASCADE,
    version     bigint NOT NULL,
    revision    bigint NOT NULL,
    origin      text COLLATE "C" NOT NULL,
    request     text COLLATE "C" NOT NULL, -- the client's id of the request that generated it; empty for an edit
    hash        text COLLATE "C" NOT NULL, -- of the content; empty while it is generated
    body        bytea NOT NULL,
    created_by  text COLLATE "C" NOT NULL,
    created_at  bigint NOT NULL,
    updated_at  bigint NOT NULL,
    PRIMARY KEY (artifact_id, version)
);

CREATE TABLE artifact_approvals (
    artifact_id text COLLATE "C" NOT NULL,
    version     bigint NOT NULL,
    user_id     text COLLATE "C" NOT NULL,
    hash        text COLLATE "C" NOT NULL, -- of the content that was approved
    created_at  bigint NOT NULL,
    PRIMARY KEY (artifact_id, version, user_id, hash),
    FOREIGN KEY (artifact_id, version) REFERENCES artifact_versions (artifact_id, version) ON DELETE CASCADE
);
