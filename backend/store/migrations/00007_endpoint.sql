-- What the user set up about endpoints. No key and no header is ever in here: those are in the vault.

-- +goose Up
CREATE TABLE endpoint (
    name     TEXT PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 64),
    own      INTEGER NOT NULL CHECK (own IN (0, 1)), -- 0: a built-in one, whose address and kind stand in the program
    label    TEXT NOT NULL,
    kind     TEXT NOT NULL,
    base_url TEXT NOT NULL,
    disabled INTEGER NOT NULL CHECK (disabled IN (0, 1)),
    keyed    INTEGER NOT NULL CHECK (keyed IN (0, 1)), -- the vault has something for it
    added_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

PRAGMA user_version = 7;
