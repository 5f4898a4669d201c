-- What each endpoint last said about its models, for a start without a network.

-- +goose Up
CREATE TABLE model_list (
    endpoint  TEXT PRIMARY KEY,
    address   TEXT NOT NULL,    -- of the endpoint that was asked: another one's list says nothing
    models    TEXT NOT NULL,    -- JSON list
    listed_at INTEGER NOT NULL
) STRICT;

PRAGMA user_version = 10;
