-- Prompts that must not leave this machine, whatever the switch says: neither theirs nor those of comparisons made of them.

-- +goose Up
ALTER TABLE comparison ADD COLUMN sensitive INTEGER NOT NULL DEFAULT 0 CHECK (sensitive IN (0, 1));
-- Each row of such a set is.
ALTER TABLE prompt_set ADD COLUMN sensitive INTEGER NOT NULL DEFAULT 0 CHECK (sensitive IN (0, 1));

PRAGMA user_version = 12;
