-- +goose Up
-- How many numbers a project has given to requirements: none is given twice.
CREATE TABLE requirement_numbers (
    project_id text COLLATE "C" PRIMARY KEY REFERENCES projects (id) ON DELETE CASCADE,
    last       bigint NOT NULL
);

CREATE TABLE requirements (
    id         text COLLATE "C" PRIMARY KEY,
    project_id text COLLATE "C" NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    number     bigint NOT NULL,
    version    bigint NOT NULL,
    type       text COLLATE "C" NOT NULL,
    quality    text COLLATE "C" NOT NULL,
    priority   text COLLATE "C" NOT NULL,
    status     text COLLATE "C" NOT NULL,
    owner_id   text COLLATE "C" NOT NULL,
    areas      bigint NOT NULL, -- of discovery that it touches, a bit for each
    body       bytea NOT NULL, -- statement, rationale, criteria, waivers
    created_by text COLLATE "C" NOT NULL,
    updated_by text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    UNIQUE (project_id, number)
);

-- The versions before the present one, as they were.
CREATE TABLE requirement_versions (
    requirement_id text COLLATE "C" NOT NULL REFERENCES requirements (id) ON DELETE CASCADE,
    version        bigint NOT NULL,
    type           text COLLATE "C" NOT NULL,
    quality        text COLLATE "C" NOT NULL,
    priority       text COLLATE "C" NOT NULL,
    status         text COLLATE "C" NOT NULL,
    owner_id       text COLLATE "C" NOT NULL,
    body           bytea NOT NULL,
    updated_by     text COLLATE "C" NOT NULL,
    updated_at     bigint NOT NULL,
    PRIMARY KEY (requirement_id, version)
);

-- Where a requirement comes from. Documents, passages and messages may go away:
-- the quote stays, and the link becomes suspect.
CREATE TABLE requirement_links (
    id               text COLLATE "C" PRIMARY KEY,
    requirement_id   text COLLATE "C" NOT NULL REFERENCES requirements (id) ON DELETE CASCADE,
    project_id       text COLLATE "C" NOT NULL,
    document_id      text COLLATE "C" NOT NULL,
    document_version bigint NOT NULL,
    passage_id       text COLLATE "C" NOT NULL,
    thread_id        text COLLATE "C" NOT NULL,
    message_id       text COLLATE "C" NOT NULL,
    hash             bytea NOT NULL, -- of the quote, keyed
    state            text COLLATE "C" NOT NULL,
    version          bigint NOT NULL,
    body             bytea NOT NULL, -- file name, locator, quote, what stands there now
    UNIQUE (requirement_id, passage_id, message_id, hash)
);
CREATE INDEX requirement_links_by_project ON requirement_links (project_id, requirement_id);
CREATE INDEX requirement_links_by_document ON requirement_links (document_id, id) WHERE document_id <> '';
CREATE INDEX requirement_links_by_thread ON requirement_links (thread_id, id) WHERE thread_id <> '';
CREATE INDEX requirement_links_by_passage ON requirement_links (passage_id) WHERE passage_id <> '';

CREATE TABLE notes (
    id             text COLLATE "C" PRIMARY KEY,
    project_id     text COLLATE "C" NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    requirement_id text COLLATE "C" REFERENCES requirements (id) ON DELETE CASCADE, -- null: of the project as a whole
    kind           text COLLATE "C" NOT NULL,
    resolved       bigint NOT NULL,
    version        bigint NOT NULL,
    thread_id      text COLLATE "C" NOT NULL,
    message_id     text COLLATE "C" NOT NULL,
    body           bytea NOT NULL, -- text and answer
    created_by     text COLLATE "C" NOT NULL,
    created_at     bigint NOT NULL,
    updated_at     bigint NOT NULL
);
CREATE INDEX notes_by_project ON notes (project_id, created_at, id);
CREATE INDEX notes_by_requirement ON notes (requirement_id);

-- How many statements of a passage read like requirements; what coverage counts
-- without opening a passage.
ALTER TABLE passages ADD COLUMN statements bigint NOT NULL DEFAULT 0;
CREATE INDEX passages_with_statements ON passages (document_id, version, seq, id, statements) WHERE statements > 0;

-- The version whose statements were counted and whose links were looked at.
ALTER TABLE documents ADD COLUMN surveyed bigint NOT NULL DEFAULT 0;
CREATE INDEX documents_to_survey ON documents (id) WHERE surveyed <> indexed AND deleted_at = 0;
