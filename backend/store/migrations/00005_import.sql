-- +goose Up

-- Which comparisons came from a file: their figures and votes are what the file said.
CREATE TABLE imported (
    comparison_id TEXT PRIMARY KEY REFERENCES comparison (id) ON DELETE CASCADE,
    at            INTEGER NOT NULL,
    source        TEXT NOT NULL CHECK (source IN ('bakeoff', 'promptfoo'))
) STRICT, WITHOUT ROWID;

-- What was removed for good and may still be in backups: a row goes when every backup has forgotten it.
CREATE TABLE purged (
    comparison_id TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

PRAGMA user_version = 5;
