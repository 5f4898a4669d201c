-- The library of prompts, and prompts that are asked once for each row of a table.

-- +goose Up
CREATE TABLE saved_prompt (
    id         TEXT PRIMARY KEY, -- UUIDv7
    kind       TEXT NOT NULL CHECK (kind IN ('prompt', 'system')),
    name       TEXT NOT NULL CHECK (name <> ''),
    system     TEXT NOT NULL,
    user       TEXT NOT NULL,
    tags       TEXT NOT NULL, -- JSON list
    updated_at INTEGER NOT NULL,
    UNIQUE (kind, name)
) STRICT;

CREATE TABLE prompt_set (
    id         TEXT PRIMARY KEY, -- UUIDv7
    name       TEXT NOT NULL CHECK (name <> ''),
    system     TEXT NOT NULL,    -- the template, with its variables
    user       TEXT NOT NULL,
    columns    TEXT NOT NULL,    -- JSON list of names
    lineup     TEXT NOT NULL,    -- JSON list of entries, as in comparison
    lanes      TEXT NOT NULL CHECK (lanes IN ('parallel', 'serial')),
    local_only INTEGER NOT NULL CHECK (local_only IN (0, 1)),
    blind      INTEGER NOT NULL CHECK (blind IN (0, 1)),
    confirmed  INTEGER NOT NULL CHECK (confirmed IN (0, 1)), -- the cost of a row above the cap for one comparison was said yes to
    state      TEXT NOT NULL CHECK (state IN ('ready', 'running', 'paused', 'done')),
    reason     TEXT NOT NULL,    -- why it is paused, as a sentence
    session    TEXT,             -- of the process that runs it; NULL: none does
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,          -- NULL: not deleted; else it waits for the purge
    CHECK ((state = 'running') = (session IS NOT NULL))
) STRICT;

-- A row is linked to its comparison in the transaction that saves the comparison, before anything is sent: whatever
-- happens then, nobody asks the row a second time. The comparison may be deleted, and the link stays.
CREATE TABLE set_row (
    set_id        TEXT NOT NULL REFERENCES prompt_set (id) ON DELETE CASCADE,
    place         INTEGER NOT NULL CHECK (place >= 0),
    line          INTEGER NOT NULL, -- of the table's text, from 1; 0: unknown
    vals          TEXT NOT NULL,    -- JSON list of cells, by column
    comparison_id TEXT,             -- NULL: not asked yet
    ended_at      INTEGER,          -- NULL: it is to be asked, or goes on
    PRIMARY KEY (set_id, place)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX set_row_by_comparison ON set_row (comparison_id) WHERE comparison_id IS NOT NULL;

PRAGMA user_version = 11;
