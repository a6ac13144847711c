-- +goose Up
-- Times are milliseconds since 1970 UTC, 0 for none. bytea columns are sealed
-- unless their name says hash; see doc.go for what stays readable.

CREATE TABLE data_keys (
    scope      text COLLATE "C" NOT NULL,
    generation bigint NOT NULL,
    id         text COLLATE "C" NOT NULL,
    master     text COLLATE "C" NOT NULL,
    wrapped    bytea NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (scope, generation),
    UNIQUE (scope, id)
);

CREATE TABLE installation (
    one        bigint PRIMARY KEY CHECK (one = 1),
    id         text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    setup_hash bytea,
    probe      bytea -- a known text, to notice a keyring of another database
);

CREATE TABLE users (
    id            text COLLATE "C" PRIMARY KEY,
    role          text COLLATE "C" NOT NULL,
    email         bytea NOT NULL,
    email_hash    bytea NOT NULL,
    email_trusted bigint NOT NULL,
    name          bytea NOT NULL,
    disabled      bigint NOT NULL,
    version       bigint NOT NULL,
    created_at    bigint NOT NULL,
    last_seen_at  bigint NOT NULL
);
CREATE INDEX users_by_email ON users (email_hash);
CREATE INDEX users_by_age ON users (created_at, id);
CREATE INDEX users_admins ON users (id) WHERE role = 'admin' AND disabled = 0;

CREATE TABLE identities (
    hash       bytea PRIMARY KEY, -- of issuer and subject
    user_id    text COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    provider   text COLLATE "C" NOT NULL,
    body       bytea NOT NULL, -- issuer and subject
    created_at bigint NOT NULL
);
CREATE INDEX identities_by_user ON identities (user_id);

CREATE TABLE sessions (
    id            text COLLATE "C" PRIMARY KEY,
    user_id       text COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    hash          bytea NOT NULL UNIQUE,
    previous_hash bytea,
    grace_until   bigint NOT NULL,
    agent         bytea NOT NULL,
    bearer        bigint NOT NULL,
    created_at    bigint NOT NULL,
    last_used_at  bigint NOT NULL,
    expires_at    bigint NOT NULL
);
CREATE INDEX sessions_by_user ON sessions (user_id, created_at);
CREATE INDEX sessions_by_previous ON sessions (previous_hash);
CREATE INDEX sessions_by_end ON sessions (expires_at);

CREATE TABLE tokens (
    id           text COLLATE "C" PRIMARY KEY,
    user_id      text COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    hash         bytea NOT NULL UNIQUE,
    name         bytea NOT NULL,
    access       text COLLATE "C" NOT NULL,
    created_at   bigint NOT NULL,
    last_used_at bigint NOT NULL,
    expires_at   bigint NOT NULL
);
CREATE INDEX tokens_by_user ON tokens (user_id, created_at);

CREATE TABLE login_codes (
    hash       bytea PRIMARY KEY,
    user_id    text COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    challenge  text COLLATE "C" NOT NULL,
    expires_at bigint NOT NULL
);
CREATE INDEX login_codes_by_end ON login_codes (expires_at);
CREATE INDEX login_codes_by_user ON login_codes (user_id);

CREATE TABLE used_once (
    hash       bytea PRIMARY KEY,
    expires_at bigint NOT NULL
);
CREATE INDEX used_once_by_end ON used_once (expires_at);

CREATE TABLE projects (
    id          text COLLATE "C" PRIMARY KEY,
    name        bytea NOT NULL,
    description bytea NOT NULL,
    version     bigint NOT NULL,
    created_at  bigint NOT NULL,
    updated_at  bigint NOT NULL,
    deleted_at  bigint NOT NULL DEFAULT 0,
    purging     bigint NOT NULL DEFAULT 0 -- its key is being destroyed: no way back
);
CREATE INDEX projects_deleted ON projects (deleted_at) WHERE deleted_at > 0;

CREATE TABLE members (
    project_id text COLLATE "C" NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    user_id    text COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role       text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (project_id, user_id)
);
CREATE INDEX members_by_user ON members (user_id, project_id);

CREATE TABLE invitations (
    id          text COLLATE "C" PRIMARY KEY,
    project_id  text COLLATE "C" REFERENCES projects (id) ON DELETE CASCADE,
    hash        bytea NOT NULL UNIQUE,
    email       bytea NOT NULL,
    role        text COLLATE "C" NOT NULL,
    admin       bigint NOT NULL,
    invited_by  text COLLATE "C" NOT NULL,
    created_at  bigint NOT NULL,
    expires_at  bigint NOT NULL,
    accepted_at bigint NOT NULL DEFAULT 0
);
CREATE INDEX invitations_by_project ON invitations (project_id, created_at);

CREATE TABLE documents (
    id         text COLLATE "C" PRIMARY KEY,
    project_id text COLLATE "C" NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    version    bigint NOT NULL, -- the newest whose upload is complete; 0 for none
    indexed    bigint NOT NULL, -- the version that search finds; 0 for none
    deleted_at bigint NOT NULL DEFAULT 0,
    garbage    bigint NOT NULL DEFAULT 0, -- rows of it wait to be removed
    created_by text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL
);
CREATE INDEX documents_by_project ON documents (project_id, created_at, id);
CREATE INDEX documents_garbage ON documents (id) WHERE garbage = 1;

CREATE TABLE document_versions (
    document_id text COLLATE "C" NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    version     bigint NOT NULL,
    filename    bytea NOT NULL,
    format      text COLLATE "C" NOT NULL,
    size        bigint NOT NULL,
    status      text COLLATE "C" NOT NULL, -- uploading, then as in ba.DocumentStatus
    reason_code text COLLATE "C" NOT NULL,
    detail      bytea, -- the reason and the notes
    pages       bigint NOT NULL,
    empty_pages bigint NOT NULL,
    passages    bigint NOT NULL,
    done        bigint NOT NULL,
    total       bigint NOT NULL,
    epoch       bigint NOT NULL,
    claimed_by  text COLLATE "C" NOT NULL,
    claim_until bigint NOT NULL,
    created_by  text COLLATE "C" NOT NULL,
    created_at  bigint NOT NULL,
    updated_at  bigint NOT NULL,
    PRIMARY KEY (document_id, version)
);
CREATE INDEX versions_processing ON document_versions (created_at) WHERE status = 'processing';
CREATE INDEX versions_uploading ON document_versions (updated_at) WHERE status = 'uploading';

CREATE TABLE pieces (
    document_id text COLLATE "C" NOT NULL,
    version     bigint NOT NULL,
    seq         bigint NOT NULL,
    last        bigint NOT NULL,
    data        bytea NOT NULL,
    PRIMARY KEY (document_id, version, seq),
    FOREIGN KEY (document_id, version) REFERENCES document_versions (document_id, version) ON DELETE CASCADE
);

CREATE TABLE block_pages (
    document_id text COLLATE "C" NOT NULL,
    version     bigint NOT NULL,
    page        bigint NOT NULL,
    data        bytea NOT NULL,
    PRIMARY KEY (document_id, version, page),
    FOREIGN KEY (document_id, version) REFERENCES document_versions (document_id, version) ON DELETE CASCADE
);

CREATE TABLE passages (
    id          text COLLATE "C" PRIMARY KEY,
    document_id text COLLATE "C" NOT NULL,
    version     bigint NOT NULL,
    seq         bigint NOT NULL,
    first_block bigint NOT NULL,
    last_block  bigint NOT NULL,
    body        bytea NOT NULL, -- locator and text
    UNIQUE (document_id, version, seq),
    FOREIGN KEY (document_id, version) REFERENCES document_versions (document_id, version) ON DELETE CASCADE
);

CREATE TABLE threads (
    id         text COLLATE "C" PRIMARY KEY,
    project_id text COLLATE "C" REFERENCES projects (id) ON DELETE CASCADE, -- null for a loose thread
    owner_id   text COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    title      bytea NOT NULL,
    version    bigint NOT NULL,
    mode       text COLLATE "C" NOT NULL,
    provider   text COLLATE "C" NOT NULL,
    model      text COLLATE "C" NOT NULL,
    messages   bigint NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
);
CREATE INDEX threads_by_project ON threads (project_id, updated_at, id);
CREATE INDEX threads_loose ON threads (owner_id, updated_at, id) WHERE project_id IS NULL;
CREATE INDEX threads_by_owner ON threads (owner_id);

CREATE TABLE turns (
    id             text COLLATE "C" PRIMARY KEY,
    thread_id      text COLLATE "C" NOT NULL REFERENCES threads (id) ON DELETE CASCADE,
    user_id        text COLLATE "C" NOT NULL, -- who asked
    question_id    text COLLATE "C" NOT NULL,
    answer_id      text COLLATE "C" NOT NULL,
    continues      text COLLATE "C" NOT NULL,
    state          text COLLATE "C" NOT NULL,
    epoch          bigint NOT NULL,
    owner          text COLLATE "C" NOT NULL,
    lease_until    bigint NOT NULL,
    stop_requested bigint NOT NULL,
    provider       text COLLATE "C" NOT NULL,
    model          text COLLATE "C" NOT NULL,
    stop_reason    text COLLATE "C" NOT NULL,
    failure        bytea,
    input_tokens   bigint NOT NULL,
    cached_tokens  bigint NOT NULL,
    output_tokens  bigint NOT NULL,
    cost_micro_usd bigint NOT NULL,
    created_at     bigint NOT NULL,
    started_at     bigint NOT NULL,
    finished_at    bigint NOT NULL
);
CREATE INDEX turns_by_thread ON turns (thread_id, created_at);
CREATE INDEX turns_by_question ON turns (question_id, created_at);
CREATE INDEX turns_by_user ON turns (user_id, created_at);
CREATE INDEX turns_running ON turns (thread_id) WHERE state IN ('queued', 'streaming');

CREATE TABLE messages (
    id         text COLLATE "C" PRIMARY KEY,
    thread_id  text COLLATE "C" NOT NULL REFERENCES threads (id) ON DELETE CASCADE,
    turn_id    text COLLATE "C" NOT NULL,
    seq        bigint NOT NULL,
    role       text COLLATE "C" NOT NULL,
    author_id  text COLLATE "C" NOT NULL,
    version    bigint NOT NULL, -- the epoch that wrote it
    body       bytea NOT NULL,
    citations  bytea,
    created_at bigint NOT NULL,
    UNIQUE (thread_id, seq)
);

-- What search finds: a passage, a message or (later) an artifact.
CREATE TABLE entries (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind        text COLLATE "C" NOT NULL,
    document_id text COLLATE "C" NOT NULL,
    version     bigint NOT NULL,
    thread_id   text COLLATE "C" NOT NULL,
    item_id     text COLLATE "C" NOT NULL UNIQUE -- of the passage or message
);
CREATE INDEX entries_by_document ON entries (document_id, version) WHERE document_id <> '';
CREATE INDEX entries_by_thread ON entries (thread_id) WHERE thread_id <> '';

-- The blinded terms of an entry with their positions, and how many there are.
CREATE TABLE terms (
    entry_id bigint PRIMARY KEY REFERENCES entries (id) ON DELETE CASCADE,
    kind     text COLLATE "C" NOT NULL,
    length   bigint NOT NULL,
    vector   tsvector NOT NULL
) WITH (toast_tuple_target = 8160);
-- Ranking reads the vector of every match: it stays in its row, where it can,
-- and uncompressed, since keyed hashes don't compress.
ALTER TABLE terms ALTER COLUMN vector SET STORAGE EXTERNAL;
CREATE INDEX terms_by_vector ON terms USING gin (vector) WITH (fastupdate = off);
