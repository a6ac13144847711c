-- +goose Up
-- Times are milliseconds since 1970 UTC, 0 for none. BLOB columns are sealed
-- unless their name says hash; see doc.go for what stays readable.

CREATE TABLE installation (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    id         TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    setup_hash BLOB,
    probe      BLOB -- a known text, to notice a keyring of another database
) STRICT;

CREATE TABLE users (
    id            TEXT PRIMARY KEY,
    role          TEXT NOT NULL,
    email         BLOB NOT NULL,
    email_hash    BLOB NOT NULL,
    email_trusted INTEGER NOT NULL,
    name          BLOB NOT NULL,
    disabled      INTEGER NOT NULL,
    version       INTEGER NOT NULL,
    created_at    INTEGER NOT NULL,
    last_seen_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX users_by_email ON users (email_hash);
CREATE INDEX users_by_age ON users (created_at, id);
CREATE INDEX users_admins ON users (id) WHERE role = 'admin' AND disabled = 0;

CREATE TABLE identities (
    hash       BLOB PRIMARY KEY, -- of issuer and subject
    user_id    TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    provider   TEXT NOT NULL,
    body       BLOB NOT NULL, -- issuer and subject
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX identities_by_user ON identities (user_id);

CREATE TABLE sessions (
    id            TEXT PRIMARY KEY,
    user_id       TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    hash          BLOB NOT NULL UNIQUE,
    previous_hash BLOB,
    grace_until   INTEGER NOT NULL,
    agent         BLOB NOT NULL,
    bearer        INTEGER NOT NULL,
    created_at    INTEGER NOT NULL,
    last_used_at  INTEGER NOT NULL,
    expires_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_by_user ON sessions (user_id, created_at);
CREATE INDEX sessions_by_previous ON sessions (previous_hash);
CREATE INDEX sessions_by_end ON sessions (expires_at);

CREATE TABLE tokens (
    id           TEXT PRIMARY KEY,
    user_id      TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    hash         BLOB NOT NULL UNIQUE,
    name         BLOB NOT NULL,
    access       TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX tokens_by_user ON tokens (user_id, created_at);

CREATE TABLE login_codes (
    hash       BLOB PRIMARY KEY,
    user_id    TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    challenge  TEXT NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX login_codes_by_end ON login_codes (expires_at);
CREATE INDEX login_codes_by_user ON login_codes (user_id);

CREATE TABLE used_once (
    hash       BLOB PRIMARY KEY,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX used_once_by_end ON used_once (expires_at);

CREATE TABLE projects (
    id          TEXT PRIMARY KEY,
    name        BLOB NOT NULL,
    description BLOB NOT NULL,
    version     INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    deleted_at  INTEGER NOT NULL DEFAULT 0,
    purging     INTEGER NOT NULL DEFAULT 0 -- its key is being destroyed: no way back
) STRICT;
CREATE INDEX projects_deleted ON projects (deleted_at) WHERE deleted_at > 0;

CREATE TABLE members (
    project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    user_id    TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role       TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (project_id, user_id)
) STRICT;
CREATE INDEX members_by_user ON members (user_id, project_id);

CREATE TABLE invitations (
    id          TEXT PRIMARY KEY,
    project_id  TEXT REFERENCES projects (id) ON DELETE CASCADE,
    hash        BLOB NOT NULL UNIQUE,
    email       BLOB NOT NULL,
    role        TEXT NOT NULL,
    admin       INTEGER NOT NULL,
    invited_by  TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL,
    accepted_at INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX invitations_by_project ON invitations (project_id, created_at);

CREATE TABLE documents (
    id         TEXT PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    version    INTEGER NOT NULL, -- the newest whose upload is complete; 0 for none
    indexed    INTEGER NOT NULL, -- the version that search finds; 0 for none
    deleted_at INTEGER NOT NULL DEFAULT 0,
    garbage    INTEGER NOT NULL DEFAULT 0, -- rows of it wait to be removed
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX documents_by_project ON documents (project_id, created_at, id);
CREATE INDEX documents_garbage ON documents (id) WHERE garbage = 1;

CREATE TABLE document_versions (
    document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    version     INTEGER NOT NULL,
    filename    BLOB NOT NULL,
    format      TEXT NOT NULL,
    size        INTEGER NOT NULL,
    status      TEXT NOT NULL, -- uploading, then as in ba.DocumentStatus
    reason_code TEXT NOT NULL,
    detail      BLOB, -- the reason and the notes
    pages       INTEGER NOT NULL,
    empty_pages INTEGER NOT NULL,
    passages    INTEGER NOT NULL,
    done        INTEGER NOT NULL,
    total       INTEGER NOT NULL,
    epoch       INTEGER NOT NULL,
    claimed_by  TEXT NOT NULL,
    claim_until INTEGER NOT NULL,
    created_by  TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    PRIMARY KEY (document_id, version)
) STRICT;
CREATE INDEX versions_processing ON document_versions (created_at) WHERE status = 'processing';
CREATE INDEX versions_uploading ON document_versions (updated_at) WHERE status = 'uploading';

CREATE TABLE pieces (
    document_id TEXT NOT NULL,
    version     INTEGER NOT NULL,
    seq         INTEGER NOT NULL,
    last        INTEGER NOT NULL,
    data        BLOB NOT NULL,
    PRIMARY KEY (document_id, version, seq),
    FOREIGN KEY (document_id, version) REFERENCES document_versions (document_id, version) ON DELETE CASCADE
) STRICT;

CREATE TABLE block_pages (
    document_id TEXT NOT NULL,
    version     INTEGER NOT NULL,
    page        INTEGER NOT NULL,
    data        BLOB NOT NULL,
    PRIMARY KEY (document_id, version, page),
    FOREIGN KEY (document_id, version) REFERENCES document_versions (document_id, version) ON DELETE CASCADE
) STRICT;

CREATE TABLE passages (
    id          TEXT PRIMARY KEY,
    document_id TEXT NOT NULL,
    version     INTEGER NOT NULL,
    seq         INTEGER NOT NULL,
    first_block INTEGER NOT NULL,
    last_block  INTEGER NOT NULL,
    body        BLOB NOT NULL, -- locator and text
    UNIQUE (document_id, version, seq),
    FOREIGN KEY (document_id, version) REFERENCES document_versions (document_id, version) ON DELETE CASCADE
) STRICT;

CREATE TABLE threads (
    id         TEXT PRIMARY KEY,
    project_id TEXT REFERENCES projects (id) ON DELETE CASCADE, -- null for a loose thread
    owner_id   TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    title      BLOB NOT NULL,
    version    INTEGER NOT NULL,
    mode       TEXT NOT NULL,
    provider   TEXT NOT NULL,
    model      TEXT NOT NULL,
    messages   INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX threads_by_project ON threads (project_id, updated_at, id);
CREATE INDEX threads_loose ON threads (owner_id, updated_at, id) WHERE project_id IS NULL;
CREATE INDEX threads_by_owner ON threads (owner_id);

CREATE TABLE turns (
    id             TEXT PRIMARY KEY,
    thread_id      TEXT NOT NULL REFERENCES threads (id) ON DELETE CASCADE,
    user_id        TEXT NOT NULL, -- who asked
    question_id    TEXT NOT NULL,
    answer_id      TEXT NOT NULL,
    continues      TEXT NOT NULL,
    state          TEXT NOT NULL,
    epoch          INTEGER NOT NULL,
    owner          TEXT NOT NULL,
    lease_until    INTEGER NOT NULL,
    stop_requested INTEGER NOT NULL,
    provider       TEXT NOT NULL,
    model          TEXT NOT NULL,
    stop_reason    TEXT NOT NULL,
    failure        BLOB,
    input_tokens   INTEGER NOT NULL,
    cached_tokens  INTEGER NOT NULL,
    output_tokens  INTEGER NOT NULL,
    cost_micro_usd INTEGER NOT NULL,
    created_at     INTEGER NOT NULL,
    started_at     INTEGER NOT NULL,
    finished_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX turns_by_thread ON turns (thread_id, created_at);
CREATE INDEX turns_by_question ON turns (question_id, created_at);
CREATE INDEX turns_by_user ON turns (user_id, created_at);
CREATE INDEX turns_running ON turns (thread_id) WHERE state IN ('queued', 'streaming');

CREATE TABLE messages (
    id         TEXT PRIMARY KEY,
    thread_id  TEXT NOT NULL REFERENCES threads (id) ON DELETE CASCADE,
    turn_id    TEXT NOT NULL,
    seq        INTEGER NOT NULL,
    role       TEXT NOT NULL,
    author_id  TEXT NOT NULL,
    version    INTEGER NOT NULL, -- the epoch that wrote it
    body       BLOB NOT NULL,
    citations  BLOB,
    created_at INTEGER NOT NULL,
    UNIQUE (thread_id, seq)
) STRICT;

-- What search finds: a passage, a message or (later) an artifact.
CREATE TABLE entries (
    id          INTEGER PRIMARY KEY,
    kind        TEXT NOT NULL,
    document_id TEXT NOT NULL,
    version     INTEGER NOT NULL,
    thread_id   TEXT NOT NULL,
    item_id     TEXT NOT NULL UNIQUE -- of the passage or message
) STRICT;
CREATE INDEX entries_by_document ON entries (document_id, version) WHERE document_id <> '';
CREATE INDEX entries_by_thread ON entries (thread_id) WHERE thread_id <> '';

-- The blinded terms of an entry, in the column of its kind, so that a search for
-- some kinds is a search of some columns. Nothing is kept but the index.
CREATE VIRTUAL TABLE terms USING fts5 (
    passage, message, artifact,
    content = '', contentless_delete = 1, tokenize = 'ascii'
);
