-- Lineups by name.

-- +goose Up
CREATE TABLE lineup (
    id         TEXT PRIMARY KEY,     -- UUIDv7
    name       TEXT NOT NULL CHECK (name <> ''),
    folded     TEXT NOT NULL UNIQUE, -- the name in small letters
    entries    TEXT NOT NULL,        -- JSON list, as in comparison; an entry may be asked several times
    lanes      TEXT NOT NULL CHECK (lanes IN ('parallel', 'serial')),
    place      INTEGER NOT NULL,     -- in the list; not without gaps
    updated_at INTEGER NOT NULL
) STRICT;

PRAGMA user_version = 9;
