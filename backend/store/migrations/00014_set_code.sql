-- What kind of reason holds a set: one that a yes lifts is asked about.

-- +goose Up
ALTER TABLE prompt_set ADD COLUMN reason_code TEXT NOT NULL DEFAULT ''; -- as in an error; empty: the user paused it

PRAGMA user_version = 14;
